import threading
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from crm.exceptions import SeatTakenError
from crm.models import Affiliation, Seat
from crm.seats import (
    fill_seat,
    find_holder,
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
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]

NEW_YEAR = date(2026, 1, 1)
LAST_DAY = date(2026, 3, 1)
FIRST_DAY = date(2026, 3, 2)


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

    with pytest.raises(IntegrityError), transaction.atomic():
        succeed_seat(seat, make_contact(), ended_on=LAST_DAY, starts_on=FIRST_DAY)

    assert spans(seat) == [(former.pk, FIRST_DAY, None)]


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
