"""Map projections: degrees to a plane and back, as far as a map needs it. Pure.

Both are equal-area, so that no part of a network looks larger than it is. The plane's unit
is the radius of the earth; y grows downwards, as in SVG.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import acos, asin, atan2, ceil, cos, degrees, hypot, radians, sin, sqrt

Point = tuple[float, float]
EARTH_RADIUS_KM = 6371.0
# Beyond this distance from its centre an azimuthal map is bent more than it explains.
WIDEST_DEGREES = 55.0
# How often the edge of a map is looked at to learn which degrees it covers.
EDGE_STEPS = 16


@dataclass(frozen=True)
class Box:
    """A rectangle from its least to its greatest corner, in degrees or in the plane."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    def grow(self, by: float) -> "Box":
        """Return the rectangle with ``by`` more on each side."""
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def touches(self, other: "Box") -> bool:
        """Whether the two have a point in common."""
        return (
            self.left <= other.right
            and other.left <= self.right
            and self.top <= other.bottom
            and other.top <= self.bottom
        )


WORLD = Box(-180, -90, 180, 90)


@dataclass(frozen=True)
class Azimuthal:
    """Lambert's azimuthal equal-area projection, centred on a place (Snyder 1987, p. 182)."""

    lon: float
    lat: float

    def project(self, lon: float, lat: float) -> Point:
        """Return where a place, given in degrees, lies in the plane."""
        turned, height, middle = (
            radians(lon - self.lon),
            radians(lat),
            radians(self.lat),
        )
        near = sin(middle) * sin(height) + cos(middle) * cos(height) * cos(turned)
        # 1 + near is 0 at the opposite end of the world, which lies on no map of ours.
        factor = sqrt(2 / max(1 + near, 1e-9))
        x = factor * cos(height) * sin(turned)
        y = cos(middle) * sin(height) - sin(middle) * cos(height) * cos(turned)
        return x, -factor * y

    def unproject(self, x: float, y: float) -> Point:
        """Return which place lies there, in degrees; the nearest one beyond the edge."""
        distance = min(hypot(x, y), 2.0)
        if not distance:
            return self.lon, self.lat
        angle, middle = 2 * asin(distance / 2), radians(self.lat)
        up = -y / hypot(x, y)
        lat = asin(
            max(-1, min(1, cos(angle) * sin(middle) + up * sin(angle) * cos(middle)))
        )
        turned = atan2(
            x * sin(angle),
            hypot(x, y) * cos(middle) * cos(angle) + y * sin(middle) * sin(angle),
        )
        return self.lon + degrees(turned), degrees(lat)

    def find_window(self, box: Box) -> Box:
        """Return degrees that hold everything a rectangle of the plane shows.

        Longitudes count from the middle of the map on and may leave ±180.
        """
        edge = [self.unproject(x, y) for x, y in _walk_edge(box)]
        lons, lats = [lon for lon, _lat in edge], [lat for _lon, lat in edge]
        window = Box(min(lons), min(lats), max(lons), max(lats)).grow(1)
        for pole in (-90, 90):
            x, y = self.project(self.lon, pole)
            if box.left <= x <= box.right and box.top <= y <= box.bottom:
                # Round a pole all longitudes are near.
                low, high = min(window.top, pole), max(window.bottom, pole)
                return Box(self.lon - 180, low, self.lon + 180, high)
        return window


@dataclass(frozen=True)
class EqualEarth:
    """The whole world, for networks that span it (Šavrič, Patterson and Jenny 2018)."""

    def project(self, lon: float, lat: float) -> Point:
        """Return where a place, given in degrees, lies in the plane."""
        angle = asin(sqrt(3) / 2 * sin(radians(lat)))
        a1, a2, a3, a4 = 1.340264, -0.081106, 0.000893, 0.003796
        square, sixth = angle**2, angle**6
        slope = a1 + 3 * a2 * square + sixth * (7 * a3 + 9 * a4 * square)
        x = 2 * sqrt(3) * radians(lon) * cos(angle) / (3 * slope)
        return x, -angle * (a1 + a2 * square + sixth * (a3 + a4 * square))

    def find_window(self, _box: Box) -> Box:
        """Return the degrees of the whole world, whatever is shown of it."""
        return WORLD


Projection = Azimuthal | EqualEarth


def choose_projection(places: Sequence[Point]) -> Projection:
    """Return a projection that shows these places (longitude, latitude) well.

    Its centre is theirs, in whole degrees, so that it stays when a place is added.
    """
    vectors = [_to_vector(*place) for place in places]
    middle = [sum(part) for part in zip(*vectors, strict=True)]
    length = sqrt(sum(part * part for part in middle))
    if length < 1e-6:
        return EqualEarth()
    centre = [part / length for part in middle]
    if _find_widest(centre, vectors) > WIDEST_DEGREES:
        return EqualEarth()
    lat = degrees(asin(max(-1, min(1, centre[2]))))
    return Azimuthal(round(degrees(atan2(centre[1], centre[0]))), round(lat))


def densify(points: Sequence[Point], longest: float) -> list[Point]:
    """Return a line with points put in, so that none of its steps is longer than that.

    A straight edge in degrees is a curve on the map.
    """
    dense: list[Point] = []
    for start, end in zip(points, points[1:], strict=False):
        pieces = max(1, ceil(hypot(end[0] - start[0], end[1] - start[1]) / longest))
        dense += [
            (
                start[0] + (end[0] - start[0]) * piece / pieces,
                start[1] + (end[1] - start[1]) * piece / pieces,
            )
            for piece in range(pieces)
        ]
    return [*dense, *points[-1:]]


def bound(points: Iterable[Point]) -> Box:
    """Return the smallest rectangle round some points; there must be one."""
    listed = list(points)
    xs, ys = [x for x, _y in listed], [y for _x, y in listed]
    return Box(min(xs), min(ys), max(xs), max(ys))


def _walk_edge(box: Box) -> list[Point]:
    corners = [
        (box.left, box.top),
        (box.right, box.top),
        (box.right, box.bottom),
        (box.left, box.bottom),
        (box.left, box.top),
    ]
    return densify(corners, max(box.width, box.height) / EDGE_STEPS)


def _to_vector(lon: float, lat: float) -> tuple[float, float, float]:
    turned, height = radians(lon), radians(lat)
    return cos(height) * cos(turned), cos(height) * sin(turned), sin(height)


def _find_widest(centre: Sequence[float], vectors: Iterable[Sequence[float]]) -> float:
    dots = (
        sum(a * b for a, b in zip(centre, vector, strict=True)) for vector in vectors
    )
    return degrees(acos(max(-1, min(1, min(dots)))))
