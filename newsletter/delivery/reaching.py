"""Whether one person would get an item today, and why not."""

from datetime import date

from django.utils.translation import gettext as _

from crm.models import Contact
from newsletter.choices import LeftOutReason
from newsletter.delivery.audience import explain_members
from newsletter.mail.blocks import find_reader_limits
from newsletter.mail.fallback import published_translations
from newsletter.models import NewsPage


def explain_reach(page: NewsPage, contact: Contact, on: date) -> str:
    """Return why the contact would not get the item that day; "" for one who would.

    Who of two people on one address gets it is decided by the freeze. "" too while the
    item has no newsletter or recipients: then nobody is judged.
    """
    if page.newsletter is None or page.newsletter_recipients is None:
        return ""
    pages = {page.locale.language_code: page, **published_translations(page)}
    members = explain_members(
        page.newsletter_recipients,
        page.newsletter,
        on,
        offered=list(pages),
        limits=find_reader_limits(pages),
    )
    reason = members.filter(pk=contact.pk).values_list("reason", flat=True).first()
    if reason is None:
        return _("Is not among the recipients")
    return str(LeftOutReason(reason).label) if reason else ""
