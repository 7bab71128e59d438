"""Land and borders as SVG paths, cut to what a map shows.

``land.json`` is Natural Earth at 1:50m, public domain; ``bin/make-land`` makes it.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from itertools import accumulate
from math import degrees
from pathlib import Path

from home.directory.projecting import Box, Point, Projection, bound, densify

FILE = Path(__file__).with_name("land.json")
# Edges longer than this many degrees are bent before they are drawn.
LONGEST_STEP = 2.0
# What is smaller than this, in units of the drawing, is not seen.
FINEST = 1.2
SMALLEST_ISLAND = 2.0


@lru_cache(maxsize=64)
def draw_land(projection: Projection, box: Box, scale: float) -> tuple[str, str]:
    """Return the paths of land and of borders within a rectangle of the plane.

    ``scale`` is units of the drawing for one of the plane. Kept for the maps that are
    asked for again: what is drawn depends on nothing else.
    """
    window = projection.find_window(box)
    edge = box.grow(4 / scale)
    finest = degrees(FINEST / scale)
    land = []
    for ring in _find_near("land", window, finest):
        cut = _clip(ring, window)
        bent = densify([*cut, *cut[:1]], LONGEST_STEP)
        plane = _clip([projection.project(*point) for point in bent], edge)
        land.append(_place(plane, box, scale))
    borders = []
    for line in _find_near("borders", window, finest):
        for part in _split([projection.project(*point) for point in line], edge):
            borders.append(_place(part, box, scale))
    return (
        "".join(_write(ring) + "Z" for ring in land if _is_seen(ring)),
        "".join(_write(line) for line in borders if len(line) > 1),
    )


@cache
def _read_shapes(kind: str) -> list[tuple[Box, list[Point]]]:
    data = json.loads(FILE.read_text(encoding="utf-8"))
    return [_read_steps(steps, data["unit"]) for steps in data[kind]]


def _read_steps(steps: Sequence[int], unit: float) -> tuple[Box, list[Point]]:
    points = [
        (x * unit, y * unit)
        for x, y in zip(accumulate(steps[::2]), accumulate(steps[1::2]), strict=True)
    ]
    return bound(points), points


def _find_near(kind: str, window: Box, finest: float) -> Iterable[list[Point]]:
    """Yield what lies in the window, turned by 360° where the window leaves ±180."""
    for extent, points in _read_shapes(kind):
        if extent.top > window.bottom or extent.bottom < window.top:
            continue
        for turn in (-360, 0, 360):
            if extent.left + turn > window.right or extent.right + turn < window.left:
                continue
            yield [(x + turn, y) for x, y in _thin(points, finest)]


def _thin(points: Sequence[Point], finest: float) -> list[Point]:
    """Return the points without those that nearly lie on the last one kept."""
    kept = list(points[:1])
    for point in points[1:]:
        if abs(point[0] - kept[-1][0]) + abs(point[1] - kept[-1][1]) >= finest:
            kept.append(point)
    # Where a border meets the coast it ends.
    return [*kept, *points[-1:]]


def _clip(ring: Sequence[Point], box: Box) -> list[Point]:
    """Return the part of a ring within a rectangle (Sutherland and Hodgman 1974)."""
    left = _cut(ring, lambda p: p[0] - box.left)
    right = _cut(left, lambda p: box.right - p[0])
    top = _cut(right, lambda p: p[1] - box.top)
    return _cut(top, lambda p: box.bottom - p[1])


def _cut(ring: Sequence[Point], inside: Callable[[Point], float]) -> list[Point]:
    """Return the part of a ring on one side of a line; ``inside`` is the way to it."""
    kept: list[Point] = []
    if not ring:
        return kept
    last = ring[-1]
    last_depth = inside(last)
    for point in ring:
        depth = inside(point)
        if (depth < 0) != (last_depth < 0):
            share = last_depth / (last_depth - depth)
            kept.append(
                (
                    last[0] + (point[0] - last[0]) * share,
                    last[1] + (point[1] - last[1]) * share,
                )
            )
        if depth >= 0:
            kept.append(point)
        last, last_depth = point, depth
    return kept


def _split(line: Sequence[Point], box: Box) -> list[list[Point]]:
    """Return the parts of an open line that are seen, a point beyond the edge included."""
    parts: list[list[Point]] = [[]]
    for point, after in zip(line, [*line[1:], line[-1]], strict=True):
        if bound([point, after]).touches(box):
            parts[-1].append(point)
        elif parts[-1]:
            parts[-1].append(point)
            parts.append([])
    return parts


def _place(points: Iterable[Point], box: Box, scale: float) -> list[Point]:
    return [((x - box.left) * scale, (y - box.top) * scale) for x, y in points]


def _is_seen(ring: Sequence[Point]) -> bool:
    if len(ring) < 3:
        return False
    extent = bound(ring)
    return max(extent.width, extent.height) >= SMALLEST_ISLAND


def _write(points: Sequence[Point]) -> str:
    """Return a path in steps of tenths: shorter by half than whole positions."""
    last_x, last_y = 0, 0
    steps = []
    for x, y in points:
        tenth_x, tenth_y = round(x * 10), round(y * 10)
        steps.append(f"{(tenth_x - last_x) / 10:g},{(tenth_y - last_y) / 10:g}")
        last_x, last_y = tenth_x, tenth_y
    start = f"M{points[0][0]:.1f},{points[0][1]:.1f}"
    return f"{start}l{' '.join(steps[1:])}"
