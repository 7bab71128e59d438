"""What the database itself refuses, whoever writes."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from crm.models import Affiliation, Organisation
from crm.seats import fill_seat
from tests.factories import (
    make_contact,
    make_grant,
    make_membership,
    make_network,
    make_organisation,
    make_place,
    make_role,
    make_seat,
    make_topic,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def refused():
    """Return a context in which the database must refuse what is written."""

    def enter():
        return pytest.raises(IntegrityError)

    return enter


def test_seat_with_a_second_holder_is_refused(refused):
    seat = make_seat()
    held = fill_seat(seat, make_contact())

    with refused(), transaction.atomic():
        Affiliation.objects.create(
            seat=seat,
            contact=make_contact(),
            role=held.role,
            organisation=held.organisation,
        )


def test_affiliation_ending_before_it_starts_is_refused(refused):
    affiliation = fill_seat(make_seat(), make_contact(), starts_on=date(2026, 3, 2))
    affiliation.ends_on = date(2026, 3, 1)

    with refused(), transaction.atomic():
        affiliation.save()


def test_second_seat_of_the_kind_at_an_organisation_is_refused(refused):
    seat = make_seat()

    with refused(), transaction.atomic():
        make_seat(organisation=seat.organisation, role=seat.role)


def test_second_seat_of_the_kind_in_a_network_is_refused(refused):
    seat = make_seat(network=make_network())

    with refused(), transaction.atomic():
        make_seat(organisation=seat.organisation, role=seat.role, network=seat.network)


def test_seats_told_apart_by_network_or_title_are_accepted():
    seat = make_seat()
    same = {"organisation": seat.organisation, "role": seat.role}

    make_seat(**same, network=make_network())
    make_seat(**same, title="Deputy")

    assert seat.organisation.seats.count() == 3


def test_organisation_of_the_same_name_in_the_country_is_refused(refused):
    make_organisation(name="Malmö stad", country="SE")

    with refused(), transaction.atomic():
        make_organisation(name="MALMÖ  STAD", country="SE")
    make_organisation(name="Malmö stad", country="FI")

    assert Organisation.objects.count() == 2


def test_organisation_that_is_part_of_itself_is_refused(refused):
    organisation = make_organisation()
    organisation.parent = organisation

    with refused(), transaction.atomic():
        organisation.save()


def test_membership_twice_at_a_time_is_refused_but_not_one_after_another(refused):
    first = make_membership()
    same = {"organisation": first.organisation, "network": first.network}

    with refused(), transaction.atomic():
        make_membership(**same)
    first.ends_on = date(2025, 12, 31)
    first.save()
    make_membership(**same)

    assert first.organisation.memberships.count() == 2


@pytest.mark.parametrize("make", [make_network, make_membership])
def test_span_ending_before_it_starts_is_refused(make, refused):
    with refused(), transaction.atomic():
        make(starts_on=date(2026, 3, 2), ends_on=date(2026, 3, 1))


def test_grant_twice_is_refused(refused):
    make_grant(programme="CERV", agreement_number="101")

    with refused(), transaction.atomic():
        make_grant(programme="CERV", agreement_number="101")


@pytest.mark.parametrize("make", [make_role, make_topic, make_network])
def test_short_name_taken_is_refused(make, refused):
    make(slug="taken")

    with refused(), transaction.atomic():
        make(slug="taken")


def test_role_of_a_seat_cannot_be_deleted():
    seat = make_seat()

    with pytest.raises(ProtectedError):
        seat.role.delete()


def test_contact_deleted_takes_its_affiliations_and_leaves_the_seat():
    contact = make_contact()
    seat = make_seat(holder=contact)

    contact.delete()

    assert (Affiliation.objects.count(), type(seat).objects.count()) == (0, 1)


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [(59.3, None), (None, 18.1), (90.1, 18.1), (59.3, -180.1), (float("nan"), 18.1)],
)
@pytest.mark.parametrize("make", [make_organisation, make_place])
def test_half_a_place_or_one_off_this_earth_is_refused(
    refused, make, latitude, longitude
):
    with refused(), transaction.atomic():
        make(latitude=latitude, longitude=longitude)


@pytest.mark.parametrize(
    ("latitude", "longitude", "field"),
    [
        (59.3, None, "longitude"),
        (None, 18.1, "latitude"),
        (90.1, 18.1, "latitude"),
        (59.3, 554.3, "longitude"),
    ],
)
def test_coordinates_at_fault_are_named(latitude, longitude, field):
    town = make_organisation()
    town.latitude, town.longitude = latitude, longitude

    with pytest.raises(ValidationError) as caught:
        town.full_clean()

    assert list(caught.value.message_dict) == [field]


def test_corners_of_the_earth_are_places():
    make_organisation(latitude=-90, longitude=180)
    make_organisation(latitude=90, longitude=-180).full_clean()
