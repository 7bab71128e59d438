"""Where the names on a map stand: beside their dots, over nothing else. Pure.

A name stands right of its dot, else left, above or below; where all of that is taken it
moves away, and a line leads to its dot. A name that finds no place is left out: the list
beside the map has it. Crowded dots choose first, for they have the least choice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, hypot, radians, sin

from home.directory.projecting import Box, Point

FONT_SIZE = 10.0
# Height of a line of text, and how far its base line is above the lower edge.
LINE_HEIGHT, DESCENT = 11.0, 2.8
# Widths in hundredths of the font's size: Arial's, which the metrics of most follow.
NARROW, WIDE = frozenset("fijlrtIJ .,-'()/|!"), frozenset("mwMWÅÄÖØQOG@%&")
NARROW_WIDTH, NORMAL_WIDTH, WIDE_WIDTH = 30, 57, 80
GAP = 3.0
# Between the ends of two names in a line.
SPACE = 6.0
# How far away a name may move, and in how many directions it looks there.
REACHES = (12.0, 18.0, 26.0, 38.0, 52.0)
DIRECTIONS = (0, 180, 30, 330, 150, 210, 60, 300, 120, 240, 90, 270)
# Who has this many neighbours within that distance is crowded.
NEIGHBOURHOOD = 45.0


@dataclass(frozen=True)
class Dot:
    """A place on the drawing, in its units, and its name."""

    x: float
    y: float
    radius: float
    name: str


@dataclass(frozen=True)
class Label:
    """A name as it is drawn; ``lead`` is where its line ends, None for a name beside it."""

    text: str
    x: float
    y: float
    anchor: str
    lead: Point | None = None


@dataclass(frozen=True)
class _Place:
    label: Label
    box: Box


def place_labels(
    dots: Sequence[Dot], sheet: Box, *, with_leads: bool = True
) -> list[Label | None]:
    """Return for each dot its label, None where nothing is free within the sheet."""
    taken = [_box_of(dot) for dot in dots]
    leads: list[tuple[Point, Point]] = []
    placed: list[Label | None] = [None] * len(dots)
    for number in _order_by_crowd(dots):
        dot = dots[number]
        others = [box for n, box in enumerate(taken) if n != number]
        found = _find_free(dot, others, leads, sheet, with_leads)
        if found is None:
            continue
        placed[number] = found.label
        taken.append(_widen(found.box))
        if found.label.lead:
            leads.append(((dot.x, dot.y), found.label.lead))
    return placed


def measure_text(text: str) -> float:
    """Return about how wide a text is, in units of the drawing; rather too wide."""
    widths = (
        NARROW_WIDTH if c in NARROW else WIDE_WIDTH if c in WIDE else NORMAL_WIDTH
        for c in text
    )
    return sum(widths) * FONT_SIZE / 100


def _find_free(
    dot: Dot,
    taken: Sequence[Box],
    leads: Sequence[tuple[Point, Point]],
    sheet: Box,
    with_leads: bool,
) -> _Place | None:
    reach = REACHES[-1] + measure_text(dot.name) + LINE_HEIGHT
    around = Box(dot.x - reach, dot.y - reach, dot.x + reach, dot.y + reach)
    near = [box for box in taken if box.touches(around)]
    for place in _list_places(dot, with_leads):
        if not _lies_in(place.box, sheet) or _hits(place.box, near):
            continue
        if any(_crosses(*lead, place.box) for lead in leads):
            continue
        lead = place.label.lead
        if lead and _lead_hits((dot.x, dot.y), lead, near, leads):
            continue
        return place
    return None


def _list_places(dot: Dot, with_leads: bool) -> Iterable[_Place]:
    """Yield where a name could stand, the best place first."""
    near, rise = dot.radius + GAP, LINE_HEIGHT / 2
    for x, y, anchor in (
        (near, 0.0, "start"),
        (-near, 0.0, "end"),
        (near - 1, -rise, "start"),
        (near - 1, rise, "start"),
        (-near + 1, -rise, "end"),
        (-near + 1, rise, "end"),
        (0.0, -near - rise + 1, "middle"),
        (0.0, near + rise - 1, "middle"),
    ):
        yield _make_place(dot, dot.x + x, dot.y + y, anchor)
    if not with_leads:
        return
    for reach in REACHES:
        for angle in DIRECTIONS:
            x = dot.x + reach * cos(radians(angle))
            y = dot.y + reach * sin(radians(angle))
            anchor = "start" if cos(radians(angle)) >= 0 else "end"
            side = GAP if anchor == "start" else -GAP
            yield _make_place(dot, x + side, y, anchor, lead=(x, y))


def _make_place(
    dot: Dot, x: float, y: float, anchor: str, lead: Point | None = None
) -> _Place:
    """Return a place whose middle line is at ``y``."""
    width = measure_text(dot.name)
    left = {"start": x, "end": x - width, "middle": x - width / 2}[anchor]
    top = y - LINE_HEIGHT / 2
    box = Box(left, top, left + width, top + LINE_HEIGHT)
    base = round(box.bottom - DESCENT, 1)
    return _Place(Label(dot.name, round(x, 1), base, anchor, lead), box)


def _order_by_crowd(dots: Sequence[Dot]) -> list[int]:
    def count_neighbours(dot: Dot) -> int:
        return sum(
            hypot(dot.x - other.x, dot.y - other.y) < NEIGHBOURHOOD for other in dots
        )

    return sorted(range(len(dots)), key=lambda n: (-count_neighbours(dots[n]), n))


def _widen(box: Box) -> Box:
    """Return a name's rectangle with the space that parts it from the next name."""
    return Box(box.left - SPACE, box.top, box.right + SPACE, box.bottom)


def _box_of(dot: Dot) -> Box:
    return Box(dot.x, dot.y, dot.x, dot.y).grow(dot.radius + 1)


def _lies_in(box: Box, sheet: Box) -> bool:
    return (
        box.left >= sheet.left
        and box.top >= sheet.top
        and box.right <= sheet.right
        and box.bottom <= sheet.bottom
    )


def _hits(box: Box, taken: Iterable[Box]) -> bool:
    return any(box.touches(other) for other in taken)


def _lead_hits(
    start: Point,
    end: Point,
    taken: Iterable[Box],
    leads: Iterable[tuple[Point, Point]],
) -> bool:
    return any(_crosses(start, end, box) for box in taken) or any(
        _meet(start, end, *lead) for lead in leads
    )


def _crosses(start: Point, end: Point, box: Box) -> bool:
    """Whether a line goes through a rectangle (looked at every two units)."""
    steps = max(1, round(hypot(end[0] - start[0], end[1] - start[1]) / 2))
    return any(
        box.left <= start[0] + (end[0] - start[0]) * step / steps <= box.right
        and box.top <= start[1] + (end[1] - start[1]) * step / steps <= box.bottom
        for step in range(steps + 1)
    )


def _meet(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether two lines cross each other."""
    return _turn(a, b, c) != _turn(a, b, d) and _turn(c, d, a) != _turn(c, d, b)


def _turn(a: Point, b: Point, c: Point) -> bool:
    return (b[0] - a[0]) * (c[1] - a[1]) > (b[1] - a[1]) * (c[0] - a[0])
