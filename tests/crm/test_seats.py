import threading
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone, translation

from crm.choices import SeatTaskReason
from crm.exceptions import SeatDaysError, SeatTakenError
from crm.models import Affiliation, Seat, SeatTask
from crm.seats import (
    change_days,
    close_task,
    fill_seat,
    find_holder,
    open_task,
    refresh_copies,
    refresh_organisation,
    succeed_seat,
)
from tests.factories import (
    make_contact,
    make_network,
    make_organisation,
    make_role,
    make_seat,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]

NEW_YEAR = date(2026, 1, 1)
LAST_DAY = date(2026, 3, 1)
FIRST_DAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def spans(seat):
    return list(
        seat.affiliations.order_by("pk").values_list("contact", "starts_on", "ends_on")
    )


def test_fill_vacant_seat_copies_what_rules_ask_about():
    organisation = make_organisation(kind="region", country="FI", region="Nyland")
    seat = make_seat(organisation=organisation, network=make_network())

    held = fill_seat(seat, make_contact(), starts_on=NEW_YEAR)

    held.refresh_from_db()
    assert (held.role, held.network, held.organisation) == (
        seat.role,
        seat.network,
        organisation,
    )
    assert (held.kind, held.country, held.region) == ("region", "FI", "Nyland")
    assert (held.starts_on, held.ends_on) == (NEW_YEAR, None)


def test_fill_seat_held_by_somebody_else_is_refused_by_name():
    holder = make_contact(given_name="Åsa", family_name="Berg")
    seat = make_seat(holder=holder)

    with pytest.raises(SeatTakenError, match="Åsa Berg"):
        fill_seat(seat, make_contact())

    assert find_holder(seat) == holder


def test_fill_seat_held_by_the_same_contact_returns_that():
    contact = make_contact()
    seat = make_seat(holder=contact, starts_on=NEW_YEAR)

    held = fill_seat(seat, contact, starts_on=FIRST_DAY)

    assert (held.pk, held.starts_on) == (Affiliation.objects.get().pk, NEW_YEAR)


def test_fill_seat_with_an_end_records_the_past_beside_the_holder():
    holder, former = make_contact(), make_contact()
    seat = make_seat(holder=holder, starts_on=FIRST_DAY)

    fill_seat(seat, former, starts_on=NEW_YEAR, ends_on=LAST_DAY)

    assert spans(seat) == [
        (holder.pk, FIRST_DAY, None),
        (former.pk, NEW_YEAR, LAST_DAY),
    ]


@pytest.mark.django_db(transaction=True)
def test_fill_seat_by_two_at_once_lets_one_in_and_names_them():
    seat = make_seat()
    together = threading.Barrier(2)
    outcomes = []

    def fill(contact):
        together.wait()
        try:
            fill_seat(seat, contact)
            outcomes.append("in")
        except SeatTakenError:
            outcomes.append("taken")
        connection.close()

    threads = [
        threading.Thread(target=fill, args=[make_contact()]) for _number in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["in", "taken"]
    assert seat.affiliations.count() == 1


def test_succeed_ends_one_and_begins_the_next():
    former, successor = make_contact(), make_contact()
    seat = make_seat(holder=former, starts_on=NEW_YEAR)

    succeed_seat(seat, successor, ended_on=LAST_DAY, starts_on=FIRST_DAY)

    assert spans(seat) == [
        (former.pk, NEW_YEAR, LAST_DAY),
        (successor.pk, FIRST_DAY, None),
    ]
    assert find_holder(seat) == successor


def test_succeed_by_nobody_leaves_the_seat_vacant():
    former = make_contact()
    seat = make_seat(holder=former)

    assert succeed_seat(seat, None, ended_on=LAST_DAY, starts_on=FIRST_DAY) is None

    assert find_holder(seat) is None
    assert list(Seat.objects.vacant(LAST_DAY)) == []
    assert list(Seat.objects.vacant(FIRST_DAY)) == [seat]


def test_succeed_before_the_holder_began_changes_nothing():
    former = make_contact()
    seat = make_seat(holder=former, starts_on=FIRST_DAY)

    with pytest.raises(SeatDaysError, match="took the seat on"):
        succeed_seat(seat, make_contact(), ended_on=LAST_DAY, starts_on=FIRST_DAY)

    assert spans(seat) == [(former.pk, FIRST_DAY, None)]


@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [
        (None, None),
        (None, NEW_YEAR),
        (LAST_DAY, None),
        (LAST_DAY, FIRST_DAY),
        (date(2025, 1, 1), date(2027, 1, 1)),
    ],
)
def test_days_shared_by_two_are_refused_by_functions_and_by_the_database(
    starts_on, ends_on
):
    seat = make_seat()
    held = fill_seat(seat, make_contact(), starts_on=NEW_YEAR, ends_on=LAST_DAY)
    elsewhere = make_seat(organisation=seat.organisation, holder=make_contact())
    other = elsewhere.affiliations.get()

    if starts_on or ends_on:  # without either it starts after the other's end
        with pytest.raises(SeatTakenError, match="holds the seat"):
            fill_seat(seat, make_contact(), starts_on=starts_on, ends_on=ends_on)
    with pytest.raises(IntegrityError), transaction.atomic():
        Affiliation.objects.filter(pk=other.pk).update(
            seat=seat, starts_on=starts_on, ends_on=ends_on
        )
    other.refresh_from_db()
    other.pk, other.seat = None, seat
    other.starts_on, other.ends_on = starts_on, ends_on
    with pytest.raises(IntegrityError), transaction.atomic():
        Affiliation.objects.bulk_create([other])
    with pytest.raises(ValidationError, match="on some of these days"):
        other.validate_constraints()

    assert list(seat.affiliations.all()) == [held]


