"""The map: equal-area, whole, framed by its dots, with names over nothing else."""

from itertools import combinations
from math import cos, hypot, pi, radians, sin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from home.directory.labelling import Dot, measure_text, place_labels
from home.directory.land import draw_land
from home.directory.mapping import (
    MOST_DOTS,
    MOST_NAMED,
    Spot,
    draw_map,
    frame_places,
    spread_out,
)
from home.directory.projecting import (
    Azimuthal,
    Box,
    EqualEarth,
    bound,
    choose_projection,
)

EUROPE = {"Dublin": (-6.3, 53.3), "Aten": (23.7, 38.0), "Åbo": (22.3, 60.5)}


def make_spots(places: dict) -> tuple[Spot, ...]:
    return tuple(
        Spot(key, name, *place) for key, (name, place) in enumerate(places.items())
    )


def read_rings(path: str) -> list[list[tuple[float, float]]]:
    """Return the rings of a path of relative steps as points."""
    rings = []
    for ring in path.split("M")[1:]:
        start, _l, steps = ring.rstrip("Z").partition("l")
        points = [tuple(map(float, start.split(",")))]
        for step in steps.split():
            x, y = map(float, step.split(","))
            points.append((points[-1][0] + x, points[-1][1] + y))
        rings.append(points)
    return rings


def lies_on_land(rings, x: float, y: float) -> bool:
    """Whether a point is inside, by the even-odd rule."""
    inside = False
    for ring in rings:
        for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                inside = not inside
    return inside


# --- Projections


@pytest.mark.parametrize(
    "places", [[(18, 59)], [(179, -40), (-179, -42)], [(20, 85), (-160, 85)]]
)
def test_a_place_comes_back_from_the_plane(places):
    projection = choose_projection(places)

    for lon, lat in places:
        back = projection.unproject(*projection.project(lon, lat))
        assert (back[0] - lon) % 360 == pytest.approx(0, abs=1e-6) or (
            back[0] - lon
        ) % 360 == pytest.approx(360, abs=1e-6)
        assert back[1] == pytest.approx(lat, abs=1e-6)


def test_equal_parts_of_the_earth_are_equally_large_on_the_map():
    def measure(projection, lon, lat):
        """The area of a small square of the sphere, by its corners (shoelace)."""
        e = 0.01
        corners = [(lon, lat), (lon + e, lat), (lon + e, lat + e), (lon, lat + e)]
        p = [projection.project(*corner) for corner in corners]
        area = sum(
            a[0] * b[1] - b[0] * a[1] for a, b in zip(p, p[1:] + p[:1], strict=False)
        )
        return abs(area) / 2 / (radians(e) ** 2 * cos(radians(lat + e / 2)))

    for projection in (Azimuthal(11, 48), EqualEarth()):
        for place in [(11, 48), (-20, 65), (40, 30)]:
            assert measure(projection, *place) == pytest.approx(1, abs=0.002)


def test_a_network_round_the_world_gets_the_world():
    assert choose_projection([(15, 59), (-120, 45), (150, -33)]) == EqualEarth()
    assert choose_projection([(0, 0), (180, 0)]) == EqualEarth()
    islands = choose_projection([(174, -41), (-175, -21)])
    assert abs(islands.lon) == pytest.approx(180, abs=2)


# --- Land


def test_cities_lie_on_land_and_the_sea_does_not():
    projection, box = Azimuthal(11, 48), Box(-0.5, -0.5, 0.5, 0.5)
    land, _borders = draw_land(projection, box, 600)
    rings = read_rings(land)

    def is_land(lon, lat):
        x, y = projection.project(lon, lat)
        return lies_on_land(rings, (x + 0.5) * 600, (y + 0.5) * 600)

    assert [is_land(*place) for place in [(15, 49), (2.3, 48.8), (33, 39)]] == [
        True
    ] * 3
    assert [is_land(*place) for place in [(4, 56), (19.5, 57.9), (5, 41)]] == [
        False
    ] * 3


@pytest.mark.parametrize(
    ("lon", "lat", "sea"),
    [(178, -40, (170, -35)), (25, 74, (0, 72)), (-100, 62, (-84, 60))],
)
def test_land_is_whole_across_the_date_line_and_near_the_pole(lon, lat, sea):
    projection, box = Azimuthal(lon, lat), Box(-0.3, -0.3, 0.3, 0.3)
    land, _borders = draw_land(projection, box, 600)
    x, y = projection.project(*sea)

    assert lies_on_land(read_rings(land), (x + 0.3) * 600, (y + 0.3) * 600) is False
    extent = bound([point for ring in read_rings(land) for point in ring])
    assert extent.left >= -5
    assert extent.bottom <= 366


def test_a_border_that_nobody_here_recognises_is_not_drawn():
    projection, box = Azimuthal(34, 46), Box(-0.02, -0.02, 0.02, 0.02)

    assert draw_land(projection, box, 5000)[1] == ""
    assert draw_land(Azimuthal(12, 59), Box(-0.02, -0.02, 0.02, 0.02), 5000)[1] != ""


# --- The frame and the dots


