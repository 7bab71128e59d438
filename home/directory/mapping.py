"""The directory's map: which places it shows, how large, with which names.

Pure: it gets places and names and returns what a template draws. Equal places on equal
maps are kept drawn, for listing after listing asks for the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, cos, floor, log2, radians, sin, sqrt

from home.directory.labelling import Dot, Label, place_labels
from home.directory.land import draw_land
from home.directory.projecting import (
    EARTH_RADIUS_KM,
    Box,
    EqualEarth,
    Point,
    Projection,
    bound,
    choose_projection,
)

# A map is that wide, in units of the drawing; its height follows what it shows.
WIDTH = 600.0
# Height divided by width: neither a strip nor a tower.
FLATTEST, TALLEST = 0.62, 1.2
# How much of a map's width is kept free round the outermost dots.
MARGIN = 0.1
# Up to so many dots names may move and be led to their dots; up to so many are named.
MOST_LED, MOST_NAMED = 60, 250
MOST_DOTS = 1_000
# Dots of one place are set apart in a spiral of this angle, the golden one.
SPIRAL_DEGREES = 137.508


@dataclass(frozen=True)
class Spot:
    """An organisation where it is, in degrees."""

    key: int
    name: str
    lon: float
    lat: float


@dataclass(frozen=True)
class Mark:
    """A dot of the map, in units of the drawing."""

    key: int
    name: str
    x: float
    y: float
    label: Label | None = None

    @property
    def lead_path(self) -> str:
        """The line from the dot to its name, "" where the name stands beside it."""
        if not self.label or not self.label.lead:
            return ""
        end_x, end_y = self.label.lead
        return f"M{self.x:.1f},{self.y:.1f}L{end_x:.1f},{end_y:.1f}"


@dataclass(frozen=True)
class Map:
    """A drawn map: paths of land and borders, and its dots."""

    width: float
    height: float
    land: str
    borders: str
    marks: tuple[Mark, ...]
    radius: float

    @property
    def view_box(self) -> str:
        return f"0 0 {self.width:.0f} {self.height:.0f}"

    @property
    def is_named(self) -> bool:
        """Whether names stand on it."""
        return any(mark.label for mark in self.marks)


@lru_cache(maxsize=64)
def draw_map(
    spots: tuple[Spot, ...], *, least_km: float = 1_100.0, is_named: bool = True
) -> Map | None:
    """Return the map of these places, None for no places.

    It is at least ``least_km`` wide, so that a single town lies in some country. Of more
    than MOST_DOTS places the first are shown.
    """
    shown = spots[:MOST_DOTS]
    if not shown:
        return None
    places = [(spot.lon, spot.lat) for spot in shown]
    projection = choose_projection(places)
    plane = [projection.project(*place) for place in places]
    box = frame_places(plane, least_km / EARTH_RADIUS_KM)
    if isinstance(projection, EqualEarth):
        box = _show_world(projection, box)
    scale = WIDTH / box.width
    land, borders = draw_land(projection, box, scale)
    drawn = [((x - box.left) * scale, (y - box.top) * scale) for x, y in plane]
    radius = _choose_radius(len(shown))
    apart = spread_out(drawn, radius)
    dots = [
        Dot(x, y, radius, spot.name) for (x, y), spot in zip(apart, shown, strict=True)
    ]
    height = box.height * scale
    labels = _name(dots, Box(0, 0, WIDTH, height)) if is_named else [None] * len(dots)
    marks = tuple(
        Mark(spot.key, spot.name, round(dot.x, 1), round(dot.y, 1), label)
        for spot, dot, label in zip(shown, dots, labels, strict=True)
    )
    return Map(WIDTH, height, land, borders, marks, radius)


def frame_places(plane: Sequence[Point], least: float) -> Box:
    """Return the part of the plane a map shows: all places with room around them.

    Its edges lie on a coarse grid, so that a map keeps its frame, and the land drawn in
    it, when places come and go.
    """
    box = bound(plane)
    box = box.grow(max(box.width, box.height) * MARGIN)
    wide = max(box.width, box.height / TALLEST, least)
    tall = max(box.height, wide * FLATTEST)
    middle_x, middle_y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    step = 2.0 ** floor(log2(wide / 12))
    return Box(
        floor((middle_x - wide / 2) / step) * step,
        floor((middle_y - tall / 2) / step) * step,
        ceil((middle_x + wide / 2) / step) * step,
        ceil((middle_y + tall / 2) / step) * step,
    )


def spread_out(points: Sequence[Point], radius: float) -> list[Point]:
    """Return points of which those in one place are set apart, side by side.

    The first stays; the others go round it, each a little further out.
    """
    at_place: dict[tuple[int, int], int] = {}
    apart = []
    for x, y in points:
        key = (round(x / radius), round(y / radius))
        number = at_place.get(key, 0)
        at_place[key] = number + 1
        distance = radius * 2.1 * sqrt(number)
        angle = radians(SPIRAL_DEGREES * number)
        apart.append((x + distance * cos(angle), y + distance * sin(angle)))
    return apart


def _choose_radius(count: int) -> float:
    if count <= MOST_LED:
        return 3.6
    return 3.0 if count <= MOST_NAMED else 2.2


def _name(dots: list[Dot], sheet: Box) -> list[Label | None]:
    if len(dots) > MOST_NAMED:
        return [None] * len(dots)
    return place_labels(dots, sheet, with_leads=len(dots) <= MOST_LED)


def _show_world(projection: Projection, box: Box) -> Box:
    """Return the rectangle with the whole width of the world and no more."""
    edge = projection.project(180, 0)[0]
    return Box(-edge, box.top, edge, box.bottom)
