"""Writing the seats of a chunk, through ``crm.seats``, with their trail."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Model

from crm.imports.people import Person
from crm.imports.plans import RowPlan
from crm.imports.seating import SeatPlan
from crm.imports.tables import snapshots
from crm.imports.trail import Trail
from crm.models import Affiliation, Contact, Seat, SeatTask
from crm.seats import change_days, fill_new_seats, fill_seat, succeed_seat

Snapshots = dict[int, dict]
# What filling a seat may change, besides the seat itself.
FOLLOWING: tuple[type[Model], ...] = (Affiliation, SeatTask)


def write_seats(plans: Iterable[RowPlan], trail: Trail) -> None:
    """Make, fill and pass on the seats as planned; people have their keys by now."""
    wanted = [
        (plan.row.number, plan.seat, plan.person)
        for plan in plans
        if plan.seat and plan.seat.changes
    ]
    others = [each for each in wanted if not each[1].is_new]
    _make_seats([each for each in wanted if each[1].is_new], trail)
    if not others:
        return
    numbers = {seat.post.seat.pk: number for number, seat, _who in reversed(others)}
    before = _look(numbers)
    for _number, seat, person in others:
        _carry_out(seat, Contact(pk=person.pk), trail)
    _compare(before, _look(numbers), numbers, trail)


def _make_seats(wanted: list[tuple[int, SeatPlan, Person]], trail: Trail) -> None:
    if not wanted:
        return
    seats = [plan.post.seat for _number, plan, _person in wanted]
    for seat in seats:
        # What the rows made has a key by now, which the seat does not know yet.
        seat.organisation, seat.role = seat.organisation, seat.role
        seat.set_derived()
    Seat.objects.bulk_create(seats)
    held = fill_new_seats(
        (plan.post.seat, person.pk, plan.starts_on) for _number, plan, person in wanted
    )
    made = snapshots(Seat, [seat.pk for seat in seats])
    taken = snapshots(Affiliation, [row.pk for row in held])
    for (number, plan, _person), affiliation in zip(wanted, held, strict=True):
        seat = plan.post.seat
        trail.made(number, "seat", seat.pk, made[seat.pk])
        trail.made(number, "affiliation", affiliation.pk, taken[affiliation.pk])


def _carry_out(plan: SeatPlan, contact: Contact, trail: Trail) -> None:
    seat = plan.post.seat
    seat.save(update_fields=["title", "email", "address_hash"])
    if plan.held:
        _begin_earlier(seat, plan, contact)
    elif plan.predecessor and plan.starts_on:
        succeed_seat(
            seat,
            contact,
            ended_on=plan.starts_on - timedelta(days=1),
            starts_on=plan.starts_on,
            by=trail.batch.by,
        )
    else:
        fill_seat(seat, contact, starts_on=plan.starts_on)


def _begin_earlier(seat: Seat, plan: SeatPlan, contact: Contact) -> None:
    affiliations = Affiliation.objects.filter(seat=seat, contact=contact)
    ends_on = plan.held.ends_on if plan.held else None
    for affiliation in affiliations.filter(ends_on=ends_on):
        if affiliation.starts_on != plan.starts_on:
            change_days(affiliation, starts_on=plan.starts_on, ends_on=ends_on)


def _look(seats: Iterable[int]) -> dict[type[Model], Snapshots]:
    found: dict[type[Model], Snapshots] = {Seat: snapshots(Seat, seats)}
    for model in FOLLOWING:
        rows = model._default_manager.filter(seat__in=list(seats))
        found[model] = snapshots(model, rows.values_list("pk", flat=True))
    return found


def _compare(
    before: dict[type[Model], Snapshots],
    after: dict[type[Model], Snapshots],
    numbers: dict[int, int],
    trail: Trail,
) -> None:
    for model, rows in after.items():
        name = str(model._meta.model_name)
        for pk, row in rows.items():
            number = numbers[pk if model is Seat else row["seat_id"]]
            old = before[model].get(pk)
            if old is None:
                trail.made(number, name, pk, row)
            elif old != row:
                trail.changed(number, name, pk, old, row)