def test_no_places_make_no_map():
    assert draw_map(()) is None


def test_every_dot_lies_on_the_map_with_room_around():
    drawn = draw_map(make_spots(EUROPE))

    assert [mark.name for mark in drawn.marks] == list(EUROPE)
    assert all(30 < mark.x < drawn.width - 30 for mark in drawn.marks)
    assert all(20 < mark.y < drawn.height - 20 for mark in drawn.marks)
    dublin, athens, turku = drawn.marks
    assert dublin.x < turku.x
    assert turku.y < dublin.y < athens.y
    assert 0.6 < drawn.height / drawn.width < 1.4


def test_one_town_lies_in_a_piece_of_land():
    drawn = draw_map(make_spots({"Stuttgart": (9.18, 48.77)}), least_km=700)

    (mark,) = drawn.marks
    assert (mark.x, mark.y) == (pytest.approx(300, abs=80), pytest.approx(190, abs=80))
    assert drawn.borders != ""


def test_a_frame_stays_when_a_place_inside_is_added():
    plane = [(0.0, 0.0), (0.3, 0.2)]

    assert frame_places(plane, 0.1) == frame_places([*plane, (0.1, 0.1)], 0.1)


def test_dots_of_one_town_stand_side_by_side():
    apart = spread_out([(100.0, 100.0)] * 12, 3.6)

    assert apart[0] == (100.0, 100.0)
    gaps = [hypot(a[0] - b[0], a[1] - b[1]) for a, b in combinations(apart, 2)]
    assert min(gaps) > 3.6 * 1.8


def test_more_places_than_fit_are_cut_and_not_named():
    many = tuple(
        Spot(n, f"Stad {n}", 10 + n % 40 / 10, 55 + n % 37 / 10)
        for n in range(MOST_DOTS + 5)
    )
    drawn = draw_map(many)

    assert len(drawn.marks) == MOST_DOTS
    assert drawn.is_named is False
    assert draw_map(many[:MOST_NAMED]).is_named is True


@settings(max_examples=10, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=1, max_size=8
    )
)
def test_any_places_on_earth_make_a_map_that_shows_them(places):
    drawn = draw_map(make_spots({f"Ort {n}": place for n, place in enumerate(places)}))

    assert len(drawn.marks) == len(places)
    assert all(-20 <= mark.x <= drawn.width + 20 for mark in drawn.marks)
    assert all(-20 <= mark.y <= drawn.height + 20 for mark in drawn.marks)
    assert drawn.land == "" or drawn.land.startswith("M")
    assert "nan" not in drawn.land + drawn.borders


# --- Names


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.floats(5, 595),
            st.floats(5, 595),
            st.sampled_from(["Ö", "Wolverhampton"]),
        ),
        min_size=1,
        max_size=30,
    )
)
def test_names_lie_over_nothing_else(places):
    dots = [Dot(x, y, 3.6, name) for x, y, name in places]
    labels = place_labels(dots, Box(0, 0, 600, 600))

    boxes = []
    for label in filter(None, labels):
        width = measure_text(label.text)
        left = {"start": 0, "end": width, "middle": width / 2}[label.anchor]
        boxes.append(
            Box(label.x - left, label.y - 8, label.x - left + width, label.y + 2.5)
        )
    assert not any(a.touches(b) for a, b in combinations(boxes, 2))
    for box in boxes:
        assert not any(
            box.left < dot.x < box.right and box.top < dot.y < box.bottom
            for dot in dots
        )
        assert box.left >= 0
        assert box.right <= 600


def test_a_lonely_name_stands_right_of_its_dot_and_a_crowded_one_is_led_to_it():
    ring = [
        Dot(300 + 16 * cos(radians(a)), 300 + 16 * sin(radians(a)), 3.6, "")
        for a in range(0, 360, 60)
    ]
    dots = [Dot(50, 50, 3.6, "Åbo"), Dot(300, 300, 3.6, "Lund"), *ring]
    lonely, crowded, *_others = place_labels(dots, Box(0, 0, 600, 600))

    assert (lonely.anchor, lonely.lead, lonely.x) == ("start", None, 56.6)
    assert crowded.lead is not None
    assert hypot(crowded.lead[0] - 300, crowded.lead[1] - 300) == pytest.approx(26)


def test_without_lines_a_crowded_name_is_left_to_the_list():
    crowd = [
        Dot(300 + n % 5 * 8, 300 + n // 5 * 8, 3.6, "Amsterdam") for n in range(25)
    ]
    labels = place_labels(crowd, Box(0, 0, 600, 600), with_leads=False)

    assert labels.count(None) > 0
    assert all(label.lead is None for label in filter(None, labels))


def test_the_whole_sphere_has_its_area():
    """Four pi, as far as a grid of one-degree squares of Equal Earth adds up."""
    project = EqualEarth().project
    total = sum(
        abs(project(180, lat + 1)[1] - project(180, lat)[1])
        * (project(180, lat)[0] + project(180, lat + 1)[0])
        for lat in range(-90, 90)
    )
    assert total == pytest.approx(4 * pi, rel=0.002)
