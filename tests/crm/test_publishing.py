"""What may be said of people in public."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from crm.publishing import (
    PublicCard,
    list_experts,
    list_posts,
    picked_cards,
    public_card,
    seat_card,
    seated_cards,
)
from tests.factories import (
    make_contact,
    make_network,
    make_organisation,
    make_role,
    make_seat,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)
FLAGS = ["photo", "email", "phone", "biography"]


def make_expert(**fields):
    """Make somebody with everything that could be published."""
    return make_contact(
        given_name="Ada",
        family_name="Ek",
        email="ada@example.org",
        phone="0920-1",
        biography="Forskar.",
        **fields,
    )


def test_public_card_says_no_more_than_name_role_and_organisation_by_itself():
    expert = make_expert(notes="Ring aldrig.")
    university = make_organisation(name="Universitetet")
    centre = make_organisation(
        name="Centret", parent=university, website="https://centret.example/"
    )
    make_seat(holder=expert, organisation=centre, title="Professor")

    with translation.override("sv"):
        card = public_card(expert, TODAY)

    assert card == PublicCard(
        name="Ada Ek",
        role="Professor",
        organisation="Centret",
        parent="Universitetet",
        website="https://centret.example/",
        contact_id=expert.pk,
        organisation_id=centre.pk,
    )


@pytest.mark.parametrize("agreed", FLAGS[1:])
def test_public_card_says_a_field_only_with_the_word_on_it(agreed):
    expert = make_expert(**{f"publishes_{agreed}": True})

    card = public_card(expert, TODAY)

    said = {name for name in FLAGS if getattr(card, name)}
    assert said == {agreed}


def test_public_card_in_another_language_names_the_role_not_the_offices_title():
    expert = make_expert()
    make_seat(holder=expert, title="Samordnare", role=make_role(name_en="coordinator"))

    with translation.override("en"):
        assert public_card(expert, TODAY).role == "coordinator"


def test_public_card_of_who_left_the_seat_names_no_role():
    expert = make_expert()
    seat = make_seat(holder=expert, title="Professor")
    seat.affiliations.update(ends_on=date(2026, 3, 1))

    card = public_card(expert, TODAY)

    assert (card.name, card.role, card.organisation) == ("Ada Ek", "", "")


def test_seats_own_address_is_public_wherever_the_seat_is_shown():
    expert = make_expert()
    seat = make_seat(holder=expert, email="integration@centret.example")

    assert seat_card(seat, TODAY).email == "integration@centret.example"
    assert public_card(expert, TODAY).email == "integration@centret.example"


def test_seat_card_of_a_vacant_seat_tells_of_the_post():
    seat = make_seat(title="Ordförande", organisation=make_organisation(name="Rådet"))

    with translation.override("sv"):
        card = seat_card(seat, TODAY)

    assert (card.name, card.role, card.organisation) == ("", "Ordförande", "Rådet")


def test_picked_cards_keep_their_order_and_prefer_the_networks_seat():
    network = make_network()
    second, first = make_expert(), make_contact(given_name="Bo", family_name="Al")
    make_seat(holder=second, organisation=make_organisation(name="Annat"))
    make_seat(
        holder=second,
        network=network,
        organisation=make_organisation(name="Nätverkets"),
    )

    cards = picked_cards([(first, "Talare"), (second, "")], TODAY, network)

    assert [(c.name, c.organisation) for c in cards] == [
        ("Bo Al", ""),
        ("Ada Ek", "Nätverkets"),
    ]
    assert cards[0].role == "Talare"


def test_picked_cards_leave_out_who_has_no_name_but_an_address():
    nameless = make_contact(given_name="", family_name="")

    assert picked_cards([(nameless, "")], TODAY) == []


def test_seated_cards_ask_all_of_one_and_the_same_seat():
    network, role = make_network(), make_role()
    right = make_contact(given_name="Rätt", family_name="Ö")
    make_seat(holder=right, network=network, role=role)
    # One seat in the network, another in the role.
    elsewhere = make_contact()
    make_seat(holder=elsewhere, network=network)
    make_seat(holder=elsewhere, role=role)

    cards = seated_cards(TODAY, network=network, role=str(role.pk))

    assert [card.name for card in cards] == ["Rätt Ö"]


def test_seated_cards_of_nothing_asked_are_nobody():
    make_seat(holder=make_contact())

    assert seated_cards(TODAY) == []


@pytest.mark.database
def test_cards_take_as_many_queries_for_one_person_as_for_three():
    counts = []
    for number in (1, 3):
        network = make_network()
        people = [make_contact() for _n in range(number)]
        for person in people:
            centre = make_organisation(parent=make_organisation())
            make_seat(holder=person, network=network, organisation=centre)
        with CaptureQueriesContext(connection) as queries:
            picked = picked_cards([(p, "") for p in people], TODAY, network)
            seated = seated_cards(TODAY, network=network)
        counts.append((len(queries), len(picked), len(seated)))

    assert counts == [(2, 1, 1), (2, 3, 3)]


# --- The public directory


def test_directory_names_only_experts_who_agreed_in_published_organisations():
    role, centre = make_role(), make_organisation(is_published=True)
    hidden = make_organisation()
    agreed = make_contact(given_name="Åsa", family_name="Ö", publishes_name=True)
    make_seat(holder=agreed, role=role, organisation=centre)
    make_seat(holder=agreed, role=role, organisation=centre, title="Också")
    make_seat(holder=make_contact(), role=role, organisation=centre, title="Tyst")
    for place, in_role in [(hidden, role), (centre, make_role())]:
        other = make_contact(publishes_name=True)
        make_seat(holder=other, role=in_role, organisation=place)

    assert [card.name for card in list_experts(TODAY, [role.pk])] == ["Åsa Ö"]
    assert list_experts(TODAY, []) == []
    assert list_experts(TODAY, [role.pk], make_network()) == []


def test_directory_card_says_nothing_of_an_unpublished_whole():
    part = make_organisation(
        name="Centret", parent=make_organisation(name="Lärosätet"), is_published=True
    )
    role = make_role()
    make_seat(holder=make_contact(publishes_name=True), role=role, organisation=part)

    (card,) = list_experts(TODAY, [role.pk])

    assert (card.place, card.organisation_id) == ("Centret", part.pk)


def test_posts_show_holders_who_agreed_then_addresses_then_how_many_more():
    place = make_organisation(is_published=True)
    role = make_role(name_sv="samordnare")
    network = make_network()
    named = make_contact(
        given_name="Ada", family_name="Ek", phone="1", publishes_name=True
    )
    silent = make_contact(phone="2", publishes_phone=True)
    make_seat(role=role, organisation=place, title="Politiker", holder=silent)
    make_seat(role=role, organisation=place, email="post@example.org")
    make_seat(role=role, organisation=place, network=network)
    make_seat(role=role, organisation=place, network=network, title="samordnare")
    make_seat(role=role, organisation=place, title="Chef", holder=named)

    with translation.override("sv"):
        posts = list_posts(place, TODAY)

    assert [(p.name, p.holder and p.holder.name, p.email, p.count) for p in posts] == [
        ("Chef", "Ada Ek", "", 1),
        ("samordnare", None, "post@example.org", 1),
        ("Politiker", None, "", 1),
        ("samordnare", None, "", 2),
    ]
    assert posts[0].holder.phone == ""
    assert posts[3].network == network


def test_posts_of_an_unpublished_organisation_are_nobodys_business():
    seat = make_seat(holder=make_contact(publishes_name=True))

    assert list_posts(seat.organisation, TODAY) == []


def test_posts_cost_the_same_for_one_and_three():
    place = make_organisation(is_published=True)

    def count():
        with CaptureQueriesContext(connection) as queries:
            list_posts(place, TODAY)
        return len(queries)

    make_seat(organisation=place, holder=make_contact(publishes_name=True))
    once = count()
    for _ in range(2):
        make_seat(organisation=place, holder=make_contact(publishes_name=True))
    assert count() == once == 2