def test_days_next_to_each_other_are_no_overlap():
    seat = make_seat()
    fill_seat(seat, make_contact(), starts_on=FIRST_DAY)

    fill_seat(seat, make_contact(), starts_on=NEW_YEAR, ends_on=LAST_DAY)

    assert seat.affiliations.count() == 2


def test_fill_seat_that_others_held_starts_today_when_nobody_says():
    seat = make_seat()
    fill_seat(seat, make_contact(), starts_on=NEW_YEAR, ends_on=LAST_DAY)

    held = fill_seat(seat, make_contact())

    assert held.starts_on == timezone.localdate()


def test_fill_seat_with_a_holder_whose_end_is_known_is_refused_until_then():
    seat = make_seat()
    end = timezone.localdate() + timedelta(days=30)
    leaving = fill_seat(seat, make_contact(), starts_on=NEW_YEAR, ends_on=end)

    with pytest.raises(SeatTakenError, match="from .* until"):
        fill_seat(seat, make_contact(), starts_on=end)
    follows = fill_seat(seat, make_contact(), starts_on=end + timedelta(days=1))

    assert list(seat.affiliations.order_by("pk")) == [leaving, follows]


def test_succeed_by_the_holder_is_refused():
    holder = make_contact()
    seat = make_seat(holder=holder, starts_on=NEW_YEAR)

    with pytest.raises(SeatTakenError):
        succeed_seat(seat, holder, ended_on=LAST_DAY)

    assert spans(seat) == [(holder.pk, NEW_YEAR, None)]


def test_succeed_by_somebody_who_starts_before_the_end_is_refused():
    holder = make_contact()
    seat = make_seat(holder=holder, starts_on=NEW_YEAR)

    with pytest.raises(SeatDaysError, match="Start later"):
        succeed_seat(seat, make_contact(), ended_on=LAST_DAY, starts_on=LAST_DAY)

    assert spans(seat) == [(holder.pk, NEW_YEAR, None)]


def test_succeed_without_a_first_day_starts_the_day_after():
    seat = make_seat(holder=make_contact(), starts_on=NEW_YEAR)

    held = succeed_seat(seat, make_contact(), ended_on=LAST_DAY)

    assert held.starts_on == FIRST_DAY


def test_succeed_moves_an_end_that_is_still_to_come():
    leaving, successor = make_contact(), make_contact()
    seat = make_seat()
    end = timezone.localdate() + timedelta(days=30)
    fill_seat(seat, leaving, starts_on=NEW_YEAR, ends_on=end)
    sooner = end - timedelta(days=10)

    succeed_seat(seat, successor, ended_on=sooner)

    assert spans(seat) == [
        (leaving.pk, NEW_YEAR, sooner),
        (successor.pk, sooner + timedelta(days=1), None),
    ]


def test_succeed_after_one_who_left_long_ago_leaves_their_last_day():
    former, successor = make_contact(), make_contact()
    seat = make_seat()
    fill_seat(seat, former, starts_on=NEW_YEAR, ends_on=LAST_DAY)

    succeed_seat(seat, successor, ended_on=timezone.localdate())

    assert spans(seat)[0] == (former.pk, NEW_YEAR, LAST_DAY)


