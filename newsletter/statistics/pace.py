"""When a send's letters were accepted: one number per minute, hour or day."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count
from django.db.models.functions import TruncDay, TruncHour, TruncMinute
from django.utils import timezone

from newsletter.models import Campaign
from newsletter.statistics.figures import Figures

STEPS = (
    # Up to this long a send is shown by steps of that.
    (timedelta(hours=3), timedelta(minutes=1), TruncMinute),
    (timedelta(days=4), timedelta(hours=1), TruncHour),
)
BY_DAY = (timedelta(days=1), TruncDay)


@dataclass(frozen=True)
class Moment:
    """``number`` letters were accepted in the step from ``at``; ``sum`` until its end."""

    at: datetime
    number: int
    sum: int


@dataclass(frozen=True)
class Pace:
    step: timedelta
    moments: list[Moment]

    @property
    def total(self) -> int:
        return self.moments[-1].sum if self.moments else 0

    @property
    def most(self) -> int:
        """The most letters in one step."""
        return max((moment.number for moment in self.moments), default=0)

    def find_share(self, percent: int) -> Moment | None:
        """Return the first moment by which that share of all had been accepted."""
        wanted = self.total * percent / 100
        return next((m for m in self.moments if m.sum >= wanted), None)


def count_pace(campaign: Campaign, figures: Figures) -> Pace:
    """Return how the letters were accepted over time, with one query."""
    first, last = figures.first_accepted_at, figures.last_accepted_at
    if first is None or last is None:
        return Pace(timedelta(minutes=1), [])
    step, truncate = choose_step(last - first)
    rows = (
        campaign.deliveries.filter(accepted_at__isnull=False)
        .order_by()
        .values_list(truncate("accepted_at", tzinfo=timezone.get_current_timezone()))
        .annotate(number=Count("*"))
    )
    moments, total = [], 0
    for at, number in sorted(rows):
        total += number
        moments.append(Moment(at, number, total))
    return Pace(step, moments)


def choose_step(duration: timedelta) -> tuple[timedelta, type]:
    """Return the step (and how to cut times to it) that suits a send of that length."""
    for longest, step, truncate in STEPS:
        if duration <= longest:
            return step, truncate
    return BY_DAY
