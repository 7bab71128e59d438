"""Who sits where: filling and leaving seats, and the copies that rules read."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from crm.exceptions import SeatTakenError
from crm.models import Affiliation, Contact, Organisation, Seat


@transaction.atomic
def fill_seat(
    seat: Seat,
    contact: Contact,
    *,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Affiliation:
    """Let the contact hold the seat from that day; return the affiliation.

    Returns the present one when the contact holds it already. Raises SeatTakenError
    when somebody else does: succession is a decision, never a side effect. With
    ``ends_on`` it records that the contact held the seat; that takes nobody's place.
    """
    if ends_on is None:
        # The seat's row, since a vacant one has no affiliation that could be locked.
        Seat.objects.select_for_update().get(pk=seat.pk)
        present = Affiliation.objects.filter(seat=seat, ends_on__isnull=True).first()
        if present and present.contact_id == contact.pk:
            return present
        if present:
            raise SeatTakenError(describe_taken(seat, present.contact))
    return Affiliation.objects.create(
        seat=seat,
        contact=contact,
        starts_on=starts_on,
        ends_on=ends_on,
        **_copies(seat),
    )


def find_holder(seat: Seat) -> Contact | None:
    """Return who holds the seat with no end in sight; None when it can be filled."""
    present = (
        Affiliation.objects.filter(seat=seat, ends_on__isnull=True)
        .select_related("contact")
        .first()
    )
    return present.contact if present else None


def describe_taken(seat: Seat, holder: Contact) -> str:
    """Return the sentence that says why the seat cannot be filled."""
    return _("%(holder)s holds the seat %(seat)s. End that affiliation first.") % {
        "holder": holder,
        "seat": seat,
    }


@transaction.atomic
def succeed_seat(
    seat: Seat, successor: Contact | None, *, ended_on: date, starts_on: date
) -> Affiliation | None:
    """End the present affiliation and let the successor (or nobody) take the seat."""
    Affiliation.objects.filter(seat=seat, ends_on__isnull=True).update(ends_on=ended_on)
    if successor is None:
        return None
    return fill_seat(seat, successor, starts_on=starts_on)


def refresh_copies(*, seats: Any = None) -> int:
    """Write a seat's and its organisation's facts into affiliations; return how many.

    Called after a seat or an organisation changed, in the same transaction; without
    ``seats`` it repairs all of them.
    """
    changed = 0
    affected = Seat.objects.select_related("organisation")
    if seats is not None:
        affected = affected.filter(pk__in=seats)
    for seat in affected.iterator(chunk_size=500):
        copies = _copies(seat)
        # exclude() would pass over rows whose network is NULL on one side only.
        for affiliation in Affiliation.objects.filter(seat=seat):
            if any(getattr(affiliation, key) != value for key, value in copies.items()):
                Affiliation.objects.filter(pk=affiliation.pk).update(**copies)
                changed += 1
    return changed


def refresh_organisation(organisation: Organisation) -> int:
    """Refresh the copies of every seat at an organisation; return how many changed."""
    return refresh_copies(seats=organisation.seats.values("pk"))


def _copies(seat: Seat) -> dict[str, Any]:
    return {
        "role_id": seat.role_id,
        "network_id": seat.network_id,
        "organisation_id": seat.organisation_id,
        "kind": seat.organisation.kind,
        "country": seat.organisation.country,
        "region": seat.organisation.region,
    }
