from datetime import timedelta

import pytest
from django.utils import timezone

from crm.choices import SeatTaskReason
from crm.models import Seat
from crm.seats import close_task, fill_seat, open_task
from crm.vacancies import Work, count_work, find_urgent, seats_to_look_at
from tests.factories import make_contact, make_seat

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def today():
    return timezone.localdate()


def held_until(day):
    seat = make_seat()
    fill_seat(seat, make_contact(), starts_on=day - timedelta(days=400), ends_on=day)
    return seat


def test_a_held_seat_is_no_work(today):
    make_seat(holder=make_contact())
    held_until(today + timedelta(days=30))

    assert list(seats_to_look_at(today)) == []
    assert count_work() == Work(vacant=0, soon=0, reported=0)
    assert not count_work().is_any


def test_work_comes_in_the_order_of_urgency(today):
    never = make_seat()
    lately = held_until(today - timedelta(days=1))
    long_ago = held_until(today - timedelta(days=300))
    soon = held_until(today + timedelta(days=29))
    bounced = make_seat(holder=make_contact())
    open_task(bounced, None, SeatTaskReason.BOUNCED)

    in_order = [bounced, long_ago, lately, soon, never]
    keys = [seat.pk for seat in in_order]
    everything = Seat.objects.all()
    assert list(seats_to_look_at(today)) == in_order
    assert find_urgent(everything, today, 9) == keys
    assert find_urgent(everything, today, 3) == keys[:3]
    assert find_urgent(everything.filter(pk__gt=keys[1]), today, 9) == [
        key for key in keys if key > keys[1]
    ]
    assert find_urgent(everything.filter(pk__in=keys[1:]), today, 9) == keys[1:]
    assert find_urgent(everything, today, 9, last_day_from=today) == [keys[0], keys[3]]
    assert count_work() == Work(vacant=3, soon=1, reported=1)


def test_a_vacant_seat_that_somebody_takes_later_is_settled(today):
    seat = held_until(today - timedelta(days=10))
    fill_seat(seat, make_contact(), starts_on=today + timedelta(days=5))

    assert list(seats_to_look_at(today)) == []


def test_a_task_that_is_done_is_no_work(today):
    seat = make_seat(holder=make_contact())
    task = open_task(seat, None, SeatTaskReason.REPORTED)
    close_task(task, None)

    assert list(seats_to_look_at(today)) == []


def test_the_last_day_is_the_holders_last_not_the_first_ones(today):
    seat = held_until(today - timedelta(days=300))
    last = today - timedelta(days=20)
    fill_seat(seat, make_contact(), starts_on=today - timedelta(days=100), ends_on=last)

    assert seats_to_look_at(today).get().last_day == last
