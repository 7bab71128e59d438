"""Joining and leaving networks, from either side's page."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import ModelLogEntry

from crm.models import Membership
from tests.crm.viewsets.browser import log_in, texts_in
from tests.factories import make_membership, make_network, make_organisation

pytestmark = [pytest.mark.django_db, pytest.mark.database]

REGISTER = "/admin/register/"
START = date(2026, 1, 1)


@pytest.fixture
def keeper():
    return log_in("Register keepers")


@pytest.mark.parametrize("side", ["networks", "organisations"])
def test_membership_is_added_from_either_side(keeper, side):
    network, organisation = make_network(), make_organisation()
    pk = network.pk if side == "networks" else organisation.pk

    answer = keeper.post(
        f"{REGISTER}{side}/{pk}/join/",
        {
            # The side it is asked on cannot be changed.
            "network": make_network().pk if side == "networks" else network.pk,
            "organisation": organisation.pk
            if side == "networks"
            else make_organisation().pk,
            "role": "pilot",
            "starts_on": "2026-01-01",
        },
    )

    membership = Membership.objects.get()
    assert (membership.network, membership.organisation) == (network, organisation)
    assert (membership.role, membership.starts_on) == ("pilot", START)
    assert answer.url.startswith(f"{REGISTER}{side}/inspect/{pk}/")
    assert ModelLogEntry.objects.get().action == "crm.members_changed"


def test_adding_another_comes_back_to_the_form(keeper):
    network = make_network()
    address = f"{REGISTER}networks/{network.pk}/join/"

    answer = keeper.post(
        address,
        {"organisation": make_organisation().pk, "role": "member", "another": ""},
    )

    assert answer.url == address


def test_joining_as_the_same_twice_is_an_error(keeper):
    membership = make_membership(organisation=make_organisation(name="Ås"))

    answer = keeper.post(
        f"{REGISTER}networks/{membership.network_id}/join/",
        {"organisation": membership.organisation_id, "role": membership.role},
    )

    assert list(answer.context["form"].errors["organisation"]) == [
        "Ås belongs to it as that already."
    ]
    assert Membership.objects.count() == 1


def test_membership_ends_on_a_day_and_stays_in_the_history(keeper):
    yesterday = timezone.localdate() - timedelta(days=1)
    membership = make_membership(
        organisation=make_organisation(name="Ås"), starts_on=START
    )

    keeper.post(f"{REGISTER}memberships/{membership.pk}/end/", {"ends_on": yesterday})

    page = keeper.get(f"{REGISTER}networks/inspect/{membership.network_id}/")
    assert Membership.objects.get().ends_on == yesterday
    assert texts_in(page, "#members ~ table") == []
    assert texts_in(page, "#former ~ table tbody th") == ["Ås"]


def test_membership_that_ends_before_it_starts_is_an_error(keeper):
    membership = make_membership(starts_on=START)

    answer = keeper.post(
        f"{REGISTER}memberships/{membership.pk}/end/", {"ends_on": "2025-12-31"}
    )

    assert answer.context["form"].errors == {
        "ends_on": ["It cannot end before it starts."]
    }
    assert Membership.objects.get().ends_on is None


def test_members_stand_by_role_in_the_order_of_the_names_shown(keeper):
    network = make_network()
    for name, fields in {
        "Wien": {"name_en": "Vienna"},
        "Turku": {"name_en": "Abo"},
        "Breda": {},
    }.items():
        make_membership(
            network=network, organisation=make_organisation(name=name, **fields)
        )
    founder = make_organisation(name="Stuttgart")
    for role in ("founder", "member"):
        make_membership(network=network, organisation=founder, role=role)

    page = keeper.get(f"{REGISTER}networks/inspect/{network.pk}/")

    assert texts_in(page, ".register-section__group") == ["Member 4", "Founder 1"]
    assert texts_in(page, "#members ~ table tbody th a") == [
        "Abo",
        "Breda",
        "Stuttgart",
        "Vienna",
        "Stuttgart",
    ]
    assert "4 organisations belong to it today." in texts_in(page, "#members ~ p")


def test_network_page_asks_the_same_for_one_and_three_members(keeper):
    network = make_network()
    counts = []
    for more in (1, 2):
        for _number in range(more):
            make_membership(network=network)
        address = f"{REGISTER}networks/inspect/{network.pk}/"
        keeper.get(address)
        with CaptureQueriesContext(connection) as queries:
            keeper.get(address)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_editor_sees_members_and_changes_none():
    membership = make_membership()
    editor = log_in("Editors")

    page = editor.get(f"{REGISTER}networks/inspect/{membership.network_id}/")
    editor.post(
        f"{REGISTER}memberships/{membership.pk}/end/",
        {"ends_on": timezone.localdate()},
    )

    assert "/join/" not in page.content.decode()
    assert Membership.objects.get().ends_on is None
