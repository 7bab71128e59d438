"""Further sends of an item, and corrections: what a send has to do with earlier ones.

Who *had* an earlier send is everybody whom it was accepted for, whose letter is uncertain
or still on its way. Refused, given up, stopped and cancelled letters were not had.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from crm.models import Contact
from crm.models.contact import ContactQuerySet
from newsletter.choices import (
    OPEN_STATES,
    CampaignAudience,
    CampaignState,
    DeliveryState,
)
from newsletter.exceptions import CampaignStateError
from newsletter.models import Campaign, Delivery, NewsPage

# A correction goes to these; an uncertain letter may well have arrived.
GOT_STATES = (DeliveryState.ACCEPTED, DeliveryState.UNKNOWN)
HAD_STATES = (*OPEN_STATES, *GOT_STATES)
# Sends that have not been frozen yet.
WAITING = (CampaignState.DRAFT, CampaignState.SCHEDULED)


@dataclass(frozen=True)
class Repeat:
    """Sends whose readers are passed over (ADDED_SINCE), or are the whole circle."""

    audience: CampaignAudience
    sends: Sequence[int]

    @property
    def is_same_people(self) -> bool:
        return self.audience == CampaignAudience.SAME_PEOPLE

    def narrow(self, members: ContactQuerySet) -> ContactQuerySet:
        """Return the members without those who had one of the sends."""
        had = self._letters(HAD_STATES).filter(contact=OuterRef("pk"))
        return members.exclude(Exists(had))

    def select_readers(self) -> ContactQuerySet:
        """Return the contacts who got one of the sends, whatever segments say now."""
        from_them = self._letters(GOT_STATES).filter(contact__isnull=False)
        return Contact.objects.filter(pk__in=from_them.values("contact"))

    def had_by_address(self) -> Exists:
        """Return, for contacts with ``mail_hash``, whether that address had it."""
        return Exists(
            self._letters(HAD_STATES).filter(address_hash=OuterRef("mail_hash"))
        )

    def _letters(self, states: Sequence[str]):
        return Delivery.objects.filter(campaign__in=self.sends, state__in=states)


def find_repeat(campaign: Campaign) -> Repeat | None:
    """Return what the send repeats; None for one to everybody in the recipients.

    Raises CampaignStateError when there is nothing it could follow.
    """
    audience = CampaignAudience(campaign.audience)
    if audience == CampaignAudience.RECIPIENTS:
        return None
    sends = list_followed(campaign)
    if not sends:
        raise CampaignStateError(_explain_nothing(audience))
    return Repeat(audience, sends)


def repeat_for(page: NewsPage, audience: str) -> Repeat | None:
    """Return what a send of the item with that audience would repeat; None for nothing.

    Raises CampaignStateError when there is nothing it could follow.
    """
    followed = find_followed(page, audience)
    return find_repeat(Campaign(page=page, audience=audience, follows=followed))


def find_draft_repeat(page: NewsPage) -> Repeat | None:
    """Return what the item's next send repeats, as it is chosen so far."""
    draft = page.campaigns.filter(state__in=WAITING).first() if page.pk else None
    audience = draft.audience if draft else choose_audience(page)
    try:
        return repeat_for(page, audience)
    except CampaignStateError:
        # What it followed is gone; saving says so.
        return None


def list_audiences(page: NewsPage) -> list[CampaignAudience]:
    """Return whom a send of the item could go to, the likeliest first."""
    audiences = [CampaignAudience.RECIPIENTS]
    if find_followed(page, CampaignAudience.ADDED_SINCE):
        audiences.insert(0, CampaignAudience.ADDED_SINCE)
    if find_followed(page, CampaignAudience.SAME_PEOPLE):
        audiences.insert(0, CampaignAudience.SAME_PEOPLE)
    return audiences


def list_followed(campaign: Campaign) -> list[int]:
    """Return the sends that the send adds to or corrects, by id: all of that item."""
    followed = campaign.follows
    if followed is None:
        return []
    if followed.page is None:
        return [followed.pk]
    return [pk for pk in list_sends(followed.page) if pk != campaign.pk]


def list_sends(page: NewsPage) -> list[int]:
    """Return the sends of the item that were frozen, by id."""
    sends = page.campaigns.exclude(frozen_at=None)
    return sorted(sends.values_list("pk", flat=True))


def find_followed(page: NewsPage, audience: str) -> Campaign | None:
    """Return the newest send that a send of the item with that audience follows."""
    if audience == CampaignAudience.RECIPIENTS:
        return None
    is_correction = audience == CampaignAudience.SAME_PEOPLE
    item = page.corrects if is_correction else page
    if item is None:
        return None
    return item.campaigns.exclude(frozen_at=None).first()


def choose_audience(page: NewsPage) -> CampaignAudience:
    """Return whom a first send of the item goes to unless somebody chooses otherwise."""
    if page.corrects_id and find_followed(page, CampaignAudience.SAME_PEOPLE):
        return CampaignAudience.SAME_PEOPLE
    return CampaignAudience.RECIPIENTS


def count_had(page: NewsPage) -> int:
    """Return how many letters of the item people have had."""
    sends = list_sends(page)
    return Delivery.objects.filter(campaign__in=sends, state__in=HAD_STATES).count()


def _explain_nothing(audience: CampaignAudience) -> str:
    if audience == CampaignAudience.SAME_PEOPLE:
        return _(
            "Choose the item that this corrects. It must have been sent: the correction "
            "goes to who got it."
        )
    return _("This item has not been sent before, so nobody can have been added since.")
