"""What people said, and which addresses are stopped. The only writer of both."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from crm.addresses import hash_address, normalise_address
from crm.choices import ConsentAction, ConsentStatus, SuppressionReason
from crm.models import ConsentEntry, ConsentState, Contact, Purpose, Suppression

STATUS_AFTER = {
    ConsentAction.GIVEN: ConsentStatus.GIVEN,
    ConsentAction.RETURNED: ConsentStatus.GIVEN,
    ConsentAction.WITHDRAWN: ConsentStatus.WITHDRAWN,
    ConsentAction.OBJECTED: ConsentStatus.OBJECTED,
}
STRICTNESS = {
    ConsentStatus.GIVEN: 0,
    ConsentStatus.WITHDRAWN: 1,
    ConsentStatus.OBJECTED: 2,
}


@transaction.atomic
def record_consent(
    contact: Contact,
    purpose: Purpose,
    action: ConsentAction,
    *,
    source: str,
    by: Any = None,
    at: datetime | None = None,
    proof: dict[str, Any] | None = None,
) -> ConsentEntry:
    """Append an entry to the ledger and write the state with it; return the entry.

    ``source`` says where it was said ("unsubscribe link", "form at …"), ``proof`` what
    an earlier system recorded of it. Writes an entry
    even when the state does not change: that somebody said it again is evidence too.
    What was said before the state's own day leaves the state, and leaving after an
    objection leaves the objection, which is the wider of the two (GDPR art. 21).
    """
    at = at or timezone.now()
    state = _lock_state(contact, purpose)
    status = STATUS_AFTER[action]
    if state is None:
        ConsentState.objects.create(
            contact=contact, purpose=purpose, status=status, since=at
        )
    elif at >= state.since and not (
        state.status == ConsentStatus.OBJECTED and status == ConsentStatus.WITHDRAWN
    ):
        state.status, state.since = status, at
        state.save(update_fields=["status", "since"])
    return ConsentEntry.objects.create(
        contact=contact,
        purpose=purpose,
        action=action,
        at=at,
        source=source,
        by=by,
        proof=proof or {},
        wording=purpose.wording,
        wording_version=purpose.version,
    )


@transaction.atomic
def withdraw_consent(contact: Contact, purpose: Purpose, *, source: str) -> bool:
    """Let a contact leave a purpose; return whether that changed anything.

    Idempotent: leaving twice writes one entry (mail clients repeat RFC 8058 posts).
    """
    state = _lock_state(contact, purpose)
    if state and state.status != ConsentStatus.GIVEN:
        return False
    record_consent(contact, purpose, ConsentAction.WITHDRAWN, source=source)
    return True


@transaction.atomic
def record_first(
    purpose: Purpose,
    said: Iterable[tuple[int, ConsentAction, datetime, dict[str, Any]]],
    *,
    source: str,
    by: Any = None,
) -> int:
    """Write down what people said who had said nothing yet; return for how many.

    ``said``: a contact's key, what, when and the proof of it, of a thousand people or
    so. Whoever has a state for the purpose, or has objected to anything, is passed by:
    what an earlier system knows never goes over what was said here. Four queries.
    """
    wanted = {contact: (action, at, proof) for contact, action, at, proof in said}
    # As in ``record_consent``: the contacts' rows are locked, there may be no states.
    contacts = Contact.objects.select_for_update().order_by("pk")
    known = set(contacts.filter(pk__in=wanted).values_list("pk", flat=True))
    states = ConsentState.objects.filter(contact__in=known).filter(
        Q(purpose=purpose) | Q(status=ConsentStatus.OBJECTED)
    )
    known -= set(states.values_list("contact", flat=True))
    rows = [(pk, wanted[pk]) for pk in sorted(known)]
    ConsentState.objects.bulk_create(
        ConsentState(
            contact_id=pk, purpose=purpose, status=STATUS_AFTER[action], since=at
        )
        for pk, (action, at, _proof) in rows
    )
    ConsentEntry.objects.bulk_create(
        ConsentEntry(
            contact_id=pk,
            purpose=purpose,
            action=action,
            at=at,
            source=source,
            by=by,
            proof=proof,
            wording=purpose.wording,
            wording_version=purpose.version,
        )
        for pk, (action, at, proof) in rows
    )
    return len(rows)


@transaction.atomic
def move_ledger(source: Contact, target: Contact) -> None:
    """Let everything one contact said be said by another: the two are one person.

    The one change a line of the ledger ever sees is whose it is, here and when that is
    taken back (``crm.merging``). Where both said something about a purpose, the
    stricter state stays, however old: an objection before leaving, leaving before a
    yes; of two alike the later one.
    """
    ConsentEntry.objects.filter(contact=source).update(contact=target)
    held = {row.purpose_id: row for row in ConsentState.objects.filter(contact=target)}
    for state in ConsentState.objects.filter(contact=source):
        own = held.get(state.purpose_id)
        if own is None:
            ConsentState.objects.filter(pk=state.pk).update(contact=target)
            continue
        ConsentState.objects.filter(pk=state.pk).delete()
        if _strictness(state) > _strictness(own):
            ConsentState.objects.filter(pk=own.pk).update(
                status=state.status, since=state.since
            )


@transaction.atomic
def repeat_refusals(
    source: Contact, target: Contact, *, after: datetime, heard: str
) -> None:
    """Let a no that one contact said after that time hold for another one too.

    For two contacts that were one for a while: nobody knows which of the two meant it,
    so both are left in peace. ``heard`` says in the ledger where it comes from.
    """
    said = ConsentEntry.objects.filter(
        contact=source,
        at__gt=after,
        action__in=[ConsentAction.WITHDRAWN, ConsentAction.OBJECTED],
    ).select_related("purpose")
    for entry in said.order_by("at", "pk"):
        state = ConsentState.objects.filter(contact=source, purpose=entry.purpose)
        if state.exclude(status=ConsentStatus.GIVEN).exists():
            action = ConsentAction(entry.action)
            record_consent(target, entry.purpose, action, source=heard)


def suppress(address: str, reason: SuppressionReason, *, note: str = "") -> Suppression:
    """Stop an address for all mail; return its entry in the list.

    The first reason stays when it is stopped already, except that a wish of the
    person's goes before a server's bounce, whichever was heard first.
    """
    key = hash_of(address)
    suppression, is_new = Suppression.objects.get_or_create(
        address_hash=key, defaults={"reason": reason, "note": note}
    )
    is_wish = reason in (SuppressionReason.COMPLAINT, SuppressionReason.ERASURE)
    if not is_new and is_wish and suppression.reason == SuppressionReason.BOUNCE:
        suppression.reason, suppression.note = reason, note
        suppression.save(update_fields=["reason", "note"])
    return suppression


def lift_suppression(address: str) -> bool:
    """Let an address be mailed again; return whether it had been stopped."""
    deleted, _rows = Suppression.objects.filter(address_hash=hash_of(address)).delete()
    return bool(deleted)


def lift(suppression: Suppression) -> None:
    """Let the address behind a list entry be mailed again; nobody need know it."""
    suppression.delete()


def _strictness(state: ConsentState) -> tuple[int, datetime]:
    return STRICTNESS[ConsentStatus(state.status)], state.since


def _lock_state(contact: Contact, purpose: Purpose) -> ConsentState | None:
    # The contact's row is locked, not the state's: there may be none yet, and two
    # posts of one mail client would each find none.
    Contact.objects.select_for_update().get(pk=contact.pk)
    return ConsentState.objects.filter(contact=contact, purpose=purpose).first()


def hash_of(address: str) -> str:
    """Return the keyed hash that stands for an address."""
    return hash_address(normalise_address(address), settings.CRM_ADDRESS_HASH_KEY)
