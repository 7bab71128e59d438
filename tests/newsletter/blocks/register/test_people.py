"""People and whom to turn to: of the register, as far as they agreed."""

import pytest
from django.core.exceptions import ValidationError

from crm.models import Contact
from tests.factories import (
    make_contact,
    make_network,
    make_news_page,
    make_organisation,
    make_role,
    make_seat,
)
from tests.newsletter.blocks.register.showing import (
    clean,
    compose,
    names_under,
    people,
    see,
)

pytestmark = pytest.mark.django_db


def test_people_by_network_and_role_follow_the_register_on_the_web_alone(client):
    network, role = make_network(), make_role()
    seat = make_seat(
        holder=make_contact(given_name="Ada", family_name="Ek"),
        network=network,
        role=role,
        title="Professor",
        organisation=make_organisation(name="Centret"),
    )
    page = make_news_page(body=[people({"network": network.pk, "role": str(role.pk)})])
    sent = compose(page)

    Contact.objects.update(family_name="Ny")

    assert names_under(see(client, page), "people") == ["Ada Ny Professor Centret"]
    assert "Ada Ek" in sent.html
    assert "  Ada Ek, Professor, Centret" in sent.text
    seat.affiliations.update(ends_on="2020-01-01")
    assert see(client, page).find_all("ul", **{"class": "people"}) == []


def test_people_stand_in_groups_in_the_order_they_were_picked(client):
    first, second, third = (
        make_contact(given_name=name, family_name="X") for name in "CBA"
    )
    groups = [
        {"heading": "Samordnare", "people": [{"contact": first.pk}]},
        {
            "heading": "Övriga",
            "people": [
                {"contact": third.pk, "described_as": "Talare"},
                {"contact": second.pk},
            ],
        },
    ]
    page = make_news_page(body=[people(*groups)])

    article, sent = see(client, page), compose(page)

    assert [h.text for h in article.find_all("h3")] == ["Samordnare", "Övriga"]
    assert names_under(article, "people") == ["C X", "A X Talare", "B X"]
    order = [
        sent.text.index(words) for words in ("Samordnare:", "C X", "Övriga:", "A X")
    ]
    assert order == sorted(order)


def test_people_who_were_deleted_leave_the_list(client):
    gone, here = make_contact(), make_contact(given_name="Ada", family_name="Ek")
    picks = [{"contact": gone.pk}, {"contact": here.pk}]
    page = make_news_page(body=[people({"people": picks})])

    gone.delete()

    assert names_under(see(client, page), "people") == ["Ada Ek"]


@pytest.mark.parametrize("agrees", [False, True])
def test_address_of_a_person_is_public_only_with_their_word_on_it(client, agrees):
    ada = make_contact(email="ada@example.org", publishes_email=agrees)
    page = make_news_page(
        body=[
            people({"people": [{"contact": ada.pk}]}, shows_details=True),
            ("contact", {"person": ada.pk}),
        ]
    )
    sent = compose(page)

    shown = [
        "ada@example.org" in text
        for text in (client.get(page.url).content.decode(), sent.html, sent.text)
    ]

    assert shown == [agrees] * 3


def test_people_list_needs_people_or_a_rule():
    with pytest.raises(ValidationError):
        clean("people_list", heading="Experter", groups=[{"heading": "x"}])


def test_contact_of_a_seat_follows_the_seat_and_own_words_go_before(client):
    seat = make_seat(
        holder=make_contact(given_name="Ada", family_name="Ek"),
        email="press@centret.example",
        organisation=make_organisation(name="Centret"),
    )
    body = [("contact", {"seat": seat.pk, "role": "presskontakt"})]
    page = make_news_page(body=body)

    words = compose(page).text

    assert "Ada Ek\npresskontakt\nCentret\npress@centret.example" in words


def test_contact_is_a_person_or_a_seat_not_both():
    seat = make_seat(holder=make_contact())
    contact = seat.affiliations.get().contact

    with pytest.raises(ValidationError):
        clean("contact", person=contact.pk, seat=seat.pk)
