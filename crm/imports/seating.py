"""What a row says about a seat: finding it, deciding whether it is free. Writes nothing.

The rules are those of ``crm.seats``: nobody shares a seat for a single day, and whoever
comes where others sat before comes today unless a day is given.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from crm.cells import AddressWidget, read_date, read_name
from crm.exceptions import CrmError
from crm.imports.columns import SEAT, SEAT_COLUMNS, column_label, seat_label
from crm.imports.lookups import Holding, Lookups, Post
from crm.imports.outcome import Change, RowError
from crm.imports.people import Person
from crm.models import Network, Organisation, Role, Seat

LONGEST_TITLE = 200


class SeatError(Exception):
    """What is wrong with what a row says about a seat, by column."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(errors)
        self.errors = errors

    def list(self) -> list[RowError]:
        """Return the errors as they stand in a row's outcome."""
        return [RowError(column_label(c), said) for c, said in self.errors.items()]


@dataclass(slots=True)
class SeatWish:
    """The seat a row names."""

    organisation: Organisation
    role: Role
    network: Network | None
    title: str
    email: str
    starts_on: date | None


@dataclass(slots=True)
class SeatPlan:
    """What will be done about the seat. Without ``changes`` there is nothing to do.

    ``is_new``: the seat has to be made. ``held``: the person holds it already.
    ``predecessor`` leaves the day before ``starts_on``.
    """

    post: Post
    title: str
    email: str
    starts_on: date | None
    is_new: bool = False
    held: Holding | None = None
    predecessor: Holding | None = None
    changes: list[Change] = field(default_factory=list)


def read_wish(
    cells: dict[str, str], lookups: Lookups, *, role: Role | None = None
) -> SeatWish | None:
    """Return the seat the cells name; None when they name none.

    ``role`` is meant where an organisation stands without one. Raises SeatError with
    every fault by column.
    """
    given = {c: cell for c in SEAT_COLUMNS if (cell := cells.get(c))}
    if not given:
        return None
    readers: dict[str, Callable] = {
        "organisation": lambda cell: lookups.find_organisation(read_name(cell)),
        "role": lambda cell: lookups.find_role(read_name(cell)),
        "network": lambda cell: lookups.find_network(read_name(cell)),
        "seat_title": _read_title,
        "seat_email": AddressWidget().clean,
        "from": read_date,
    }
    found: dict = {}
    errors = {}
    for column, cell in given.items():
        try:
            found[column] = readers[column](cell)
        except (ValueError, CrmError) as error:
            errors[column] = str(error)
    if role and "role" not in given and "organisation" in given:
        found["role"] = role
    for column in ("organisation", "role"):
        if column not in found and column not in errors:
            errors[column] = _("A seat needs both an organisation and a role.")
    if errors:
        raise SeatError(errors)
    return SeatWish(
        organisation=found["organisation"],
        role=found["role"],
        network=found.get("network"),
        title=found.get("seat_title", ""),
        email=found.get("seat_email", ""),
        starts_on=found.get("from"),
    )


def plan_seat(
    wish: SeatWish,
    person: Person,
    lookups: Lookups,
    *,
    today: date,
    succeed_on: date | None,
) -> SeatPlan:
    """Return what filling the seat takes.

    Raises SeatError when several seats could be meant, or when somebody else holds it
    and ``succeed_on`` does not say from when the person may follow.
    """
    post = _find_post(wish, person, lookups, today)
    if post is None:
        return _plan_new_seat(wish)
    if held := _find_held(post, person, today):
        return _plan_held(post, held, wish)
    if predecessor := next((h for h in post.holders if h.ends_on is None), None):
        return _plan_succession(post, predecessor, wish, succeed_on)
    return _plan_filling(post, wish, today)


def settle(plan: SeatPlan, person: Person, lookups: Lookups) -> None:
    """Let later rows see what the plan does."""
    seat, post = plan.post.seat, plan.post
    seat.title, seat.email = plan.title, plan.email
    if plan.held:
        plan.held.starts_on = plan.starts_on
        return
    if plan.predecessor and plan.starts_on:
        plan.predecessor.ends_on = plan.starts_on - timedelta(days=1)
    if plan.is_new:
        lookups.posts_at(seat.organisation).append(post)
    post.holders.append(
        Holding(str(person), plan.starts_on, None, None, person.pk, person)
    )


def _read_title(cell: str) -> str:
    title = read_name(cell)
    if len(title) > LONGEST_TITLE:
        raise ValueError(_("At most %(count)s characters.") % {"count": LONGEST_TITLE})
    return title


def _find_post(
    wish: SeatWish, person: Person, lookups: Lookups, today: date
) -> Post | None:
    """Return the seat meant; None when it has to be made.

    A blank network or title says nothing; with it blank, one seat must be left over.
    """
    posts = [
        post
        for post in lookups.posts_at(wish.organisation)
        if _is_same(post.seat.role, wish.role)
        and (wish.network is None or post.seat.network_id == wish.network.pk)
    ]
    if wish.title:
        posts = _match_title(posts, wish.title, person, today)
    own = [post for post in posts if _find_held(post, person, today)]
    posts = own or posts
    if len(posts) > 1:
        said = _(
            "There are %(count)s such seats at %(organisation)s. Say in the columns "
            "network and title which one is meant."
        )
        values = {"count": len(posts), "organisation": wish.organisation}
        raise SeatError({"organisation": said % values})
    return posts[0] if posts else None


def _is_same(one: Role, other: Role) -> bool:
    # One that is yet to be made has no key to be compared by.
    return one is other or (one.pk is not None and one.pk == other.pk)


