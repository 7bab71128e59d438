"""The two counters: nobody kept waiting, nothing counted twice, machines apart."""

import sqlite3
import threading
from contextlib import closing
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from newsletter.models import LinkTotal, PageVisits
from newsletter.statistics.counters import count_link, count_visit, write_waiting
from tests.factories import make_campaign, make_news_page

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def links():
    campaign = make_campaign()
    return LinkTotal.objects.bulk_create(
        LinkTotal(campaign=campaign, number=n, url=f"https://example.org/{n}")
        for n in range(5)
    )


def open_links(links, numbers, *, client="1.2.3.4 Firefox", is_machine=False):
    return [
        count_link(links[0].campaign_id, n, is_machine=is_machine, client=client)
        for n in numbers
    ]


def totals() -> list[tuple[int, int]]:
    return list(LinkTotal.objects.values_list("people", "machines"))


def test_unknown_link_counts_nowhere(links):
    count_link(links[0].campaign_id, 99, is_machine=False, client="x")

    assert totals() == [(0, 0)] * 5


def test_machine_is_counted_apart(links):
    assert open_links(links, [1, 1], is_machine=True) == [False, False]
    assert totals()[1] == (0, 2)


def test_same_link_again_and_another_are_a_persons_doing(links):
    assert open_links(links, [0, 0, 1]) == [True, True, True]
    assert totals()[:2] == [(2, 0), (1, 0)]


def test_burst_over_many_links_is_a_machine_from_its_first_link_on(links):
    assert open_links(links, [0, 1, 2, 3]) == [True, True, False, False]
    assert totals() == [(0, 1), (0, 1), (0, 1), (0, 1), (0, 0)]


def test_three_readers_at_once_are_no_burst(links):
    for n, client in enumerate(["a", "b", "c"]):
        open_links(links, [n], client=client)

    assert totals()[:3] == [(1, 0)] * 3


def test_visits_of_a_day_are_one_row():
    page = make_news_page()

    for is_machine in (False, True, False):
        count_visit(page.pk, is_machine=is_machine)

    today = timezone.localdate()
    rows = PageVisits.objects.values_list("page", "on", "people", "machines")
    assert list(rows) == [(page.pk, today, 2, 1)]


def test_visit_after_the_first_is_one_write(django_assert_num_queries):
    page = make_news_page()
    count_visit(page.pk, is_machine=False)
    # With SQLite's patience set and set back.
    with django_assert_num_queries(3 if connection.vendor == "sqlite" else 1):
        count_visit(page.pk, is_machine=False)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite has one writer")
def test_visit_while_somebody_writes_for_long_is_kept_and_counted_later():
    page = make_news_page()
    name = connection.settings_dict["NAME"]

    with closing(sqlite3.connect(name, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        count_visit(page.pk, is_machine=False)
        assert not PageVisits.objects.exists()
        other.execute("ROLLBACK")
    count_visit(page.pk, is_machine=True)

    rows = PageVisits.objects.values_list("people", "machines")
    assert list(rows) == [(1, 1)]


def test_crowd_is_counted_by_its_first_reader_and_then_together(settings):
    page = make_news_page()
    settings.NEWSLETTER_COUNT_SECONDS = 3_600
    write_waiting()  # a moment ago, that is
    for _reader in range(3):
        count_visit(page.pk, is_machine=False)
    assert not PageVisits.objects.exists()

    write_waiting()

    assert PageVisits.objects.get().people == 3
    write_waiting()
    assert PageVisits.objects.get().people == 3


def test_visit_belongs_to_the_day_it_was_made_on_not_written(settings):
    page = make_news_page()
    settings.NEWSLETTER_COUNT_SECONDS = 3_600
    stockholm = ZoneInfo("Europe/Stockholm")
    write_waiting()
    with time_machine.travel(datetime(2026, 6, 1, 23, 59, 59, tzinfo=stockholm)):
        count_visit(page.pk, is_machine=False)
    with time_machine.travel(datetime(2026, 6, 2, tzinfo=stockholm)):
        count_visit(page.pk, is_machine=False)

    write_waiting()

    rows = PageVisits.objects.order_by("on").values_list("on", "people")
    assert list(rows) == [(date(2026, 6, 1), 1), (date(2026, 6, 2), 1)]


def test_no_reader_of_a_crowd_is_lost_while_it_is_written(settings):
    page = make_news_page()
    settings.NEWSLETTER_COUNT_SECONDS = 3_600
    write_waiting()

    def read():
        for _time in range(500):
            count_visit(page.pk, is_machine=False)

    readers = [threading.Thread(target=read) for _reader in range(3)]
    for reader in readers:
        reader.start()
    while any(reader.is_alive() for reader in readers):
        write_waiting()
    write_waiting()

    assert PageVisits.objects.get().people == 1_500
