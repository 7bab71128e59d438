"""A test goes to colleagues before the letter goes to everybody: same code, no rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from crm.addresses import encode_domain
from crm.models import Contact
from newsletter.delivery.outcomes import Outcome, Verdict
from newsletter.delivery.planning import find_pages
from newsletter.delivery.transports.finding import find_transport
from newsletter.delivery.transports.interface import ConnectionFailed, Letter
from newsletter.delivery.transports.waiting import hand_over
from newsletter.delivery.variants import count_variants
from newsletter.exceptions import CampaignStateError
from newsletter.mail.compose import compose_page, find_conditions
from newsletter.mail.merge import merge_values
from newsletter.mail.message import MessageBuilder
from newsletter.mail.preview import Cut, Reader, find_cut
from newsletter.models import Campaign, Variant

PREFIX = "[TEST]"
# No delivery has it, so the address for leaving in a test leads nowhere.
NO_DELIVERY = 0
# Of each kind of letter one goes to every address: more than this nobody looks at.
MOST_VARIANTS = 20
# Where the letter itself begins, after the preheader: what a mailbox shows first stays.
LETTER = '<div aria-label="'
NOTE = (
    '<div style="padding:10px 28px;background:#fff3cd;color:#16201d;'
    'font:14px/1.5 Arial,sans-serif">{}</div>'
)


@dataclass(frozen=True)
class Tested:
    """How many kinds of letter were sent as tests, of how many there are."""

    variants: int
    all_variants: int


def send_test(
    campaign: Campaign, *, addresses: list[str], reader: Reader = None
) -> None:
    """Send a saved campaign to some addresses, as ``reader`` would get it.

    Without one every block is shown and the merge fields say their fallback. Talks to
    the mail server at once, in this process. Raises CampaignStateError when the last
    save failed or the server does not take it, CompositionError for the content,
    NoLetterError when the reader gets nothing.
    """
    _check_saved(campaign)
    _deliver(campaign, [reader], addresses)


def send_test_of_each(campaign: Campaign, *, addresses: list[str]) -> Tested:
    """Send every variant that somebody would get today, the largest first.

    No more than ``MOST_VARIANTS``. Raises as ``send_test`` does, and CampaignStateError
    when nobody would get anything.
    """
    _check_saved(campaign)
    variants = count_variants(campaign, timezone.localdate())
    if not variants:
        raise CampaignStateError(
            _("Nobody would get it. Look at the recipients and who may be written to.")
        )
    readers = [Cut(v.locale, v.shown) for v in variants[:MOST_VARIANTS]]
    _deliver(campaign, list(readers), addresses)
    return Tested(len(readers), len(variants))


def _check_saved(campaign: Campaign) -> None:
    if campaign.revision is None:
        raise CampaignStateError(
            _("The last save did not succeed, so there is nothing to send. Save again.")
        )


def _deliver(campaign: Campaign, readers: list[Reader], addresses: list[str]) -> None:
    letters = list(_write_letters(campaign, readers, addresses))
    try:
        conversation = find_transport().connect()
    except ConnectionFailed as error:
        raise CampaignStateError(_("The mail server cannot be reached.")) from error
    try:
        for _letter, outcome in hand_over(conversation, letters):
            _check_taken(outcome)
    finally:
        conversation.close()


def _write_letters(
    campaign: Campaign, readers: list[Reader], addresses: list[str]
) -> Iterator[Letter]:
    pages = find_pages(campaign)
    conditions = find_conditions(pages.values())
    frozen = _as_frozen(campaign)
    for reader in readers:
        cut = find_cut(reader, pages, conditions, campaign.newsletter)
        composition = compose_page(
            pages[cut.locale], campaign.newsletter, conditions, locale=cut.locale
        )
        mail = composition.cut(cut.shown)
        with translation.override(cut.locale):
            note = _write_note(reader)
        variant = Variant(
            campaign=frozen,
            locale=cut.locale,
            shown=cut.shown,
            subject=f"{PREFIX} {mail.subject}",
            html=mail.html.replace(LETTER, NOTE.format(escape(note)) + LETTER, 1),
            text=f"{note}\n\n{mail.text}",
        )
        values = merge_values(reader) if isinstance(reader, Contact) else {}
        builder = MessageBuilder(frozen, variant)
        for address in addresses:
            content = builder.build(
                delivery_id=NO_DELIVERY,
                address=address,
                values=values,
                at=timezone.now(),
            )
            sender = frozen.sender_email
            yield Letter(NO_DELIVERY, sender, address, content, variant, values)


def _write_note(reader: Reader) -> str:
    """Return the line that says what a letter is: nobody takes it for the real one."""
    if isinstance(reader, Contact):
        return _(
            "This is a test: what %(name)s would get. The link to leave is dead."
        ) % {"name": reader}
    return _("This is a test, and went to nobody else. The link to leave is dead.")


def _as_frozen(campaign: Campaign) -> Campaign:
    """Return an unsaved stand-in with what a freeze would copy from the newsletter."""
    newsletter = campaign.newsletter
    return Campaign(
        pk=campaign.pk,
        sender_name=newsletter.sender_name,
        sender_email=encode_domain(newsletter.sender_email),
        reply_to=encode_domain(newsletter.reply_to),
        list_id=newsletter.list_id,
        frozen_at=timezone.now(),
    )


def _check_taken(outcome: Outcome) -> None:
    if outcome.verdict != Verdict.ACCEPTED:
        raise CampaignStateError(
            _("The mail server did not take the test: %(answer)s")
            % {"answer": outcome.reply}
        )
