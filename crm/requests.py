"""What people ask about their own data: kept, counted down, answered (GDPR art. 12–17)."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from crm.choices import RequestKind
from crm.models import Contact, DataRequest


@transaction.atomic
def ask(
    contact: Contact, kind: RequestKind, text: str, *, now: datetime
) -> DataRequest:
    """Keep somebody's wish; return it, with what else they said while it is open.

    Asking again makes no second one and does not put off the day by which it must be
    answered.
    """
    # The contact's row is locked: two clicks at once would make two wishes.
    Contact.objects.select_for_update().get(pk=contact.pk)
    waiting = open_requests().filter(contact=contact, kind=kind).first()
    if waiting is None:
        return DataRequest.objects.create(
            contact=contact, kind=kind, text=text, asked_at=now
        )
    if text and text not in waiting.text:
        waiting.text = "\n\n".join(filter(None, (waiting.text, text)))
        waiting.save(update_fields=["text"])
    return waiting


def note_copy(contact: Contact, *, now: datetime) -> DataRequest:
    """Write down that somebody took a copy of their data, without what stood in it."""
    return DataRequest.objects.create(
        contact=contact, kind=RequestKind.COPY, asked_at=now, closed_at=now
    )


def answer_request(
    request: DataRequest, answer: str, *, by: Any, now: datetime
) -> bool:
    """Close a wish with a sentence on what was done; return False if it was closed."""
    changed = DataRequest.objects.filter(pk=request.pk, closed_at__isnull=True).update(
        closed_at=now, closed_by=by, answer=answer
    )
    return bool(changed)


def forget_words(contact: Contact) -> None:
    """Blank what somebody wrote, who is about to be deleted; that they asked stays."""
    DataRequest.objects.filter(contact=contact).update(text="")


def open_requests() -> QuerySet[DataRequest]:
    """Return the wishes nobody has answered, the oldest first."""
    waiting = DataRequest.objects.filter(closed_at__isnull=True)
    return waiting.order_by("asked_at", "pk")


def answered_requests() -> QuerySet[DataRequest]:
    """Return the wishes that were answered, the latest first; copies are among them."""
    return DataRequest.objects.filter(closed_at__isnull=False).order_by(
        "-closed_at", "-pk"
    )


def days_left(request: DataRequest, today: date) -> int:
    """Return how many days there are to answer; below zero once it is late."""
    return (request.due_on - today).days