def _match_title(
    posts: list[Post], title: str, person: Person, today: date
) -> list[Post]:
    """Return the seats of that title, else one without a title that is free to take it."""
    wanted = title.casefold()
    same = [post for post in posts if post.seat.title.casefold() == wanted]
    nameless = [post for post in posts if not post.seat.title]
    free = [
        post
        for post in nameless
        if not _present(post, today) or _find_held(post, person, today)
    ]
    return same or free[:1]


def _present(post: Post, today: date) -> list[Holding]:
    """Return who holds the seat now or will."""
    return [h for h in post.holders if h.ends_on is None or h.ends_on >= today]


def _find_held(post: Post, person: Person, today: date) -> Holding | None:
    for holding in _present(post, today):
        is_own = holding.person is person or (
            person.pk and holding.contact_id == person.pk
        )
        if is_own:
            return holding
    return None


def _plan_succession(
    post: Post, predecessor: Holding, wish: SeatWish, succeed_on: date | None
) -> SeatPlan:
    if succeed_on is None:
        raise SeatError({"organisation": _taken(predecessor, post.seat)})
    starts_on = wish.starts_on or succeed_on
    if predecessor.starts_on and starts_on <= predecessor.starts_on:
        said = _(
            "%(holder)s took the seat on %(day)s; nobody can follow before the day after."
        )
        values = {"holder": predecessor.name, "day": _day(predecessor.starts_on)}
        raise SeatError({"from": said % values})
    last_day = starts_on - timedelta(days=1)
    _check_free(post, starts_on, None, but=predecessor)
    plan = _make_plan(post, wish, starts_on)
    plan.predecessor = predecessor
    holder = predecessor.name
    plan.changes.append(
        Change(
            str(SEAT),
            _("%(holder)s holds it") % {"holder": holder},
            _("%(holder)s leaves on %(day)s")
            % {"holder": holder, "day": _day(last_day)},
        )
    )
    return plan


def _plan_filling(post: Post, wish: SeatWish, today: date) -> SeatPlan:
    starts_on = wish.starts_on or (today if post.holders else None)
    _check_free(post, starts_on, None)
    return _make_plan(post, wish, starts_on)


def _plan_held(post: Post, held: Holding, wish: SeatWish) -> SeatPlan:
    starts_on = wish.starts_on or held.starts_on
    if starts_on and held.ends_on and starts_on > held.ends_on:
        said = _("%(holder)s holds the seat until %(day)s; it cannot begin after that.")
        values = {"holder": held.name, "day": _day(held.ends_on)}
        raise SeatError({"from": said % values})
    if starts_on != held.starts_on:
        _check_free(post, starts_on, held.ends_on, but=held)
    plan = _plan_facts(post, wish, starts_on)
    plan.held = held
    _add_change(plan, "from", _day(held.starts_on), _day(starts_on))
    return plan


def _plan_new_seat(wish: SeatWish) -> SeatPlan:
    seat = Seat(
        organisation=wish.organisation,
        role=wish.role,
        network=wish.network,
        title=wish.title,
        email=wish.email,
    )
    plan = SeatPlan(Post(seat), wish.title, wish.email, wish.starts_on, is_new=True)
    plan.changes.append(Change(_("new seat"), "", _describe(seat)))
    _add_change(plan, "seat_email", "", wish.email)
    _add_change(plan, "from", "", _day(wish.starts_on))
    return plan


def _make_plan(post: Post, wish: SeatWish, starts_on: date | None) -> SeatPlan:
    plan = _plan_facts(post, wish, starts_on)
    plan.changes.insert(0, Change(str(SEAT), "", _describe(post.seat)))
    _add_change(plan, "from", "", _day(starts_on))
    return plan


def _plan_facts(post: Post, wish: SeatWish, starts_on: date | None) -> SeatPlan:
    """Return a plan with title and address; a blank cell leaves what is there."""
    seat = post.seat
    title, email = seat.title or wish.title, wish.email or seat.email
    plan = SeatPlan(post, title, email, starts_on)
    _add_change(plan, "seat_title", seat.title, title)
    _add_change(plan, "seat_email", seat.email, email)
    return plan


def _check_free(
    post: Post,
    starts_on: date | None,
    ends_on: date | None,
    *,
    but: Holding | None = None,
) -> None:
    """Raise SeatError when somebody else holds the seat on one of these days."""
    first, last = starts_on or date.min, ends_on or date.max
    for other in post.holders:
        if other is but:
            continue
        begins, ends = other.starts_on or date.min, other.ends_on or date.max
        if begins <= last and first <= ends:
            said = _(
                "%(holder)s holds the seat until %(day)s. Write a later day in the "
                "column “from”."
            )
            values = {"holder": other.name, "day": _day(other.ends_on) or "…"}
            raise SeatError({"from": said % values})


def _taken(predecessor: Holding, seat: Seat) -> str:
    return _(
        "%(holder)s holds the seat %(seat)s. End that affiliation first, or choose the "
        "file again and let new people succeed those who hold a seat."
    ) % {"holder": predecessor.name, "seat": seat}


def _add_change(plan: SeatPlan, column: str, old: str, new: str) -> None:
    if new != old:
        plan.changes.append(Change(seat_label(column), old, new))


def _describe(seat: Seat) -> str:
    if seat.network:
        return f"{seat} ({seat.network})"
    return str(seat)


@lru_cache(maxsize=4096)
def _day(day: date | None) -> str:
    return date_format(day, "Y-m-d") if day else ""
