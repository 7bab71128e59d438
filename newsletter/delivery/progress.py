"""How far a send has come, counted from its rows."""

from dataclasses import dataclass

from django.db.models import Count

from newsletter.choices import OPEN_STATES, DeliveryState
from newsletter.models import Campaign


@dataclass(frozen=True)
class Progress:
    """A send's deliveries by state. The parts add up to ``total`` by construction."""

    counts: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def open(self) -> int:
        """Deliveries that something is still going to happen to."""
        return sum(self.counts[state] for state in OPEN_STATES)

    @property
    def done(self) -> int:
        return self.total - self.open

    @property
    def accepted(self) -> int:
        return self.counts[DeliveryState.ACCEPTED]

    @property
    def unknown(self) -> int:
        return self.counts[DeliveryState.UNKNOWN]

    @property
    def percent(self) -> int:
        """Whole percent done, rounded down: 100 only when nothing is open."""
        return 100 * self.done // self.total if self.total else 0

    @property
    def is_finished(self) -> bool:
        return self.open == 0


def count_progress(campaign: Campaign) -> Progress:
    """Return the send's progress with one query."""
    counts = dict.fromkeys(DeliveryState.values, 0)
    # Of rows, not of a column: the index by send and state answers that alone.
    states = campaign.deliveries.order_by().values("state")
    rows = states.annotate(number=Count("*"))
    counts.update({row["state"]: row["number"] for row in rows})
    return Progress(counts)
