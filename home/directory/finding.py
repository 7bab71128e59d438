"""Leading to the directory from elsewhere: its page, its organisations by their names."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import get_language

from crm.models import Organisation
from crm.names import make_sort_key
from home.models import DirectoryPage
from home.restrictions import leave_out_restricted

# So many organisations are named beside what else was found.
MOST_FOUND = 6


@dataclass(frozen=True)
class Directory:
    """Where the directory of the active language is; "" where there is none."""

    url: str = ""

    def lead_to(self, organisation: Organisation) -> str:
        """Return the path of an organisation's page; "" for one that has none."""
        if not self.url or not organisation.is_published:
            return ""
        return f"{self.url}organisations/{organisation.pk}/"


def find_directory() -> Directory:
    """Return the directory of the active language that everybody may open."""
    pages = DirectoryPage.objects.live().filter(
        locale__language_code=get_language() or ""
    )
    page = leave_out_restricted(pages).order_by("path").first()
    return Directory(page.url or "") if page else Directory()


def find_named(text: str) -> list[Organisation]:
    """Return published organisations with all these words in their names, some at most."""
    words = make_sort_key(text).split()
    if not words:
        return []
    found = Organisation.objects.filter(is_published=True)
    for word in words:
        found = found.filter(
            Q(sort_key__contains=word) | Q(other_names_key__contains=word)
        )
    return sorted(found[:MOST_FOUND], key=lambda one: make_sort_key(one.local_name))
