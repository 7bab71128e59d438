"""Uncertain deliveries of which something came back: the server had taken them."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from newsletter.choices import CampaignState, DeliveryState, EventSource
from newsletter.models import Campaign, Delivery, DeliveryEvent

# What the answer of a delivery says that was uncertain until something came back.
PROVEN = "a report proves that it was accepted"
# For so long after a send something may still come back that proves it.
PROVABLE = timedelta(days=30)


def prove_accepted(rows: Any, *, at: datetime) -> int:
    """Let uncertain deliveries be accepted ones: something came back from them.

    A report of a later server, a complaint or a click proves that the server had taken
    the letter (trust matrix: unknown → accepted). Returns how many there were. Moves
    nothing else: an event never makes a letter go again.
    """
    proven = rows.filter(state=DeliveryState.UNKNOWN).update(
        state=DeliveryState.ACCEPTED, accepted_at=at, reply=PROVEN
    )
    # The earliest proof, whichever was heard first.
    rows.filter(state=DeliveryState.ACCEPTED, reply=PROVEN, accepted_at__gt=at).update(
        accepted_at=at
    )
    return proven


def settle_proven(now: datetime) -> int:
    """Prove those deliveries that became uncertain after something came back from them.

    A report may be quicker than the journal of a worker that died. Returns how many.
    """
    recent = Q(state__in=[CampaignState.SENDING, CampaignState.PAUSED]) | Q(
        finished_at__gte=now - PROVABLE
    )
    sends = list(Campaign.objects.filter(recent).values_list("pk", flat=True))
    uncertain = Delivery.objects.filter(state=DeliveryState.UNKNOWN, campaign__in=sends)
    proofs = DeliveryEvent.objects.filter(delivery__in=uncertain).exclude(
        source=EventSource.SMTP
    )
    settled = 0
    for delivery_id, at in proofs.values_list("delivery", "at"):
        settled += prove_accepted(Delivery.objects.filter(pk=delivery_id), at=at)
    return settled
