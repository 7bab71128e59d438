"""Sends that stop by themselves: too many bounces, complaints or blocks.

A send is stopped once for this. When an editor lets it go on it is no longer watched.
One that is already through gets the trouble's name and keeps its state.
"""

import logging
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count

from newsletter.choices import (
    BounceClass,
    CampaignState,
    DeliveryState,
    EventType,
    Trouble,
)
from newsletter.delivery.campaigns import pause_campaign
from newsletter.delivery.proofs import settle_proven
from newsletter.exceptions import CampaignStateError
from newsletter.models import Campaign, Delivery, DeliveryEvent

logger = logging.getLogger(__name__)

HANDED = (DeliveryState.ACCEPTED, DeliveryState.FAILED, DeliveryState.UNKNOWN)
# Classes of which a large share says that the recipients are not what they should be.
REFUSED = (BounceClass.HARD, BounceClass.UNKNOWN)
# One reader's click or a handful of refusals are no pattern, however small the send.
LEAST_COMPLAINTS = 2
LEAST_BLOCKS = 10


def guard_campaigns(now: datetime) -> None:
    """Stop every running send that bounces, is complained of or blocked too much.

    Also settles what has been proven meanwhile. Called every round by the scheduler.
    """
    settle_proven(now)
    watched = Campaign.objects.filter(state=CampaignState.SENDING, is_watched=True)
    for campaign_id in watched.values_list("pk", flat=True):
        guard_campaign(campaign_id)


def guard_campaign(campaign_id: int) -> Trouble | None:
    """Stop a running send, or mark one that is through, if there is trouble; return it."""
    campaign = Campaign.objects.filter(pk=campaign_id, is_watched=True).first()
    if campaign is None:
        return None
    if campaign.state == CampaignState.SENDING:
        trouble = find_trouble(campaign)
        return _stop(campaign, trouble) if trouble else None
    if campaign.state == CampaignState.FINISHED and not campaign.trouble:
        trouble = find_trouble(campaign)
        if trouble:
            Campaign.objects.filter(
                pk=campaign.pk, state=CampaignState.FINISHED
            ).update(trouble=trouble)
        return trouble
    return None


def find_trouble(campaign: Campaign) -> Trouble | None:
    """Return what speaks against going on with a send, the weightiest; None for nothing.

    Shares are of the letters that were handed over. They are judged once
    NEWSLETTER_GUARD_LEAST of those are through, blocks from the tenth on.
    """
    least = settings.NEWSLETTER_GUARD_LEAST
    complaints = _count_complainers(campaign)
    if complaints >= LEAST_COMPLAINTS and _is_share(
        campaign, complaints, settings.NEWSLETTER_PAUSE_COMPLAINT_PERCENT, least
    ):
        return Trouble.COMPLAINTS
    bounces = _count_bounces(campaign)
    blocks = bounces.get(BounceClass.BLOCK, 0)
    if blocks >= LEAST_BLOCKS and _is_share(
        campaign, blocks, settings.NEWSLETTER_PAUSE_BLOCK_PERCENT, LEAST_BLOCKS
    ):
        return Trouble.BLOCKED
    refused = sum(bounces.get(kind, 0) for kind in REFUSED)
    if refused and _is_share(
        campaign, refused, settings.NEWSLETTER_PAUSE_BOUNCE_PERCENT, least
    ):
        return Trouble.BOUNCING
    return None


def _count_complainers(campaign: Campaign) -> int:
    complaints = DeliveryEvent.objects.filter(
        delivery__campaign=campaign, type=EventType.COMPLAINED
    )
    return complaints.values("delivery").distinct().count()


def _count_bounces(campaign: Campaign) -> dict[str, int]:
    """Return how many deliveries have each class, from the small index of bounces."""
    bounced = campaign.deliveries.exclude(bounce_class="").order_by()
    return dict(bounced.values_list("bounce_class").annotate(number=Count("pk")))


def _is_share(campaign: Campaign, number: int, percent: float, least: int) -> bool:
    """Whether ``number`` is at least that share of what was handed over.

    Asked once a second of sends of any size, so it counts no further than it must.
    """
    if not percent:
        return False  # 0 switches the line off
    most = int(number * 100 / percent)
    handed: Any = Delivery.objects.filter(campaign=campaign, state__in=HANDED)
    counted = handed.order_by()[: max(most, least) + 1].count()
    return least <= counted <= most


def _stop(campaign: Campaign, trouble: Trouble) -> Trouble | None:
    try:
        pause_campaign(campaign, trouble=trouble)
    except CampaignStateError:
        return None  # stopped by somebody else meanwhile
    logger.warning("Send %s stopped by itself: %s", campaign.pk, trouble.value)
    return trouble
