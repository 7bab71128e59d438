"""Leaving a newsletter from a letter, and coming back."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from crm.choices import ConsentAction, ConsentStatus
from crm.consent import record_consent, withdraw_consent
from crm.models import ConsentState
from newsletter.choices import EventType
from newsletter.models import Delivery, DeliveryEvent

# The ledger keeps these as they are; they are translated when they are shown.
SOURCE = gettext_noop("unsubscribe link")
UNDO_SOURCE = gettext_noop("undo of the unsubscribe link")


@dataclass(frozen=True)
class Standing:
    """Whether a reader is out of a newsletter, since when, and may come back."""

    is_out: bool
    since: datetime | None = None
    may_return: bool = False


def find_delivery(delivery_id: int) -> Delivery | None:
    """Return a delivery with all that leaving needs; None when it is gone."""
    return (
        Delivery.objects.select_related("contact", "campaign__newsletter__purpose")
        .filter(pk=delivery_id)
        .first()
    )


def find_standing(delivery: Delivery) -> Standing:
    """Return where the reader stands. Who was erased is out and cannot come back."""
    if delivery.contact is None:
        return Standing(is_out=True)
    state = ConsentState.objects.filter(
        contact=delivery.contact, purpose=delivery.campaign.newsletter.purpose
    ).first()
    if state is None or state.status == ConsentStatus.GIVEN:
        return Standing(is_out=False)
    return Standing(
        is_out=True,
        since=state.since,
        may_return=state.status == ConsentStatus.WITHDRAWN,
    )


@transaction.atomic
def leave_newsletter(delivery: Delivery) -> bool:
    """Let the reader of a delivery leave what it was sent for, from this moment.

    Returns whether that changed anything. Idempotent: a repeated request writes nothing.
    What is queued is stopped by the worker, which asks again before it hands a letter over.
    """
    if delivery.contact is None:
        return False
    purpose = delivery.campaign.newsletter.purpose
    has_left = withdraw_consent(delivery.contact, purpose, source=SOURCE)
    if has_left:
        DeliveryEvent.objects.create(delivery=delivery, type=EventType.UNSUBSCRIBED)
    return has_left


@transaction.atomic
def return_to_newsletter(delivery: Delivery) -> bool:
    """Undo leaving; return whether there was anything to undo.

    Never brings back somebody who objected to all mail.
    """
    contact = delivery.contact
    if contact is None or not find_standing(delivery).may_return:
        return False
    record_consent(
        contact,
        delivery.campaign.newsletter.purpose,
        ConsentAction.RETURNED,
        source=UNDO_SOURCE,
    )
    return True
