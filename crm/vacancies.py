"""Seats somebody should look at: vacant, soon vacant, or with a task on them."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils import timezone

from crm.models import Affiliation, Seat, SeatTask

# How long before a holder's known last day the seat is work for somebody.
SOON = timedelta(days=30)
BY_URGENCY = (
    F("task_since").asc(nulls_last=True),
    F("last_day").asc(nulls_last=True),
    "pk",
)


@dataclass(frozen=True)
class Work:
    """How many seats are vacant, how many soon, and how many have a task on them."""

    vacant: int
    soon: int
    reported: int

    @property
    def is_any(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.vacant or self.soon or self.reported)


def seats_to_look_at(on: date) -> QuerySet[Any]:
    """Return the seats that are work on that day, the most urgent first.

    Those with a task on them, then those longest vacant; one that nobody ever held comes
    last. A vacant seat that somebody takes later is not among them: that is settled.
    Annotated with ``last_day`` (of the last holder) and ``task_since``, and nothing
    else, since all of them are sorted to show a few.
    """
    return with_days(Seat.objects.filter(is_work(on))).order_by(*BY_URGENCY)


def is_work(on: date) -> Q:
    """Return the condition that somebody should look at a seat that day."""
    return vacant_by(on + SOON) | has_task()


def with_days(seats: QuerySet[Any]) -> QuerySet[Any]:
    """Annotate ``last_day`` of the last holder and ``task_since`` of the oldest task."""
    held = Affiliation.objects.filter(seat=OuterRef("pk"), ends_on__isnull=False)
    last = held.order_by("-ends_on").values("ends_on")[:1]
    opened = _tasks("pk").order_by("opened_at").values("opened_at")[:1]
    return seats.annotate(last_day=Subquery(last), task_since=Subquery(opened))


def find_urgent(
    seats: QuerySet[Any],
    on: date,
    limit: int,
    *,
    last_day_from: date | None = None,
    held: QuerySet[Any] | None = None,
) -> list[int]:
    """Return the keys of those of the seats that are work, the most urgent first.

    The order of ``seats_to_look_at``, to which it comes down; but among a million seats
    this one walks along the last days until ``limit`` are found, and sorts nothing.
    ``last_day_from``: look only at seats whose last holder leaves that day or later.
    ``held``: all affiliations with these seats, where those can be told without them.
    """
    seats = seats.order_by()
    told = with_days(seats.filter(has_task())).order_by(*BY_URGENCY)
    keys = list(told.values_list("pk", flat=True)[:limit])
    if room := limit - len(keys):
        if held is None:
            held = _with(seats)
        keys += _find_left(held, on + SOON, last_day_from)[:room]
    if (room := limit - len(keys)) and last_day_from is None:
        keys += _find_never_held(seats)[:room]
    return keys


def _with(seats: QuerySet[Any]) -> QuerySet[Affiliation]:
    """Return the affiliations with these seats."""
    held = Affiliation.objects.all()
    if not seats.query.where:
        return held
    return held.filter(Exists(seats.filter(pk=OuterRef("seat"))))


def _find_left(
    held: QuerySet[Any], day: date, first: date | None
) -> QuerySet[Any, Any]:
    """Return the keys of seats nobody holds on that day or later but somebody did.

    ``held``: all affiliations with the seats that are looked at.
    """
    same_seat = Affiliation.objects.filter(seat=OuterRef("seat"))
    later = Q(ends_on__isnull=True) | Q(ends_on__gt=OuterRef("ends_on"))
    last = held.filter(
        ~Exists(same_seat.filter(later)), ~Exists(_tasks("seat")), ends_on__lt=day
    )
    if first is not None:
        last = last.filter(ends_on__gte=first)
    return last.order_by("ends_on", "seat_id").values_list("seat_id", flat=True)


def _find_never_held(seats: QuerySet[Any]) -> QuerySet[Any, Any]:
    """Return the keys of seats that nobody ever held and that have no task on them."""
    held = Affiliation.objects.order_by().values_list("seat_id", flat=True)
    tasks = SeatTask.objects.filter(closed_at__isnull=True).order_by()
    # Ordered lists are merged; asked one by one, a million seats take seconds.
    return (
        seats.values_list("pk", flat=True)
        .difference(held, tasks.values_list("seat_id", flat=True))
        .order_by("pk")
    )


def vacant_by(day: date) -> Q:
    """Return the condition that nobody holds a seat on that day or later."""
    held = Affiliation.objects.filter(seat=OuterRef("pk"))
    return Q(~Exists(held.overlapping(day, None)))


def has_task() -> Q:
    """Return the condition that a seat has an open task on it."""
    return Q(pk__in=SeatTask.objects.filter(closed_at__isnull=True).values("seat"))


def _tasks(seat: str) -> QuerySet[SeatTask]:
    return SeatTask.objects.filter(seat=OuterRef(seat), closed_at__isnull=True)


def with_last_holders(seats: QuerySet[Any]) -> QuerySet[Any]:
    """Return the seats with ``holders``, the last of them first, and ``open_tasks``."""
    holders = Affiliation.objects.select_related("contact").order_by(
        F("ends_on").desc(nulls_first=True), "-pk"
    )
    tasks = SeatTask.objects.filter(closed_at__isnull=True).select_related("contact")
    # Fetched apart: joined, they would be sorted along with what is not shown.
    return seats.prefetch_related(
        "organisation",
        "role",
        "network",
        Prefetch("affiliations", queryset=holders, to_attr="holders"),
        Prefetch("tasks", queryset=tasks, to_attr="open_tasks"),
    )


def is_vacant(seat: Any, on: date) -> bool:
    """Say whether nobody holds a seat of ``with_last_holders`` on that day or later."""
    return all(held.ends_on and held.ends_on < on for held in seat.holders)


def count_work(on: date | None = None) -> Work:
    """Return how much there is to look at on that day, today unless said.

    Counts who is held and subtracts: that reads indexes only, so it is cheap enough for
    the first page.
    """
    on = on or timezone.localdate()
    tasks = SeatTask.objects.filter(closed_at__isnull=True)
    reported = tasks.values("seat").distinct().count()
    vacant = _count_vacant(on)
    soon = _count_vacant(on + SOON) - vacant
    if soon:
        # What has a task on it is counted there.
        told = Seat.objects.filter(pk__in=tasks.values("seat"))
        soon -= told.filter(vacant_by(on + SOON)).exclude(vacant_by(on)).count()
    return Work(vacant=vacant, soon=soon, reported=reported)


def _count_vacant(on: date) -> int:
    held = Affiliation.objects.order_by()
    # A seat with an open end has one such row, and may have none with an end after it.
    open_ended = held.filter(ends_on__isnull=True)
    later = held.filter(
        ~Exists(open_ended.filter(seat=OuterRef("seat"))), ends_on__gte=on
    ).aggregate(seats=Count("seat", distinct=True))
    return Seat.objects.count() - open_ended.count() - later["seats"]
