"""On which pages something of the register is shown, so that nobody deletes it unaware."""

from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.urls import reverse
from wagtail.models import Page, ReferenceIndex


@dataclass(frozen=True)
class Use:
    """A page that shows it; ``url`` is where it is edited, "" for who may not."""

    label: str
    url: str = ""


def list_uses(thing: Model, user: Any) -> list[Use]:
    """Return the pages that name ``thing``, by title. A constant number of queries.

    As the pages were last saved or published; a draft over a published page is not seen.
    """
    pages_type = ContentType.objects.get_for_model(Page)
    found = ReferenceIndex.get_references_to(thing).filter(base_content_type=pages_type)
    ids = {int(pk) for pk in found.values_list("object_id", flat=True)}
    pages = Page.objects.filter(pk__in=ids).order_by("title").specific()
    return [
        Use(page.get_admin_display_title(), _edit_url(page, user)) for page in pages
    ]


def _edit_url(page: Page, user: Any) -> str:
    if not page.permissions_for_user(user).can_edit():
        return ""
    return reverse("wagtailadmin_pages:edit", args=[page.pk])