def test_change_days_into_another_s_time_changes_nothing():
    seat = make_seat()
    fill_seat(seat, make_contact(), starts_on=NEW_YEAR, ends_on=LAST_DAY)
    present = fill_seat(seat, make_contact(), starts_on=FIRST_DAY)

    with pytest.raises(SeatTakenError):
        change_days(present, starts_on=LAST_DAY, ends_on=None)
    with pytest.raises(SeatDaysError):
        change_days(present, starts_on=FIRST_DAY, ends_on=LAST_DAY)

    present.refresh_from_db()
    assert (present.starts_on, present.ends_on) == (FIRST_DAY, None)


# --- Tasks


def test_open_task_again_is_the_same_task():
    contact = make_contact()
    seat = make_seat(holder=contact)

    first = open_task(seat, contact, SeatTaskReason.BOUNCED, "550 No such user")
    again = open_task(seat, contact, SeatTaskReason.BOUNCED, "550 5.1.1")
    told = open_task(seat, contact, SeatTaskReason.HAS_LEFT, "Has left us")

    assert first.pk == again.pk == told.pk
    assert again.detail == "550 No such user"
    assert (told.reason, told.detail) == ("has_left", "Has left us")


def test_open_task_without_a_holder_is_one_too():
    seat = make_seat()

    tasks = {open_task(seat, None, SeatTaskReason.BOUNCED).pk for _time in range(2)}

    assert len(tasks) == SeatTask.objects.count() == 1


def test_close_task_twice_keeps_who_did_it_first():
    seat = make_seat()
    task = open_task(seat, None, SeatTaskReason.REPORTED)
    first, second = make_user(), make_user()

    assert [close_task(task, first), close_task(task, second)] == [True, False]

    task.refresh_from_db()
    assert task.closed_by == first
    assert open_task(seat, None, SeatTaskReason.REPORTED).pk != task.pk


def test_succession_closes_what_was_open():
    holder, user = make_contact(), make_user()
    seat = make_seat(holder=holder, starts_on=NEW_YEAR)
    task = open_task(seat, holder, SeatTaskReason.BOUNCED)

    succeed_seat(seat, make_contact(), ended_on=LAST_DAY, by=user)

    task.refresh_from_db()
    assert task.closed_at is not None
    assert task.closed_by == user


def test_change_days_with_an_end_closes_what_was_open_about_the_holder():
    holder = make_contact()
    seat = make_seat(holder=holder, starts_on=NEW_YEAR)
    open_task(seat, holder, SeatTaskReason.BOUNCED)
    other = open_task(seat, make_contact(), SeatTaskReason.REPORTED)

    change_days(seat.affiliations.get(), starts_on=NEW_YEAR, ends_on=LAST_DAY)

    assert list(SeatTask.objects.filter(closed_at=None)) == [other]


def test_held_counts_the_first_and_the_last_day():
    seat = make_seat()
    fill_seat(seat, make_contact(), starts_on=NEW_YEAR, ends_on=LAST_DAY)

    held = {
        day: Affiliation.objects.held(day).exists()
        for day in (date(2025, 12, 31), NEW_YEAR, LAST_DAY, FIRST_DAY)
    }
    assert list(held.values()) == [False, True, True, False]


def test_refresh_organisation_brings_every_copy_there_in_step():
    organisation = make_organisation(country="SE", region="Skåne")
    for _number in range(2):
        make_seat(organisation=organisation, holder=make_contact())
    elsewhere = make_seat(holder=make_contact())
    organisation.region, organisation.kind = "Halland", "borough"
    organisation.save()

    assert refresh_organisation(organisation) == 2

    copies = Affiliation.objects.exclude(seat=elsewhere)
    assert set(copies.values_list("region", "kind")) == {("Halland", "borough")}
    assert refresh_organisation(organisation) == 0


def test_refresh_notices_a_network_that_came_or_went():
    network = make_network()
    gained, lost = make_seat(), make_seat(network=network)
    for seat in (gained, lost):
        fill_seat(seat, make_contact())
    Seat.objects.filter(pk=gained.pk).update(network=network)
    Seat.objects.filter(pk=lost.pk).update(network=None)

    assert refresh_copies() == 2

    assert gained.affiliations.get().network == network
    assert lost.affiliations.get().network is None


def test_refresh_of_chosen_seats_leaves_the_others():
    chosen, other = (make_seat(holder=make_contact()) for _number in range(2))
    role = make_role()
    Seat.objects.update(role=role)

    assert refresh_copies(seats=[chosen.pk]) == 1

    assert chosen.affiliations.get().role == role
    assert other.affiliations.get().role == other.role
