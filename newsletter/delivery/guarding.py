"""Sends that stop by themselves: too many bounces, complaints or blocks."""

from datetime import datetime

from newsletter.choices import BounceClass, CampaignState, Trouble
from newsletter.delivery.claims import note_trouble
from newsletter.models import Campaign, Delivery

BLOCK_STORM = 20


def guard_campaigns(now: datetime) -> None:
    """Pause every running send that bounces, is complained of or blocked too much."""
    for campaign in Campaign.objects.filter(
        state=CampaignState.SENDING, is_watched=True
    ):
        blocked = Delivery.objects.filter(
            campaign=campaign, bounce_class=BounceClass.BLOCK
        )
        if blocked.count() >= BLOCK_STORM:
            note_trouble([campaign.pk], Trouble.BLOCKED)
