"""Who sits where: filling and leaving seats, and the copies that rules read.

Nobody shares a seat for a single day. Every writer of affiliations locks the seat's row
first, since a vacant seat has no affiliation that could be locked; the constraint
``crm_affiliation_no_overlap`` holds it against what passes these functions by.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from crm.choices import SeatTaskReason
from crm.exceptions import SeatDaysError, SeatTakenError
from crm.models import Affiliation, Contact, Organisation, Seat, SeatTask


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
    when somebody else holds it on one of these days: succession is a decision, never a
    side effect. With ``ends_on`` it records that the contact held the seat until then.
    Without ``starts_on``, where others sat before, it starts today: they were not there
    together.
    """
    _lock(seat)
    if ends_on is None:
        own = Affiliation.objects.filter(seat=seat, contact=contact)
        if present := own.filter(ends_on__isnull=True).first():
            return present
        starts_on = starts_on or find_start(seat)
    _check_days(starts_on, ends_on)
    _check_free(seat, starts_on, ends_on)
    return Affiliation.objects.create(
        seat=seat,
        contact=contact,
        starts_on=starts_on,
        ends_on=ends_on,
        **_copies(seat),
    )


def fill_new_seats(
    wanted: Iterable[tuple[Seat, int, date | None]],
) -> list[Affiliation]:
    """Let contacts hold seats that were made just now; return the affiliations.

    ``wanted``: seat, the contact's key, from when. Two queries for any number, since
    nobody can hold a seat that nobody else has seen.
    """
    return Affiliation.objects.bulk_create(
        Affiliation(
            seat=seat, contact_id=contact_id, starts_on=starts_on, **_copies(seat)
        )
        for seat, contact_id, starts_on in wanted
    )


@transaction.atomic
def change_days(
    affiliation: Affiliation,
    *,
    starts_on: date | None,
    ends_on: date | None,
    by: Any = None,
) -> Affiliation:
    """Correct from when to when somebody holds a seat; return the affiliation.

    Raises SeatDaysError when it would end before it starts, SeatTakenError when somebody
    else holds the seat on one of these days. When it ends, what was open about the
    holder is done.
    """
    _lock(affiliation.seat)
    _check_days(starts_on, ends_on)
    _check_free(affiliation.seat, starts_on, ends_on, but=affiliation)
    affiliation.starts_on, affiliation.ends_on = starts_on, ends_on
    affiliation.save(update_fields=["starts_on", "ends_on"])
    if ends_on is not None:
        _close_tasks(affiliation.seat, by, contact=affiliation.contact)
    return affiliation


@transaction.atomic
def succeed_seat(
    seat: Seat,
    successor: Contact | None,
    *,
    ended_on: date,
    starts_on: date | None = None,
    by: Any = None,
) -> Affiliation | None:
    """End the present affiliation and let the successor (or nobody) take the seat.

    The successor starts the day after unless ``starts_on`` says later. Raises
    SeatDaysError when the holder began after ``ended_on`` or the successor would begin
    before it, SeatTakenError when the successor holds the seat already. What was open
    about the seat is done, by ``by``.
    """
    _lock(seat)
    starts_on = starts_on or ended_on + timedelta(days=1)
    last = find_last(seat)
    if last and _is_present(last):
        if successor and last.contact_id == successor.pk:
            raise SeatTakenError(describe_taken(last))
        if successor and starts_on <= ended_on:
            raise SeatDaysError(describe_early(last, ended_on))
        if last.starts_on and ended_on < last.starts_on:
            raise SeatDaysError(describe_too_soon(last))
        last.ends_on = ended_on
        last.save(update_fields=["ends_on"])
    _close_tasks(seat, by)
    return fill_seat(seat, successor, starts_on=starts_on) if successor else None


def find_start(seat: Seat) -> date | None:
    """Return from when somebody new holds the seat if nobody says: not from for ever.

    Today where others sat before; None, which is unknown, for the first of all.
    """
    return timezone.localdate() if seat.affiliations.exists() else None


def find_last(seat: Seat) -> Affiliation | None:
    """Return who holds the seat last as far as is known, now, then or before."""
    affiliations = list(seat.affiliations.select_related("contact"))
    return max(affiliations, key=lambda held: held.ends_on or date.max, default=None)


