"""manage.py make_contacts: an invented register, the same for the same seed."""

from collections import Counter
from datetime import date

import pytest
from django.core.management import call_command

from crm.addresses import hash_address, normalise_address
from crm.models import (
    Affiliation,
    ConsentEntry,
    ConsentState,
    Contact,
    Membership,
    Organisation,
    Seat,
    Suppression,
)
from crm.names import make_sort_key
from crm.seats import refresh_copies
from tests.factories import make_contact

pytestmark = [pytest.mark.django_db, pytest.mark.database]

ON = date(2026, 11, 22)


def make(count, seed=1):
    call_command("make_contacts", count, seed=seed, on=ON)


def snapshot():
    """Return everything about the people that a seed decides, without ids."""
    return [
        list(Contact.objects.order_by("pk").values_list("sort_key", "language")),
        list(Organisation.objects.order_by("pk").values_list("kind", "country")),
        list(Affiliation.objects.order_by("pk").values_list("starts_on", "ends_on")),
        list(ConsentState.objects.order_by("pk").values_list("status", "since")),
    ]


def test_contacts_have_the_derived_fields_that_saving_would_set(settings):
    make(40)

    for contact in Contact.objects.all():
        assert contact.email == normalise_address(contact.email)
        assert contact.address_hash == hash_address(
            contact.email, settings.CRM_ADDRESS_HASH_KEY
        )
        assert contact.sort_key == make_sort_key(
            contact.family_name, contact.given_name
        )


def test_affiliations_carry_the_copies_that_rules_read():
    make(60)

    assert refresh_copies() == 0
    assert Affiliation.objects.filter(ends_on__isnull=False).exists()


def test_shape_is_that_of_a_register():
    make(600)

    held = Affiliation.objects.filter(ends_on__isnull=True).count()
    sizes = Counter(Seat.objects.values_list("organisation", flat=True)).most_common()
    assert Contact.objects.count() == 600
    assert 450 < held < 600
    assert Membership.objects.exists()
    assert Suppression.objects.count() < 30
    assert ConsentEntry.objects.count() == ConsentState.objects.count() > 100
    # Few large, many small.
    assert sizes[0][1] > 2 * sizes[len(sizes) // 2][1]


def test_same_seed_makes_the_same_people_and_another_others():
    make(50)
    first = snapshot()
    for model in (Contact, Seat, Organisation, Suppression):
        model.objects.all().delete()
    make(50)
    again = snapshot()
    for model in (Contact, Seat, Organisation, Suppression):
        model.objects.all().delete()
    make(50, seed=2)

    assert again == first
    assert snapshot() != first


def test_the_orm_goes_on_after_the_last_id():
    make(30)

    contact = make_contact()

    assert contact.pk == Contact.objects.order_by("-pk").first().pk
    assert Contact.objects.count() == 31
