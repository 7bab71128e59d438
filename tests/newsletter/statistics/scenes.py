"""Sends that are over, row by row as a test wants them."""

from datetime import UTC, datetime, timedelta

from crm.models import Seat
from newsletter.choices import CampaignState, DeliveryState
from newsletter.models import Campaign, Delivery, DeliveryEvent
from tests.factories import make_campaign, make_contact, make_delivery

START = datetime(2026, 5, 11, 7, 0, tzinfo=UTC)


def make_send(**fields) -> Campaign:
    """Make a finished send without a delivery."""
    fields.setdefault("state", CampaignState.FINISHED)
    fields.setdefault("started_at", START)
    fields.setdefault("frozen_at", fields["started_at"])
    return make_campaign(**fields)


def add_row(
    campaign: Campaign,
    state: str = DeliveryState.ACCEPTED,
    *,
    after_minutes: float = 1,
    seat: Seat | None = None,
    heard: tuple[str, ...] = (),
    **fields,
) -> Delivery:
    """Add a delivery in a state; ``heard`` are the types of its events."""
    if state == DeliveryState.ACCEPTED:
        fields["accepted_at"] = campaign.started_at + timedelta(minutes=after_minutes)
    fields.setdefault("domain", "example.org")
    fields.setdefault("contact", make_contact())
    row = make_delivery(campaign=campaign, state=state, seat=seat, **fields)
    for kind in heard:
        DeliveryEvent.objects.create(delivery=row, type=kind)
    return row
