"""At which hours the letters of a newsletter may go. Pure.

Hours are the local clock's, whatever summer time does: a window from 08.00 opens at
eight on the day the clocks change, too.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Protocol

SATURDAY = 5


class Hours(Protocol):
    """What is read of a newsletter."""

    sends_from: time | None
    sends_until: time | None
    sends_on_weekends: bool


@dataclass(frozen=True)
class Window:
    """The hours of a day: from ``opens`` to before ``closes``.

    ``closes`` before ``opens`` is a window over midnight, which belongs to the day it
    opens on; both the same is the whole day.
    """

    opens: time = time.min
    closes: time = time.min
    on_weekends: bool = True

    @classmethod
    def of(cls, newsletter: Hours) -> "Window":
        """Return a newsletter's window; a side that is empty is midnight."""
        return cls(
            newsletter.sends_from or time.min,
            newsletter.sends_until or time.min,
            newsletter.sends_on_weekends,
        )

    @property
    def is_always(self) -> bool:
        return self.opens == self.closes and self.on_weekends


def is_open(window: Window, now: datetime, zone: tzinfo) -> bool:
    """Say whether letters may go at ``now`` (aware)."""
    if window.is_always:
        return True
    today = now.astimezone(zone).date()
    # A window over midnight may have opened yesterday.
    days = (today - timedelta(days=1), today)
    return any(
        opens <= now < closes
        for day in days
        for opens, closes in _hours_on(window, day, zone)
    )


def next_opening(window: Window, now: datetime, zone: tzinfo) -> datetime:
    """Return when letters may go next: ``now`` itself while the window is open."""
    if is_open(window, now, zone):
        return now
    today = now.astimezone(zone).date()
    # Within a week there is a weekday whatever the window.
    days = [today + timedelta(days=ahead) for ahead in range(8)]
    openings = [
        opens for day in days for opens, _closes in _hours_on(window, day, zone)
    ]
    return min(opens for opens in openings if opens > now)


def _hours_on(
    window: Window, day: date, zone: tzinfo
) -> list[tuple[datetime, datetime]]:
    """Return when the window opens and closes on a day; nothing when it does not."""
    if not window.on_weekends and day.weekday() >= SATURDAY:
        return []
    closes_on = day if window.closes > window.opens else day + timedelta(days=1)
    return [(_at(day, window.opens, zone), _at(closes_on, window.closes, zone))]


def _at(day: date, clock: time, zone: tzinfo) -> datetime:
    # An hour that comes twice is its first occurrence; one that summer time leaves out
    # is as long after midnight as on other days. Compared in UTC, as instants.
    return datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)
