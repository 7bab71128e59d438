"""What a row says about a seat: finding it, deciding whether it is free, filling it."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from crm.exceptions import CrmError
from crm.imports.cells import AddressWidget, read_date, read_name
from crm.imports.columns import SEAT, SEAT_COLUMNS, seat_label
from crm.imports.lookups import Lookups
from crm.imports.outcome import Change
from crm.models import Affiliation, Contact, Network, Organisation, Role, Seat
from crm.seats import fill_seat, succeed_seat


@dataclass
class SeatWish:
    """The seat a row names."""

    organisation: Organisation
    role: Role
    network: Network | None
    title: str
    email: str
    starts_on: date | None


@dataclass
class SeatPlan:
    """What will be done about the seat. Without ``changes`` there is nothing to do."""

    seat: Seat
    starts_on: date | None
    held: Affiliation | None = None
    predecessor: Affiliation | None = None
    changes: list[Change] = field(default_factory=list)


def read_wish(cells: dict[str, str], lookups: Lookups) -> SeatWish | None:
    """Return the seat the cells name; None when they name none.

    Raises ValidationError with every fault by column.
    """
    given = {column: cells.get(column, "") for column in SEAT_COLUMNS}
    if not any(given.values()):
        return None
    readers = {
        "organisation": lambda cell: lookups.find_organisation(read_name(cell)),
        "role": lambda cell: lookups.find_role(read_name(cell)),
        "network": lambda cell: lookups.find_network(read_name(cell)),
        "seat_title": read_name,
        "seat_email": AddressWidget().clean,
        "from": read_date,
    }
    found: dict = {"seat_title": "", "seat_email": ""}
    errors = {}
    for column, cell in given.items():
        if not cell:
            continue
        try:
            found[column] = readers[column](cell)
        except (ValueError, CrmError) as error:
            errors[column] = str(error)
    for column in ("organisation", "role"):
        if not given[column]:
            errors[column] = _("A seat needs both an organisation and a role.")
    if errors:
        raise ValidationError(errors)
    return SeatWish(
        organisation=found["organisation"],
        role=found["role"],
        network=found.get("network"),
        title=found["seat_title"],
        email=found["seat_email"],
        starts_on=found.get("from"),
    )


def plan_seat(
    wish: SeatWish, contact: Contact, lookups: Lookups, *, succeed_on: date | None
) -> SeatPlan:
    """Return what filling the seat takes. Writes nothing.

    Raises ValidationError when several seats could be meant, when the seat's facts do
    not fit it, or when somebody else holds it and ``succeed_on`` does not say from when
    the contact may follow.
    """
    seat = _find_seat(wish, contact, lookups)
    if seat is None:
        plan = _plan_new_seat(wish)
    elif held := _find_held(seat, contact):
        plan = _plan_held(seat, held, wish)
    elif predecessor := _find_predecessor(seat, wish, lookups.on):
        plan = _plan_succession(seat, predecessor, wish, succeed_on)
    else:
        plan = _plan_filling(seat, wish, wish.starts_on)
    _check_facts(plan.seat)
    return plan


def carry_out(plan: SeatPlan, contact: Contact, lookups: Lookups) -> None:
    """Do what the plan says, through ``crm.seats``; later rows see it in ``lookups``."""
    seat = plan.seat
    is_new = seat.pk is None
    seat.save()
    if plan.held:
        Affiliation.objects.filter(pk=plan.held.pk).update(starts_on=plan.starts_on)
        plan.held.starts_on = plan.starts_on
        return
    if plan.predecessor:
        held = succeed_seat(
            seat,
            contact,
            ended_on=plan.starts_on - timedelta(days=1),
            starts_on=plan.starts_on,
        )
    else:
        held = fill_seat(seat, contact, starts_on=plan.starts_on)
    seat.present = [held]
    if is_new:
        lookups.seats_at(seat.organisation).append(seat)


def _find_seat(wish: SeatWish, contact: Contact, lookups: Lookups) -> Seat | None:
    """Return the seat meant; None when it has to be made.

    A blank network or title says nothing; with it blank, one seat must be left over.
    """
    seats = [
        seat
        for seat in lookups.seats_at(wish.organisation)
        if seat.role_id == wish.role.pk
        and (wish.network is None or seat.network_id == wish.network.pk)
    ]
    if wish.title:
        seats = _match_title(seats, wish.title, contact)
    own = [seat for seat in seats if _find_held(seat, contact)]
    seats = own or seats
    if len(seats) > 1:
        raise ValidationError(
            {
                SEAT_COLUMNS[0]: _(
                    "There are %(count)s such seats at %(organisation)s. Say in the "
                    "columns network and title which one is meant."
                )
                % {"count": len(seats), "organisation": wish.organisation}
            }
        )
    return seats[0] if seats else None


def _match_title(seats: list[Seat], title: str, contact: Contact) -> list[Seat]:
    """Return the seats of that title, else one without a title that is free to take it."""
    same = [seat for seat in seats if seat.title.casefold() == title.casefold()]
    nameless = [seat for seat in seats if not seat.title]
    free = [s for s in nameless if not s.present or _find_held(s, contact)]
    return same or free[:1]


def _find_held(seat: Seat, contact: Contact) -> Affiliation | None:
    own = [a for a in seat.present if a.contact_id == contact.pk]
    return own[0] if own and contact.pk else None


def _find_predecessor(seat: Seat, wish: SeatWish, today: date) -> Affiliation | None:
    begins = wish.starts_on or today
    for affiliation in seat.present:
        if affiliation.ends_on is None:
            return affiliation
        if affiliation.ends_on >= begins:
            raise ValidationError(
                {
                    "from": _(
                        "%(holder)s holds the seat until %(day)s. Write a later day in "
                        "the column “from”."
                    )
                    % {
                        "holder": affiliation.contact,
                        "day": _day(affiliation.ends_on),
                    }
                }
            )
    return None


def _plan_succession(
    seat: Seat, predecessor: Affiliation, wish: SeatWish, succeed_on: date | None
) -> SeatPlan:
    if succeed_on is None:
        raise ValidationError({SEAT_COLUMNS[0]: _taken(predecessor, seat)})
    starts_on = wish.starts_on or succeed_on
    _check_succession(predecessor, starts_on)
    plan = _plan_filling(seat, wish, starts_on)
    plan.predecessor = predecessor
    holder = predecessor.contact
    last_day = _day(starts_on - timedelta(days=1))
    plan.changes.append(
        Change(
            str(SEAT),
            _("%(holder)s holds it") % {"holder": holder},
            _("%(holder)s leaves on %(day)s") % {"holder": holder, "day": last_day},
        )
    )
    return plan


def _check_facts(seat: Seat) -> None:
    try:
        seat.clean_fields(exclude=["organisation", "role", "network"])
    except ValidationError as error:
        raise ValidationError(
            {f"seat_{name}": faults for name, faults in error.error_dict.items()}
        ) from error


def _check_succession(predecessor: Affiliation, starts_on: date) -> None:
    if predecessor.starts_on and starts_on <= predecessor.starts_on:
        raise ValidationError(
            {
                "from": _(
                    "%(holder)s took the seat on %(day)s; nobody can follow before the "
                    "day after."
                )
                % {
                    "holder": predecessor.contact,
                    "day": _day(predecessor.starts_on),
                }
            }
        )


def _taken(predecessor: Affiliation, seat: Seat) -> str:
    return _(
        "%(holder)s holds the seat %(seat)s. End that affiliation first, or choose the "
        "file again and let new people succeed those who hold a seat."
    ) % {"holder": predecessor.contact, "seat": seat}


def _plan_new_seat(wish: SeatWish) -> SeatPlan:
    seat = Seat(
        organisation=wish.organisation,
        role=wish.role,
        network=wish.network,
        title=wish.title,
        email=wish.email,
    )
    plan = SeatPlan(seat, wish.starts_on)
    plan.changes.append(Change(_("new seat"), "", _describe(seat)))
    _add_change(plan, "seat_email", "", wish.email)
    _add_change(plan, "from", "", _day(wish.starts_on))
    return plan


def _plan_filling(seat: Seat, wish: SeatWish, starts_on: date | None) -> SeatPlan:
    plan = SeatPlan(seat, starts_on)
    plan.changes.append(Change(str(SEAT), "", _describe(seat)))
    _set_facts(plan, wish)
    _add_change(plan, "from", "", _day(starts_on))
    return plan


def _plan_held(seat: Seat, held: Affiliation, wish: SeatWish) -> SeatPlan:
    plan = SeatPlan(seat, wish.starts_on or held.starts_on, held=held)
    _set_facts(plan, wish)
    _add_change(plan, "from", _day(held.starts_on), _day(plan.starts_on))
    return plan


def _set_facts(plan: SeatPlan, wish: SeatWish) -> None:
    """Put title and address on the seat; a blank cell leaves what is there."""
    seat = plan.seat
    title, email = seat.title or wish.title, wish.email or seat.email
    _add_change(plan, "seat_title", seat.title, title)
    _add_change(plan, "seat_email", seat.email, email)
    seat.title, seat.email = title, email


def _add_change(plan: SeatPlan, column: str, old: str, new: str) -> None:
    if new != old:
        plan.changes.append(Change(seat_label(column), old, new))


def _describe(seat: Seat) -> str:
    if seat.network:
        return f"{seat} ({seat.network})"
    return str(seat)


def _day(day: date | None) -> str:
    return date_format(day, "Y-m-d") if day else ""
