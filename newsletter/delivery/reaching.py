"""Whether one person would get an item or a send today, and why not."""

from datetime import date

from django.utils.translation import gettext as _

from crm.models import Contact
from crm.models.contact import ContactQuerySet
from newsletter.choices import LeftOutReason
from newsletter.delivery.audience import explain_members
from newsletter.delivery.planning import find_circle, find_pages
from newsletter.exceptions import CampaignStateError
from newsletter.mail.blocks import find_reader_limits
from newsletter.mail.fallback import published_translations
from newsletter.models import Campaign, NewsPage


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
    return _find_reason(members, contact)


def explain_coming(campaign: Campaign, contact: Contact, on: date) -> str:
    """Return why the contact would not get a send that has not begun; "" for one who would.

    As its freeze would decide that day, but for two people on one address.
    """
    try:
        recipients, repeat = find_circle(campaign)
        pages = find_pages(campaign)
    except CampaignStateError as error:
        return str(error).removesuffix(".")
    members = explain_members(
        recipients,
        campaign.newsletter,
        on,
        frozen=campaign.frozen_rules or None,
        offered=list(pages),
        repeat=repeat,
        limits=find_reader_limits(pages),
    )
    return _find_reason(members, contact)


def _find_reason(members: ContactQuerySet, contact: Contact) -> str:
    reason = members.filter(pk=contact.pk).values_list("reason", flat=True).first()
    if reason is None:
        return _("Is not among the recipients")
    return str(LeftOutReason(reason).label) if reason else ""
