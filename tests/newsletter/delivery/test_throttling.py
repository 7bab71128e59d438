"""newsletter/delivery/throttling.py: how fast a domain is written to, by all workers."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from newsletter.choices import DeliveryState
from newsletter.delivery.claims import set_aside
from newsletter.delivery.statements import Claimed
from newsletter.delivery.throttling import EVERYBODY, Limits, grant, let_go
from newsletter.models import Delivery, Destination, Worker
from tests.factories import make_contact
from tests.newsletter.delivery.scenes import make_frozen_campaign

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def make_worker(name="a"):
    return Worker.objects.create(host="here", pid=1, journal_name=f"{name}.journal")


def make_rows(*domains):
    return [
        Claimed(n, n, f"p{n}@{d}", d, "sv", 0, 1, False, "", "", "sv", {}, False)
        for n, d in enumerate(domains)
    ]


@pytest.mark.parametrize(
    ("free_at", "per_minute", "wanted", "granted", "next_free"),
    [
        # Never used: one second's worth at once, and one more.
        (None, 60, 200, 1, NOW + timedelta(seconds=1)),
        (NOW - timedelta(hours=1), 60, 200, 2, NOW + timedelta(seconds=1)),
        (NOW - timedelta(hours=1), 600, 200, 11, NOW + timedelta(milliseconds=100)),
        (NOW - timedelta(hours=1), 600, 3, 3, NOW - timedelta(milliseconds=700)),
        (NOW + timedelta(milliseconds=1), 60, 200, 0, NOW + timedelta(milliseconds=1)),
        (NOW, 60, 0, 0, NOW),
    ],
)
def test_grant_keeps_to_the_rate(free_at, per_minute, wanted, granted, next_free):
    assert grant(free_at, per_minute, wanted, NOW) == (granted, next_free)


def test_grant_asked_often_for_a_minute_gives_no_more_than_the_rate():
    free_at, given = None, 0
    for tick in range(600):
        now = NOW + timedelta(milliseconds=100 * tick)
        granted, free_at = grant(free_at, 90, 200, now)
        given += granted

    assert 89 <= given <= 91


@pytest.mark.django_db
def test_admit_domains_without_a_row_costs_no_query(django_assert_num_queries):
    limits = Limits(make_worker())
    Destination.objects.create(domain="slow.example", per_minute=60)
    limits.load()

    with django_assert_num_queries(0):
        assert limits.admit(make_rows("fast.example", "other.example"), NOW) == {}


@pytest.mark.django_db
@pytest.mark.database
def test_admit_two_workers_share_a_rate_and_the_rest_waits_its_turn():
    Destination.objects.create(domain="slow.example", per_minute=60)
    first, second = Limits(make_worker("a")), Limits(make_worker("b"))
    first.load()
    second.load()

    waits = first.admit(make_rows("slow.example", "slow.example", "x.example"), NOW)
    waits_too = second.admit(make_rows("slow.example"), NOW)

    assert waits == {1: NOW + timedelta(seconds=1)}
    assert waits_too == {0: NOW + timedelta(seconds=1)}
    assert first.closed(NOW) == ["slow.example"]
    assert first.closed(NOW + timedelta(seconds=1)) == []


@pytest.mark.django_db
@pytest.mark.database
def test_admit_others_write_to_the_domain_already_waits():
    Destination.objects.create(domain="example.org", at_once=1)
    campaign = make_frozen_campaign(people=1)
    busy, late = make_worker("a"), make_worker("b")
    campaign.deliveries.update(state=DeliveryState.CLAIMED, worker=busy)
    limits = Limits(late)
    limits.load()

    waits = limits.admit(make_rows("example.org"), NOW)
    assert NOW < waits[0] < NOW + timedelta(seconds=4)

    campaign.deliveries.update(state=DeliveryState.ACCEPTED)
    assert limits.admit(make_rows("example.org"), NOW) == {}


@pytest.mark.django_db
def test_slow_again_and_again_waits_longer_then_one_letter_tries():
    limits = Limits(make_worker())
    first = limits.slow("example.org", "RCPT 421 too many", NOW)
    # A second letter that was under way says the same: no longer wait for that.
    assert limits.slow("example.org", "RCPT 421 too many", NOW) == first
    second = limits.slow("example.org", "RCPT 421 again", first)

    assert 12 <= (first - NOW).total_seconds() <= 18
    assert 24 <= (second - first).total_seconds() <= 36
    row = Destination.objects.get()
    assert (row.slowed_times, row.slowed_by) == (2, "RCPT 421 again")
    assert limits.closed(first) == ["example.org"]
    rows = make_rows("example.org", "example.org")
    assert limits.admit(rows, first) == {0: second, 1: second}
    assert list(limits.admit(rows, second)) == [1]


@pytest.mark.django_db
def test_recover_domain_took_a_letter_is_slow_no_more(django_assert_num_queries):
    limits = Limits(make_worker())
    limits.slow("example.org", "RCPT 421", NOW)

    limits.recover("example.org")

    row = Destination.objects.get()
    assert (row.slowed_times, row.slowed_until, row.slowed_by) == (0, None, "")
    with django_assert_num_queries(0):
        limits.recover("example.org")
        limits.recover("never-heard-of.example")


@pytest.mark.django_db
def test_take_share_rate_for_all_together_limits_a_claim():
    Destination.objects.create(domain=EVERYBODY, per_minute=600)
    limits = Limits(make_worker())
    limits.load()

    assert limits.take_share(200, NOW) == 1
    later = NOW + timedelta(seconds=5)
    assert limits.take_share(200, later) == 11
    limits.give_back_share(4)
    limits.load()
    assert limits.take_share(200, later) == 4


@pytest.mark.django_db
def test_take_share_without_a_rate_is_all():
    assert Limits(make_worker()).take_share(200, NOW) == 200


@pytest.mark.django_db
def test_let_go_forgets_the_wait_and_nothing_else():
    row = Destination.objects.create(
        domain="example.org", slowed_times=3, slowed_until=NOW, per_minute=60
    )

    assert let_go([row]) == 1
    assert let_go([row]) == 0
    row.refresh_from_db()
    assert (row.slowed_times, row.slowed_until, row.per_minute) == (0, None, 60)


@pytest.mark.django_db
@pytest.mark.database
def test_set_aside_moves_only_the_waiting_rows_of_that_domain():
    campaign = make_frozen_campaign(
        contacts=[
            make_contact(email="one@slow.example"),
            make_contact(email="two@slow.example"),
            make_contact(email="three@fast.example"),
        ]
    )
    until = timezone.now() + timedelta(minutes=5)
    assert set_aside([campaign.pk], "slow.example", until=until, most=1) == 1
    assert set_aside([campaign.pk], "slow.example", until=until, most=9) == 1
    assert set_aside([campaign.pk], "slow.example", until=until, most=9) == 0
    waiting = Delivery.objects.filter(next_at=until)
    assert {row.domain for row in waiting} == {"slow.example"}
