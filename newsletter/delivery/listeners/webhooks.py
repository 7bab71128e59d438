"""What mail providers report, in Anymail's words, as events of ours.

Anymail checks who calls (shared secret, signatures) before a signal is sent. The same
event may come again, in any order, and of kinds nobody has thought of: those are kept.
"""

from datetime import datetime
from hashlib import sha256
from typing import Any

from anymail.signals import EventType as AnymailType
from anymail.signals import RejectReason
from django.core.signing import BadSignature
from django.db import transaction
from django.utils import timezone

from newsletter.choices import BounceClass, EventSource, EventType
from newsletter.delivery.feedback import append_event, guard_events, hear_mail
from newsletter.delivery.leaving import find_delivery, leave_newsletter
from newsletter.delivery.tracing import Trace, trace_report
from newsletter.mail.bounces import classify, hide_addresses
from newsletter.mail.reports import Report
from newsletter.models import Delivery
from newsletter.tokens import METADATA_KEY, read_delivery_token

# Steps of the provider's own, and what readers do in their mail: we keep no pixel and no
# clicks of persons, also where a provider offers them (design decision 13).
UNHEARD = {
    AnymailType.QUEUED,
    AnymailType.SENT,
    AnymailType.OPENED,
    AnymailType.CLICKED,
}
TYPES = {
    AnymailType.DELIVERED: EventType.DELIVERED,
    AnymailType.BOUNCED: EventType.BOUNCED,
    AnymailType.DEFERRED: EventType.DEFERRED,
    AnymailType.COMPLAINED: EventType.COMPLAINED,
    AnymailType.UNSUBSCRIBED: EventType.UNSUBSCRIBED,
    AnymailType.REJECTED: EventType.REJECTED,
    AnymailType.FAILED: EventType.REJECTED,
    AnymailType.AUTORESPONDED: EventType.AUTORESPONDED,
}
# Why the provider did not even try, where the receiving server said nothing.
BY_REASON = {
    RejectReason.INVALID: BounceClass.HARD,
    RejectReason.TIMED_OUT: BounceClass.SOFT,
    RejectReason.BLOCKED: BounceClass.BLOCK,
    RejectReason.SPAM: BounceClass.BLOCK,
}


def hear_tracking(sender: Any, event: Any, esp_name: str, **_signal: Any) -> None:
    """Hear one event of a provider; a receiver of ``anymail.signals.tracking``."""
    if event.event_type in UNHEARD:
        return
    now = timezone.now()
    report = _read_event(event, esp_name)
    with transaction.atomic():
        trace = _trace(event, report, now)
        heard = append_event(
            trace, report, source=EventSource.WEBHOOK, at=_when(event, now)
        )
        if heard and _wants_to_leave(event) and trace:
            delivery = find_delivery(trace.delivery_id)
            if delivery:
                leave_newsletter(delivery)
    if heard:
        guard_events([heard])


def hear_inbound(sender: Any, event: Any, esp_name: str, **_signal: Any) -> None:
    """Hear a mail that returned to a provider; a receiver of ``anymail.signals.inbound``."""
    if event.message is None:
        return
    recipient = event.message.envelope_recipient
    hear_mail(event.message.as_bytes(), sent_to=[recipient] if recipient else [])


def _read_event(event: Any, esp_name: str) -> Report:
    kind = TYPES.get(event.event_type, EventType.OTHER)
    words = " ".join(filter(None, [event.mta_response, event.description]))
    return Report(
        type=kind,
        bounce_class=_judge(kind, event.reject_reason, words),
        recipients=(event.recipient,) if event.recipient else (),
        message_id=str(event.message_id or ""),
        detail=hide_addresses(f"{esp_name} {event.event_type}: {words}".rstrip(": ")),
        key=_make_key(event, esp_name),
    )


def _judge(kind: EventType, reason: str | None, words: str) -> BounceClass | None:
    if kind == EventType.COMPLAINED:
        return BounceClass.COMPLAINT
    if kind == EventType.AUTORESPONDED:
        return BounceClass.AUTO_REPLY
    if kind not in (EventType.BOUNCED, EventType.DEFERRED, EventType.REJECTED):
        return None
    found = classify("", words)
    if kind == EventType.DEFERRED:
        return found if found == BounceClass.BLOCK else BounceClass.SOFT
    if found == BounceClass.UNKNOWN:
        return BY_REASON.get(reason, BounceClass.UNKNOWN)
    return found


def _trace(event: Any, report: Report, now: datetime) -> Trace | None:
    """Return the delivery by the token that the provider carried for us, else as mail.

    Who calls is known, so whatever is found is sure.
    """
    try:
        delivery_id = read_delivery_token(str(event.metadata.get(METADATA_KEY, "")))
    except BadSignature:
        found = trace_report(report, now=now)
        return Trace(found.delivery_id, is_sure=True) if found else None
    exists = Delivery.objects.filter(pk=delivery_id).exists()
    return Trace(delivery_id, is_sure=True) if exists else None


def _wants_to_leave(event: Any) -> bool:
    return AnymailType.UNSUBSCRIBED in (event.event_type, event.reject_reason)


def _when(event: Any, now: datetime) -> datetime:
    at = event.timestamp
    if not isinstance(at, datetime) or timezone.is_naive(at):
        return now
    return min(at, now)


def _make_key(event: Any, esp_name: str) -> str:
    """Return what tells an event from others; some ids are shared by several people."""
    parts = [
        "webhook",
        esp_name,
        event.event_type,
        event.event_id or "",
        event.message_id or "",
        event.recipient or "",
        # Without an id it is the time that tells two deferrals apart.
        "" if event.event_id else str(event.timestamp or ""),
    ]
    return sha256("\0".join(map(str, parts)).encode("utf-8", "replace")).hexdigest()
