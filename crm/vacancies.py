"""Seats somebody should look at: vacant, soon vacant, or with a task on them."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils import timezone

from crm.models import Affiliation, Seat, SeatTask

# How long before a holder's known last day the seat is work for somebody.
SOON = timedelta(days=30)


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
    Annotated with ``is_vacant``, ``has_task``, ``last_day`` (of the last holder),
    ``task_since``.
    """
    held = Affiliation.objects.filter(seat=OuterRef("pk"), ends_on__isnull=False)
    last = held.order_by("-ends_on").values("ends_on")[:1]
    opened = _tasks().order_by("opened_at").values("opened_at")[:1]
    return (
        _select_work(on)
        .annotate(last_day=Subquery(last), task_since=Subquery(opened))
        .order_by(
            F("task_since").asc(nulls_last=True),
            F("last_day").asc(nulls_last=True),
            "pk",
        )
    )


def _select_work(on: date) -> QuerySet[Any]:
    own = Affiliation.objects.filter(seat=OuterRef("pk"))
    return Seat.objects.annotate(
        is_vacant=~Exists(own.overlapping(on, None)), has_task=Exists(_tasks())
    ).filter(Q(has_task=True) | ~Exists(own.overlapping(on + SOON, None)))


def _tasks() -> QuerySet[SeatTask]:
    return SeatTask.objects.filter(seat=OuterRef("pk"), closed_at__isnull=True)


def with_last_holders(seats: QuerySet[Any]) -> QuerySet[Any]:
    """Return the seats with ``holders``, the last of them first, and ``open_tasks``."""
    holders = Affiliation.objects.select_related("contact").order_by(
        F("ends_on").desc(nulls_first=True), "-pk"
    )
    tasks = SeatTask.objects.filter(closed_at__isnull=True).select_related("contact")
    return seats.select_related("organisation", "role", "network").prefetch_related(
        Prefetch("affiliations", queryset=holders, to_attr="holders"),
        Prefetch("tasks", queryset=tasks, to_attr="open_tasks"),
    )


def count_work(on: date | None = None) -> Work:
    """Return how much there is to look at on that day, today unless said."""
    found = _select_work(on or timezone.localdate()).aggregate(
        vacant=Count("pk", filter=Q(is_vacant=True)),
        soon=Count("pk", filter=Q(is_vacant=False, has_task=False)),
        reported=Count("pk", filter=Q(has_task=True)),
    )
    return Work(**found)
