"""When a report is counted, and when a kept one is shown."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.models import Job
from newsletter.choices import BounceClass, CampaignState, DeliveryState
from newsletter.models import Campaign, CountedReport, PageVisits
from newsletter.statistics import report as module
from newsletter.statistics.recounting import REPORT_JOB, find_due, is_due
from newsletter.statistics.report import (
    count_and_keep,
    count_report,
    find_report,
    read_report,
)
from newsletter.tasks import count_reports_when_due
from tests.factories import make_seat
from tests.newsletter.statistics.scenes import START, add_row, make_send

pytestmark = pytest.mark.django_db


@pytest.fixture
def large(monkeypatch):
    """Let sends of one person be large."""
    monkeypatch.setattr(module, "LARGE", 0)


def make_counted(**fields):
    campaign = make_send(frozen_count=1, **fields)
    add_row(campaign)
    return campaign


def test_small_send_is_counted_each_time():
    campaign = make_counted()
    assert find_report(campaign).figures.whole.people == 1

    add_row(campaign)

    assert find_report(campaign).figures.whole.people == 2


def test_large_send_is_not_counted_by_its_page(large, django_assert_max_num_queries):
    campaign = make_counted()

    with django_assert_max_num_queries(1):
        assert find_report(campaign) is None


def test_large_send_that_no_worker_has_counted_is_counted_once(large):
    campaign = make_counted()
    first = read_report(campaign)
    add_row(campaign)

    assert read_report(campaign).figures == first.figures


def test_large_send_that_goes_on_is_counted_anew(large):
    campaign = make_counted()
    read_report(campaign)
    Campaign.objects.update(state=CampaignState.SENDING)
    campaign.refresh_from_db()
    add_row(campaign)

    assert read_report(campaign).figures.whole.people == 2


def test_kept_report_says_what_was_counted(large):
    campaign = make_counted()
    add_row(
        campaign,
        DeliveryState.FAILED,
        bounce_class=BounceClass.HARD,
        domain="a.example",
    )
    add_row(campaign, seat=make_seat(), locale="en", shown=3, heard=("complained",))
    counted = count_report(campaign)

    count_and_keep(campaign)

    kept = find_report(campaign)
    counted_at = kept.figures.counted_at
    assert replace(kept.figures, counted_at=counted_at) == replace(
        counted.figures, counted_at=counted_at
    )
    assert list(kept.figures.domains) == ["example.org", "a.example"]
    assert (kept.pace, kept.reach) == (counted.pace, counted.reach)
    assert kept.earlier == counted.earlier


def test_kept_report_is_read_with_a_constant_number_of_queries(
    large, django_assert_num_queries
):
    campaign = make_counted(counts_links=True)
    count_and_keep(campaign)
    with CaptureQueriesContext(connection) as once:
        find_report(campaign)
    for number in range(3):
        add_row(
            campaign, seat=make_seat(), locale="en", shown=number, domain="b.example"
        )
    count_and_keep(campaign)

    # One more: the organisations by name.
    with django_assert_num_queries(len(once) + 1):
        assert find_report(campaign).figures.whole.people == 4


def test_earlier_large_send_is_not_counted_by_a_later_ones_page(large):
    campaign = make_counted()
    count_and_keep(campaign)
    add_row(campaign)
    later = make_send(
        newsletter=campaign.newsletter, started_at=START + timedelta(days=7)
    )
    add_row(later)

    assert [c.part.people for c in count_report(later).earlier] == [1, 1]


@pytest.mark.parametrize(
    ("state", "ended_ago", "counted_ago", "due"),
    [
        (CampaignState.SENDING, None, timedelta(seconds=50), False),
        (CampaignState.SENDING, None, timedelta(seconds=70), True),
        (CampaignState.FINISHED, timedelta(hours=1), timedelta(minutes=9), False),
        (CampaignState.FINISHED, timedelta(hours=1), timedelta(minutes=11), True),
        (CampaignState.FINISHED, timedelta(days=100), timedelta(days=4), False),
        (CampaignState.FINISHED, timedelta(days=100), timedelta(days=6), True),
    ],
)
def test_is_due_by_state_and_age(state, ended_ago, counted_ago, due):
    now = timezone.now()
    send = Campaign(state=state, finished_at=ended_ago and now - ended_ago)
    send.counted_report = CountedReport(state=state, counted_at=now - counted_ago)

    assert is_due(send, now) is due


def test_count_reports_when_due_large_send_is_counted_once(
    large, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr("newsletter.statistics.recounting.LARGE", 0)
    campaign = make_counted()
    now = timezone.now()
    for _round in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            count_reports_when_due(now)

    assert find_report(campaign).figures.whole.people == 1
    assert find_due(now) is None
    Campaign.objects.update(state=CampaignState.SENDING)
    assert find_due(now).pk == campaign.pk
    count_reports_when_due(now)
    assert Job.objects.filter(kind=REPORT_JOB).count() == 1


def test_visits_before_the_send_and_long_after_it_are_left_out():
    campaign = make_counted()
    day = timezone.localdate(START)
    for offset in (-1, 0, 59, 60):
        PageVisits.objects.create(
            page=campaign.page, on=day + timedelta(days=offset), people=1, machines=2
        )

    report = count_report(campaign)

    assert [visit.on for visit in report.visits] == [day, day + timedelta(days=59)]
    assert (report.visits_total, report.visits_by_machines) == (2, 4)
