"""What follows from an event: for the delivery, its address, and the seat."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from crm.choices import SeatTaskReason, SuppressionReason
from crm.consent import suppress
from crm.models import Affiliation, SeatTask
from crm.seats import open_task
from newsletter.choices import BounceClass, EventType
from newsletter.models import Delivery, DeliveryEvent

NOT_ARRIVED = (EventType.BOUNCED, EventType.REJECTED)
# A delivery of which several things were said has the weightiest class.
WEIGHTS = {
    "": 0,
    BounceClass.UNKNOWN: 1,
    BounceClass.SOFT: 2,
    BounceClass.BLOCK: 3,
    BounceClass.HARD: 4,
}


def draw_consequences(event: DeliveryEvent, *, is_sure: bool, has_left: bool) -> None:
    """Do what a new event of a delivery asks for, in the transaction that appends it.

    ``is_sure``: nobody else can have made it up (``tracing.Trace``); only then does one
    event stop an address. The rest counts as one of several.
    """
    delivery = (
        Delivery.objects.select_for_update(of=("self",))
        .select_related("seat", "contact")
        .get(events=event)
    )
    is_hard = event.type in NOT_ARRIVED and event.bounce_class == BounceClass.HARD
    if event.type in NOT_ARRIVED:
        _weigh_class(delivery, event)
    if event.type == EventType.COMPLAINED and is_sure:
        _stop_address(delivery, SuppressionReason.COMPLAINT, event.detail)
    elif is_hard and is_sure:
        _stop_address(delivery, SuppressionReason.BOUNCE, event.detail)
        _open_task(delivery, SeatTaskReason.BOUNCED, event.detail)
    elif is_hard or event.bounce_class == BounceClass.SOFT:
        _count_soft_bounces(delivery, event)
    if has_left:
        _open_task(delivery, SeatTaskReason.HAS_LEFT, event.detail)


def _weigh_class(delivery: Delivery, event: DeliveryEvent) -> None:
    if WEIGHTS.get(event.bounce_class, 0) > WEIGHTS.get(delivery.bounce_class, 0):
        delivery.bounce_class = event.bounce_class
        delivery.save(update_fields=["bounce_class"])


def _stop_address(delivery: Delivery, reason: SuppressionReason, note: str) -> None:
    # Of somebody who was erased there is no address any more; erasing stopped it.
    if delivery.address:
        suppress(delivery.address, reason, note=note[:200])


def _count_soft_bounces(delivery: Delivery, event: DeliveryEvent) -> None:
    """Stop an address that was full or away in so many sends within so many days."""
    if event.type not in NOT_ARRIVED or not delivery.address:
        return
    bounces = DeliveryEvent.objects.filter(
        delivery__address_hash=delivery.address_hash,
        type__in=NOT_ARRIVED,
        bounce_class__in=[BounceClass.SOFT, BounceClass.HARD],
    ).order_by("at")
    days = timedelta(days=settings.NEWSLETTER_SOFT_BOUNCE_DAYS)
    heard = list(bounces.values_list("at", "delivery__campaign"))
    for first, _campaign in heard:
        sends = {campaign for at, campaign in heard if first <= at <= first + days}
        if len(sends) >= settings.NEWSLETTER_SOFT_BOUNCES:
            _stop_address(delivery, SuppressionReason.BOUNCE, event.detail)
            return


def _open_task(delivery: Delivery, reason: SeatTaskReason, detail: str) -> None:
    """Ask for the successor, if the contact still holds the seat that was written to."""
    seat, contact = delivery.seat, delivery.contact
    if seat is None or contact is None:
        return
    holds = Affiliation.objects.held(timezone.localdate()).filter(
        seat=seat, contact=contact
    )
    # That somebody has left says more than that the address bounces.
    known = SeatTask.objects.filter(
        seat=seat,
        contact=contact,
        closed_at__isnull=True,
        reason=SeatTaskReason.HAS_LEFT,
    )
    if holds.exists() and not (reason == SeatTaskReason.BOUNCED and known.exists()):
        open_task(seat, contact, reason, detail)
