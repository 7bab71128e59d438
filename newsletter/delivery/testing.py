"""A test goes to colleagues before the letter goes to everybody: same code, no rows."""

from django.utils import timezone
from django.utils.translation import gettext as _

from crm.models import Contact
from newsletter.delivery.outcomes import Outcome, Verdict
from newsletter.delivery.planning import find_pages
from newsletter.delivery.transports.finding import find_transport
from newsletter.delivery.transports.interface import ConnectionFailed, Letter
from newsletter.exceptions import CampaignStateError
from newsletter.mail.compose import compose_page, find_conditions
from newsletter.mail.conditions import EVERYTHING, find_shown
from newsletter.mail.merge import merge_values
from newsletter.mail.message import MessageBuilder
from newsletter.models import Campaign, Variant

PREFIX = "[TEST]"
# No delivery has it, so the address for leaving in a test leads nowhere.
NO_DELIVERY = 0


def send_test(
    campaign: Campaign,
    *,
    addresses: list[str],
    as_contact: Contact | None,
) -> None:
    """Send a saved campaign to some addresses, as ``as_contact`` would get it.

    Without a contact every block is shown and the merge fields say their fallback. Talks
    to the mail server at once, in this process. Raises CampaignStateError when the last
    save failed or the server does not take it, CompositionError for the content.
    """
    if campaign.revision is None:
        raise CampaignStateError(
            _("The last save did not succeed, so there is nothing to send. Save again.")
        )
    variant = _make_variant(campaign, as_contact)
    values = merge_values(as_contact) if as_contact else {}
    try:
        conversation = find_transport().connect()
    except ConnectionFailed as error:
        raise CampaignStateError(_("The mail server cannot be reached.")) from error
    letters = _write_letters(variant, addresses, values)
    try:
        for _letter, outcome in conversation.deliver(letters, lambda _id: True):
            _check_taken(outcome)
    finally:
        conversation.close()


def _make_variant(campaign: Campaign, contact: Contact | None) -> Variant:
    pages = find_pages(campaign)
    conditions = find_conditions(pages.values())
    language = contact.language if contact and contact.language in pages else None
    locale = language or next(iter(pages))
    composition = compose_page(
        pages[locale], campaign.newsletter, conditions, locale=locale
    )
    today = timezone.localdate()
    shown = find_shown(contact, conditions, today) if contact else EVERYTHING
    mail = composition.cut(shown)
    return Variant(
        campaign=_as_frozen(campaign),
        locale=locale,
        subject=f"{PREFIX} {mail.subject}",
        html=mail.html,
        text=mail.text,
    )


def _as_frozen(campaign: Campaign) -> Campaign:
    """Return an unsaved stand-in with what a freeze would copy from the newsletter."""
    newsletter = campaign.newsletter
    return Campaign(
        pk=campaign.pk,
        sender_name=newsletter.sender_name,
        sender_email=newsletter.sender_email,
        reply_to=newsletter.reply_to,
        list_id=newsletter.list_id,
        frozen_at=timezone.now(),
    )


def _write_letters(
    variant: Variant, addresses: list[str], values: dict[str, str]
) -> list[Letter]:
    sender = variant.campaign.sender_email
    builder = MessageBuilder(variant.campaign, variant)
    return [
        Letter(
            NO_DELIVERY,
            sender,
            address,
            builder.build(
                delivery_id=NO_DELIVERY,
                address=address,
                values=values,
                at=timezone.now(),
            ),
            variant,
            values,
        )
        for address in addresses
    ]


def _check_taken(outcome: Outcome) -> None:
    if outcome.verdict != Verdict.ACCEPTED:
        raise CampaignStateError(
            _("The mail server did not take the test: %(answer)s")
            % {"answer": outcome.reply}
        )
