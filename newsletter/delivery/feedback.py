"""What comes back becomes events, and what follows from them.

Events are appended and never change; what follows from them is the same in whatever
order and however often they are heard (test matrix T15). Hard bounces and complaints
stop the address; blocks and automatic replies never do: they are told to the sender.
"""

import logging
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.utils import timezone

from newsletter.choices import EventSource, EventType
from newsletter.delivery.consequences import draw_consequences
from newsletter.delivery.guarding import guard_campaign
from newsletter.delivery.proofs import prove_accepted
from newsletter.delivery.tracing import Trace, trace_report
from newsletter.mail.reports import Report, read_reports
from newsletter.models import Delivery, DeliveryEvent

logger = logging.getLogger(__name__)


def hear_mail(content: bytes, *, sent_to: Iterable[str] = ()) -> int:
    """Hear all that a mail says; return how many statements were new.

    ``sent_to`` are the envelope's recipients where they are known. When this returns,
    all is committed; it may be given the same mail again. Raises DatabaseError.
    """
    reports = read_reports(content, sent_to=sent_to)
    with transaction.atomic():
        heard = [hear_report(report, source=EventSource.MAIL) for report in reports]
    new = [event for event in heard if event]
    guard_events(new)
    return len(new)


@transaction.atomic
def hear_report(
    report: Report, *, source: EventSource, at: datetime | None = None
) -> DeliveryEvent | None:
    """Append what a report says and draw its consequences; None if it was heard before.

    What cannot be traced to a letter of ours is kept, and does nothing.
    """
    now = timezone.now()
    return append_event(
        trace_report(report, now=now), report, source=source, at=at or now
    )


@transaction.atomic
def append_event(
    trace: Trace | None, report: Report, *, source: EventSource, at: datetime
) -> DeliveryEvent | None:
    """Append an event to the delivery that is already traced; as ``hear_report``."""
    event, is_new = DeliveryEvent.objects.get_or_create(
        key=report.key,
        defaults={
            "delivery_id": trace.delivery_id if trace else None,
            "type": report.type,
            "bounce_class": report.bounce_class or "",
            "source": source,
            "detail": report.detail,
            "at": at,
        },
    )
    if not is_new:
        return None
    if trace:
        prove_accepted(Delivery.objects.filter(pk=trace.delivery_id), at=event.at)
        draw_consequences(event, is_sure=trace.is_sure, has_left=report.has_left)
    logger.info(
        "Heard by %s: %s %s of delivery %s",
        event.source,
        event.type,
        event.bounce_class,
        event.delivery_id,
    )
    return event


@transaction.atomic
def hear_refusals(delivery_ids: Iterable[int]) -> None:
    """Draw the consequences of refusals that a worker has just recorded.

    The rows carry ``bounce_class`` already. Idempotent: one event for each attempt.
    """
    refused = Delivery.objects.filter(pk__in=delivery_ids).exclude(bounce_class="")
    for delivery in refused.order_by("pk"):
        event, is_new = DeliveryEvent.objects.get_or_create(
            key=sha256(f"smtp {delivery.pk} {delivery.attempts}".encode()).hexdigest(),
            defaults={
                "delivery": delivery,
                "type": EventType.BOUNCED,
                "bounce_class": delivery.bounce_class,
                "source": EventSource.SMTP,
                "detail": delivery.reply,
            },
        )
        if is_new:
            draw_consequences(event, is_sure=True, has_left=False)


def guard_events(events: Iterable[DeliveryEvent]) -> None:
    """Look at the sends that just got bad news, also those that are through."""
    bad = (EventType.BOUNCED, EventType.REJECTED, EventType.COMPLAINED)
    ids = [e.delivery_id for e in events if e.delivery_id and e.type in bad]
    rows = Delivery.objects.filter(pk__in=ids).order_by()
    for campaign_id in rows.values_list("campaign", flat=True).distinct():
        guard_campaign(campaign_id)
