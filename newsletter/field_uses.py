"""Which letters name a field of the administrator's own. Registered with the register."""

from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from crm.custom_uses import register_finder
from crm.models import CustomField
from newsletter.models import NewsPage


def register_field_uses() -> None:
    """Tell the register which items name a field."""
    register_finder(find_items)


def find_items(field: CustomField) -> list[str]:
    """Return in sentences which items, as they are published, have it as a merge field."""
    name = f"[[custom_{field.slug}"
    pages = NewsPage.objects.annotate(written=Cast("body", TextField())).filter(
        Q(written__contains=name)
        | Q(newsletter_subject__contains=name)
        | Q(preheader__contains=name)
    )
    return [
        _("The item “%(title)s” names it.") % {"title": page.title}
        for page in pages.only("title")
    ]