def find_overlap(
    seat: Seat,
    starts_on: date | None,
    ends_on: date | None,
    *,
    but: Affiliation | None = None,
) -> Affiliation | None:
    """Return who holds the seat on one of these days, or None; ``but`` is not asked."""
    held = Affiliation.objects.filter(seat=seat).overlapping(starts_on, ends_on)
    if but is not None:
        held = held.exclude(pk=but.pk)
    return held.select_related("contact", "seat__role", "seat__organisation").first()


def find_holder(seat: Seat) -> Contact | None:
    """Return who holds the seat with no end in sight; None when it can be filled."""
    present = (
        Affiliation.objects.filter(seat=seat, ends_on__isnull=True)
        .select_related("contact")
        .first()
    )
    return present.contact if present else None


def describe_taken(held: Affiliation, *, until: date | None = None) -> str:
    """Return the sentence that says why the seat cannot be filled on those days.

    ``until`` is the last of the days asked for, None when there is none.
    """
    if until and held.starts_on is None:
        text = _(
            "It is not known from when %(holder)s holds the seat %(seat)s. Write that "
            "first."
        )
    elif held.ends_on is None:
        text = _("%(holder)s holds the seat %(seat)s. End that affiliation first.")
    elif held.starts_on is None:
        text = _("%(holder)s holds the seat %(seat)s until %(end)s.")
    else:
        text = _("%(holder)s holds the seat %(seat)s from %(start)s until %(end)s.")
    return text % {
        "holder": held.contact,
        "seat": held.seat,
        "start": _day(held.starts_on),
        "end": _day(held.ends_on),
    }


def describe_too_soon(held: Affiliation) -> str:
    """Return the sentence that says why the holder cannot have ended by then."""
    return _(
        "%(holder)s took the seat on %(day)s, so the last day cannot be earlier."
    ) % {"holder": held.contact, "day": _day(held.starts_on)}


def describe_early(held: Affiliation, ended_on: date) -> str:
    """Return the sentence that says why the successor cannot start by then."""
    return _("%(holder)s holds the seat until %(day)s. Start later than that.") % {
        "holder": held.contact,
        "day": _day(ended_on),
    }


@transaction.atomic
def open_task(
    seat: Seat, contact: Contact | None, reason: SeatTaskReason, detail: str = ""
) -> SeatTask:
    """Say that somebody should look at a seat and its holder; return the open task.

    There is one open task for seat and holder: what is heard anew for another reason
    takes the place of the old reason, the same reason again changes nothing. ``detail``
    is what was said, without an address.
    """
    _lock(seat)
    task = SeatTask.objects.filter(
        seat=seat, contact=contact, closed_at__isnull=True
    ).first()
    detail = detail[:250]
    if task is None:
        return SeatTask.objects.create(
            seat=seat, contact=contact, reason=reason, detail=detail
        )
    if task.reason != reason:
        task.reason, task.detail = reason, detail
        task.save(update_fields=["reason", "detail"])
    return task


def close_task(task: SeatTask, by: Any) -> bool:
    """Say that a task is done; return whether it was still open."""
    closed = SeatTask.objects.filter(pk=task.pk, closed_at__isnull=True).update(
        closed_at=timezone.now(), closed_by=by
    )
    return bool(closed)


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


def _lock(seat: Seat) -> None:
    Seat.objects.select_for_update().get(pk=seat.pk)


def _is_present(held: Affiliation) -> bool:
    return held.ends_on is None or held.ends_on >= timezone.localdate()


def _check_days(starts_on: date | None, ends_on: date | None) -> None:
    if starts_on and ends_on and ends_on < starts_on:
        raise SeatDaysError(_("It cannot end before it starts."))


def _check_free(
    seat: Seat,
    starts_on: date | None,
    ends_on: date | None,
    *,
    but: Affiliation | None = None,
) -> None:
    if other := find_overlap(seat, starts_on, ends_on, but=but):
        raise SeatTakenError(describe_taken(other, until=ends_on))


def _close_tasks(seat: Seat, by: Any, *, contact: Contact | None = None) -> None:
    tasks = SeatTask.objects.filter(seat=seat, closed_at__isnull=True)
    if contact is not None:
        tasks = tasks.filter(contact=contact)
    tasks.update(closed_at=timezone.now(), closed_by=by)


def _day(day: date | None) -> str:
    return date_format(day, "SHORT_DATE_FORMAT") if day else ""
