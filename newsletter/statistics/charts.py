"""Charts as numbers: places within a square of 100 × 100. Pure; templates draw them.

The square is stretched to the room there is; labels stand beside it as text, so that
they stay readable on a phone.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

SIDE = 100
STEPS = (1, 1.5, 2, 2.5, 3, 4, 5, 10)
MOST_TICKS = 4
# A single column as broad as the chart would look like a box.
WIDEST = 12


@dataclass(frozen=True)
class LineChart:
    """A line from left to right. ``points`` as SVG wants them; ``ticks`` from the top."""

    points: str
    ticks: list[float]
    last_x: float
    last_y: float

    @property
    def grid(self) -> list[float]:
        """The heights of the ticks' lines."""
        return _spread(len(self.ticks))


@dataclass(frozen=True)
class Column:
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class ColumnChart:
    columns: list[Column]
    ticks: list[float]

    @property
    def grid(self) -> list[float]:
        """The heights of the ticks' lines."""
        return _spread(len(self.ticks))


def draw_line(points: Sequence[tuple[float, float]]) -> LineChart | None:
    """Return a line through (when, how much), from the smallest "when" to the largest.

    None for fewer than two points: there is no line then.
    """
    if len(points) < 2:
        return None
    start, end = points[0][0], points[-1][0]
    ticks = choose_ticks(max(value for _at, value in points))
    placed = [
        (
            _round(SIDE * (at - start) / ((end - start) or 1)),
            _round(SIDE - SIDE * value / ticks[0]),
        )
        for at, value in points
    ]
    text = " ".join(f"{x:g},{y:g}" for x, y in placed)
    return LineChart(text, ticks, *placed[-1])


def draw_columns(values: Sequence[float]) -> ColumnChart | None:
    """Return a column for each value, in the middle of its room; None for none.

    At least a fifth of the room is left free, more where there are only a few columns.
    """
    if not values:
        return None
    ticks = choose_ticks(max(values))
    room = SIDE / len(values)
    width = min(room * 0.8, WIDEST)
    columns = [
        Column(
            _round(room * (place + 0.5) - width / 2),
            _round(SIDE - SIDE * value / ticks[0]),
            _round(width),
            _round(SIDE * value / ticks[0]),
        )
        for place, value in enumerate(values)
    ]
    return ColumnChart(columns, ticks)


def choose_ticks(most: float) -> list[float]:
    """Return round numbers from at least ``most`` down to 0, evenly spaced."""
    if most <= 0:
        return [1, 0]
    least_step = most / MOST_TICKS
    power = 10.0 ** math.floor(math.log10(least_step))
    step = next(s * power for s in STEPS if s * power >= least_step * 0.999999)
    if most >= 1:
        # Of people there are no halves.
        step = max(1, math.ceil(step))
    number = math.ceil(most / step - 1e-9)
    return [_round(step * n) for n in range(number, -1, -1)]


def _spread(number: int) -> list[float]:
    return [_round(SIDE * n / (number - 1)) for n in range(number)]


def _round(number: float) -> float:
    return round(number, 2)
