"""A send beside the earlier ones of its newsletter."""

from datetime import timedelta

import pytest

from newsletter.choices import BounceClass, CampaignState
from newsletter.models import LinkTotal
from newsletter.statistics.earlier import MOST_SENDS, list_earlier
from newsletter.statistics.figures import Part
from tests.factories import make_news_page
from tests.newsletter.statistics.scenes import START, add_row, make_send

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def page():
    return make_news_page()


def make_earlier(page, days: int, **fields):
    return make_send(page=page, started_at=START - timedelta(days=days), **fields)


def test_send_that_has_not_begun_stands_beside_nothing(page):
    assert list_earlier(make_send(page=page, started_at=None, frozen_at=START)) == []


def test_earlier_sends_come_oldest_first_with_their_figures(page):
    old = make_earlier(page, 30, counts_links=True)
    LinkTotal.objects.create(campaign=old, number=0, url="https://a.example/", people=7)
    add_row(old, heard=("unsubscribed", "complained"))
    add_row(old, bounce_class=BounceClass.HARD)
    now = make_send(page=page)
    add_row(now)

    found = list_earlier(now)

    assert [(send.pk, send.links) for send in found] == [(old.pk, 7), (now.pk, None)]
    assert found[0].part == Part(
        people=2, accepted=2, bounced=1, returned=1, complained=1, left=1
    )
    assert found[0].arrived_percent == 50


def test_later_unfinished_foreign_and_empty_sends_are_left_out(page):
    now = make_send(page=page)
    add_row(now)
    for other in (
        make_earlier(page, -1),
        make_earlier(page, 1, state=CampaignState.CANCELLED),
        make_send(started_at=START - timedelta(days=2)),
    ):
        add_row(other)
    make_earlier(page, 3)

    assert [send.pk for send in list_earlier(now)] == [now.pk]


def test_no_more_than_a_dozen_in_a_constant_number_of_queries(
    page, django_assert_num_queries
):
    for days in range(MOST_SENDS + 1):
        add_row(make_earlier(page, days + 1))
    now = make_send(page=page)
    add_row(now)

    with django_assert_num_queries(5):
        assert len(list_earlier(now)) == MOST_SENDS
