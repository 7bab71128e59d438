"""How segments fare: counts over time, warnings, the daily count."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone, translation

from crm.choices import JobState
from crm.models import Job, SegmentCount
from crm.segments.counting import refresh_count
from crm.segments.health import Point, check_health, draw_chart, find_broken
from crm.segments.recounting import COUNT_JOB, needs_counting
from crm.tasks import count_segments_daily
from tests.factories import make_contact, make_role, make_segment

pytestmark = [pytest.mark.django_db, pytest.mark.database]

TODAY = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 11, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def with_counts(*counts, **fields):
    """Make a segment counted once a day until today."""
    segment = make_segment(stored_count=counts[-1], counted_at=NOON, **fields)
    for number, count in enumerate(reversed(counts)):
        SegmentCount.objects.create(
            segment=segment, at=NOON - timedelta(days=number), count=count
        )
    return segment


def warnings(segment):
    return list(check_health([segment], TODAY)[segment.pk].warnings)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((100, 126), ["Grew from 100 to 126 people since the count before."]),
        ((100, 74), ["Shrank from 100 to 74 people since the count before."]),
        ((100, 125), []),
        ((4, 8), []),
        ((0, 5), ["Grew from 0 to 5 people since the count before."]),
        ((90, 0), ["Nobody is in it."]),
        ((100,), []),
    ],
)
def test_warning_when_empty_or_moved_by_more_than_the_set_share(
    counts, expected, settings
):
    settings.CRM_SEGMENT_MOVE_PERCENT = 25

    assert warnings(with_counts(*counts)) == expected


def test_broken_segments_and_those_that_ask_about_them_are_found():
    role = make_role()
    sound = make_segment()
    broken = make_segment(rules=[{"kind": "seat", "roles": [role.pk]}])
    asking = make_segment(rules=[{"kind": "segment", "segments": [broken.pk]}])
    fine = make_segment(rules=[{"kind": "segment", "segments": [sound.pk]}])
    unreadable = make_segment(rules={"version": 7})
    ring = make_segment()
    ring.rules = {
        "version": 1,
        "match": "all",
        "rules": [{"kind": "segment", "segments": [ring.pk]}],
    }
    ring.save()
    role.delete()

    assert find_broken() == {broken.pk, asking.pk, unreadable.pk, ring.pk}
    assert fine.pk not in find_broken()
    assert warnings(broken) == [
        "A rule refers to something deleted: the segment means nobody."
    ]


def test_chart_starts_at_zero_and_keeps_the_days_apart():
    points = [
        Point(date(2026, 11, day), count) for day, count in [(1, 50), (2, 0), (11, 100)]
    ]

    chart = draw_chart(points)

    assert (chart.line, chart.words) == (
        "3.0,24.0 26.4,45.0 237.0,3.0",
        "From 50 to 100 people.",
    )
    assert draw_chart(points[:1]) is None


def test_counting_twice_a_day_keeps_the_last():
    segment = make_segment(added=[make_contact()])
    refresh_count(segment)
    segment.added.add(make_contact())
    refresh_count(segment)

    assert list(segment.counts.values_list("count", flat=True)) == [2]


def test_all_segments_are_counted_once_a_day(django_capture_on_commit_callbacks):
    segment = make_segment(added=[make_contact()])
    now = timezone.now()

    for _round in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            count_segments_daily(now)

    segment.refresh_from_db()
    assert segment.stored_count == 1
    assert [(j.kind, j.state) for j in Job.objects.all()] == [
        (COUNT_JOB, JobState.DONE)
    ]
    assert needs_counting(now) is False
    assert needs_counting(now + timedelta(days=1)) is True
