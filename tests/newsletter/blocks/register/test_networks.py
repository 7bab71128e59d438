"""Members, partners, projects."""

import pytest

from tests.factories import (
    make_membership,
    make_network,
    make_news_page,
    make_organisation,
)
from tests.newsletter.blocks.register.showing import compose, see

pytestmark = pytest.mark.django_db


def test_members_stand_in_the_order_of_the_pages_language(client):
    network = make_network()
    for name, sv in (("Wien", ""), ("Αθήνα", "Aten"), ("Turku", "Åbo"), ("İzmir", "")):
        member = make_organisation(name=name, name_sv=sv)
        make_membership(network=network, organisation=member)
    founder = make_organisation(name="Zagreb")
    make_membership(network=network, organisation=founder, role="founder")
    value = {"heading": "Städer", "network": network.pk, "shows_count": True}
    page = make_news_page(body=[("member_list", value)])

    assert "Aten, İzmir, Wien, Åbo." in see(client, page).text
    assert "Aten, İzmir, Wien, Åbo." in compose(page).text


def test_partners_past_and_to_come_are_left_out(client):
    network = make_network()
    for name, days in (
        ("Nu", {}),
        ("Snart slut", {"ends_on": "2999-01-01"}),
        ("Slut", {"ends_on": "2020-01-01"}),
        ("Kommer", {"starts_on": "2999-01-01"}),
    ):
        partner = make_organisation(name=name)
        make_membership(network=network, organisation=partner, role="partner", **days)
    page = make_news_page(body=[("partner_logos", {"heading": "P"})], network=network)

    [partners] = see(client, page).find_all("ul", **{"class": "partners"})
    assert [b.text for b in partners.find_all("b")] == ["Nu", "Snart slut"]
