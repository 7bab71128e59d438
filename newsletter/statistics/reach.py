"""Which organisations a send reached: by the seats in which people were written to."""

from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from crm.models import Organisation, Seat, SeatTask
from crm.names import make_sort_key
from newsletter.choices import DeliveryState
from newsletter.models import Campaign
from newsletter.statistics.figures import RETURNED

MOST_ORGANISATIONS = 15
# More dots than this nobody counts; the numbers beside them say it.
MOST_DOTS = 20
DOT_SPACE = 12


class Dot(NamedTuple):
    """A seat in the row of dots; ``x`` is its middle in pixels."""

    x: int
    is_reached: bool


@dataclass
class Reach:
    """One organisation. ``seats`` are all its seats of today."""

    organisation: Organisation
    people: int
    reached: int
    seats: int = 0
    vacant: list[str] = field(default_factory=list)
    tasks: int = 0

    @property
    def dots(self) -> list[Dot]:
        """A dot for each seat, the reached ones first; none for very many seats."""
        if self.seats > MOST_DOTS:
            return []
        return [
            Dot(DOT_SPACE * n + DOT_SPACE // 2, n < self.reached)
            for n in range(self.seats)
        ]

    @property
    def dots_width(self) -> int:
        return DOT_SPACE * len(self.dots)


@dataclass(frozen=True)
class ReachList:
    """Some organisations of a send, those with most people first."""

    rows: list[Reach]
    # How many organisations there are, shown or not.
    total: int
    # People of the send who were not written to in a seat.
    without_seat: int

    @property
    def hidden(self) -> int:
        return max(0, self.total - len(self.rows))


def count_reach(
    campaign: Campaign, words: str = "", *, most: int | None = MOST_ORGANISATIONS
) -> ReachList:
    """Return the organisations the send went to, with at most six queries.

    With ``words`` only those whose name holds them. At most ``most`` rows (None: all of
    them); a seat is reached when its letter was accepted and has not come back.
    """
    in_seats = campaign.deliveries.filter(seat__isnull=False)
    for word in words.split():
        key = make_sort_key(word)
        in_seats = in_seats.filter(
            Q(seat__organisation__sort_key__contains=key)
            | Q(seat__organisation__name_sv__icontains=word)
            | Q(seat__organisation__name_en__icontains=word)
        )
    arrived = Q(state=DeliveryState.ACCEPTED) & ~Q(bounce_class__in=RETURNED)
    groups = (
        in_seats.order_by()
        .values_list("seat__organisation")
        .annotate(
            people=Count("pk"),
            reached=Count("seat", distinct=True, filter=arrived),
        )
    )
    top = list(groups.order_by("-people", "seat__organisation")[:most])
    organisations = Organisation.objects.in_bulk([pk for pk, *_numbers in top])
    rows = [Reach(organisations[pk], *numbers) for pk, *numbers in top]
    _add_seats(rows)
    return ReachList(rows, groups.count(), _count_without_seat(campaign))


def _count_without_seat(campaign: Campaign) -> int:
    return campaign.deliveries.filter(seat__isnull=True).count()


def _add_seats(rows: list[Reach]) -> None:
    """Fill in how many seats there are, which are vacant, and what is to be done."""
    by_pk = {row.organisation.pk: row for row in rows}
    seats = Seat.objects.filter(organisation__in=by_pk).order_by()
    for pk, number in seats.values_list("organisation").annotate(Count("pk")):
        by_pk[pk].seats = number
    vacant: QuerySet[Seat] = seats.vacant(timezone.localdate()).select_related("role")
    for seat in vacant.order_by("organisation", "role__slug", "pk"):
        by_pk[seat.organisation_id].vacant.append(seat.title or str(seat.role))
    tasks = SeatTask.objects.filter(
        seat__organisation__in=by_pk, closed_at__isnull=True
    ).order_by()
    for pk, number in tasks.values_list("seat__organisation").annotate(Count("pk")):
        by_pk[pk].tasks = number
