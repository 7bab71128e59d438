"""When a report is counted, and when a kept one is shown."""

from datetime import timedelta

import pytest
from django.utils import timezone

from newsletter.choices import CampaignState
from newsletter.models import Campaign, PageVisits
from newsletter.statistics import report as module
from newsletter.statistics.report import count_report, find_report, read_report
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


def test_large_send_once_counted_is_kept(large):
    campaign = make_counted()
    first = read_report(campaign)
    add_row(campaign)

    assert find_report(campaign).figures == first.figures
    assert read_report(campaign).figures.whole.people == 1


def test_large_send_that_goes_on_is_counted_anew(large):
    campaign = make_counted()
    read_report(campaign)
    Campaign.objects.update(state=CampaignState.SENDING)
    campaign.refresh_from_db()

    assert find_report(campaign) is None


def test_newsletter_with_a_large_earlier_send_is_large_too(large, settings):
    campaign = make_counted()
    later = make_send(page=campaign.page, frozen_count=0)

    assert find_report(later) is None


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
