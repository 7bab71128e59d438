"""How a segment fares: its size over time, and what somebody should look at."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.models import Segment, SegmentCount
from crm.segments.counting import show_count
from crm.segments.fields import look_up, point_at
from crm.segments.rules import walk_rules
from crm.segments.words import parse_leniently

DAYS_SHOWN = 90
# In so small a number of people a share means nothing.
FEWEST_MOVED = 5
WIDTH, HEIGHT, EDGE = 240, 48, 3


@dataclass(frozen=True)
class Point:
    """How many people there were on a day."""

    on: date
    count: int


@dataclass(frozen=True)
class Chart:
    """A line through the counts, ready to be drawn; with words for who does not see it."""

    line: str
    end_x: float
    end_y: float
    words: str
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True)
class Health:
    """What to say about a segment: warnings, and a chart once there are two days."""

    warnings: tuple[str, ...] = ()
    chart: Chart | None = None
    points: tuple[Point, ...] = ()


def check_health(segments: Iterable[Segment], on: date) -> dict[int, Health]:
    """Return each segment's health by its id; the counts of all in one query."""
    listed = list(segments)
    points = _read_points(listed, on)
    broken = find_broken()
    return {
        segment.pk: Health(
            tuple(find_warnings(segment, points[segment.pk], segment.pk in broken)),
            draw_chart(points[segment.pk]),
            tuple(points[segment.pk]),
        )
        for segment in listed
    }


def find_broken() -> set[int]:
    """Return the ids of the segments that cannot be read or refer to something gone.

    And of those that ask about such a one, or about themselves. As many queries
    however many segments there are.
    """
    trees = {segment.pk: parse_leniently(segment) for segment in Segment.objects.all()}
    rows = look_up(*(tree for tree in trees.values() if tree))
    asked: dict[int, set[int]] = {}
    for pk, tree in trees.items():
        pointers = (
            [p for rule in walk_rules(tree) for p in point_at(rule)] if tree else []
        )
        if tree and not any(rows.is_missing(pointer) for pointer in pointers):
            asked[pk] = {target for model, target in pointers if model is Segment}
    sound: set[int] = set()
    # A segment is sound once all it asks about are; those in a ring never become so.
    while fresh := {
        pk for pk, ids in asked.items() if pk not in sound and ids <= sound
    }:
        sound |= fresh
    return set(trees) - sound


def find_warnings(segment: Segment, points: list[Point], is_broken: bool) -> list[str]:
    """Return what somebody should look at, as sentences: broken, empty, much moved."""
    if is_broken:
        return [_("A rule refers to something deleted: the segment means nobody.")]
    if segment.stored_count == 0:
        return [_("Nobody is in it.")]
    if len(points) < 2:
        return []
    before, now = points[-2], points[-1]
    moved = abs(now.count - before.count)
    if moved < FEWEST_MOVED or moved * 100 <= before.count * _most_moved():
        return []
    frame = (
        _("Grew from %(before)s to %(now)s people since the count before.")
        if now.count > before.count
        else _("Shrank from %(before)s to %(now)s people since the count before.")
    )
    counts = {"before": show_count(before.count), "now": show_count(now.count)}
    return [frame % counts]


def draw_chart(points: list[Point]) -> Chart | None:
    """Return the line through the points, from none to the most; None for fewer than two.

    The days stand apart as they lie apart; the count starts at zero, so that a small
    change looks small.
    """
    if len(points) < 2:
        return None
    first, last = points[0].on, points[-1].on
    days = max((last - first).days, 1)
    most = max(point.count for point in points) or 1
    places = [
        (
            round(EDGE + (WIDTH - 2 * EDGE) * (point.on - first).days / days, 1),
            round(HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * point.count / most, 1),
        )
        for point in points
    ]
    counts = {
        "first": show_count(points[0].count),
        "last": show_count(points[-1].count),
    }
    return Chart(
        " ".join(f"{x},{y}" for x, y in places),
        *places[-1],
        _("From %(first)s to %(last)s people.") % counts,
    )


def _most_moved() -> int:
    return int(settings.CRM_SEGMENT_MOVE_PERCENT)


def _read_points(segments: list[Segment], on: date) -> dict[int, list[Point]]:
    points: dict[int, list[Point]] = defaultdict(list)
    rows = SegmentCount.objects.filter(
        segment__in=[segment.pk for segment in segments],
        at__date__gt=on - timedelta(days=DAYS_SHOWN),
    ).order_by("at", "pk")
    for segment_id, at, count in rows.values_list("segment", "at", "count"):
        points[segment_id].append(Point(timezone.localdate(at), count))
    return points
