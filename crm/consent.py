"""What people said, and which addresses are stopped. The only writer of both."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
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


def suppress(address: str, reason: SuppressionReason, *, note: str = "") -> Suppression:
    """Stop an address for all mail; the first reason stays when it is stopped already."""
    key = hash_of(address)
    suppression, _created = Suppression.objects.get_or_create(
        address_hash=key, defaults={"reason": reason, "note": note}
    )
    return suppression


def lift_suppression(address: str) -> bool:
    """Let an address be mailed again; return whether it had been stopped."""
    deleted, _rows = Suppression.objects.filter(address_hash=hash_of(address)).delete()
    return bool(deleted)


def lift(suppression: Suppression) -> None:
    """Let the address behind a list entry be mailed again; nobody need know it."""
    suppression.delete()


def _lock_state(contact: Contact, purpose: Purpose) -> ConsentState | None:
    # The contact's row is locked, not the state's: there may be none yet, and two
    # posts of one mail client would each find none.
    Contact.objects.select_for_update().get(pk=contact.pk)
    return ConsentState.objects.filter(contact=contact, purpose=purpose).first()


def hash_of(address: str) -> str:
    """Return the keyed hash that stands for an address."""
    return hash_address(normalise_address(address), settings.CRM_ADDRESS_HASH_KEY)
