"""All blocks of the register: what is empty, how much is asked, what names may hold."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.models import Contact, Organisation, Publication
from newsletter.mail.compose import compose_page
from newsletter.mail.merge import OWN_FIELDS, find_fields
from newsletter.models import NewsPage
from tests.factories import (
    make_contact,
    make_event,
    make_event_series,
    make_media_item,
    make_membership,
    make_network,
    make_news_page,
    make_organisation,
    make_publication,
    make_seat,
)
from tests.newsletter.blocks.register.showing import compose, people
from tests.newsletter.mail.pages import parse_html

pytestmark = pytest.mark.django_db


EMPTY = [
    ("people_list", {"heading": "Tomt", "groups": [{"role": "999999"}]}),
    ("member_list", {"heading": "Tomt"}),
    ("partner_logos", {"heading": "Tomt"}),
    ("event_facts", {"heading": "Tomt"}),
    ("publications", {"heading": "Tomt"}),
    ("media_list", {"heading": "Tomt"}),
    ("project_card", {"title": "Tomt", "network": 999999}),
]


@pytest.mark.parametrize("block", EMPTY, ids=[kind for kind, _value in EMPTY])
def test_block_without_content_is_left_out_everywhere(client, block):
    page = make_news_page(body=[block, ("heading", {"text": "Rubriken"})])

    sent = compose(page)

    assert "Tomt" not in client.get(page.url).content.decode()
    assert "Tomt" not in sent.html
    assert "TOMT" not in sent.text
    assert "Rubriken" in sent.html


def fill(number, name="Ort"):
    """Return a page of every kind of list, with that many entries in each."""
    network = make_network()
    publisher = make_organisation(name=f"{name} förlag")
    series = make_event_series(name_sv=f"{name} serie")
    for n in range(number):
        member = make_organisation(
            name=f"{name} {n}", parent=make_organisation(name=f"{name} del {n}")
        )
        make_membership(network=network, organisation=member)
        holder = make_contact(given_name=name, family_name=str(n))
        make_seat(holder=holder, network=network, organisation=member, title=name)
        make_publication(title=f"{name} {n}", network=network, publisher=publisher)
        make_media_item(title=f"{name} {n}", network=network, outlet=publisher)
        event = make_event(title=f"{name} {n}", series=series, speakers=[holder])
    picks = list(Contact.objects.filter(affiliations__seat__network=network))
    body = [
        people(
            {"network": network.pk},
            {"people": [{"contact": contact.pk} for contact in picks]},
        ),
        ("member_list", {"heading": "Medlemmar", "layout": "columns"}),
        ("partner_logos", {"heading": "Partner"}),
        ("project_card", {"network": network.pk}),
        ("publications", {"heading": "Publikationer"}),
        ("media_list", {"heading": "Media"}),
        ("event_facts", {"event": event.pk}),
    ]
    return make_news_page(body=body, network=network)


@pytest.mark.database
def test_page_and_mail_take_as_many_queries_for_one_member_as_for_28(client):
    counts = []
    for number in (2, 28):
        page = fill(number, name=f"Ort {number}")
        client.get(page.url)
        with CaptureQueriesContext(connection) as seen:
            client.get(page.url)
        fresh = NewsPage.objects.get(pk=page.pk)
        with CaptureQueriesContext(connection) as sent:
            compose_page(fresh, fresh.newsletter, [], locale="sv")
        counts.append((len(seen), len(sent)))

    assert counts[0] == counts[1]


# The fields of the letter itself: its greeting, and the way to leave.
OWN = {"given_name", *OWN_FIELDS}
HOSTILE = st.text(
    st.sampled_from(list("<>&\"'[]|{}%a/ åü\u2028")), min_size=1, max_size=12
).map(lambda text: f"x{text}x")


@pytest.fixture
def filled(client):
    page = fill(2)
    return page, client


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(name=HOSTILE | st.sampled_from(["<b>", "a < b", "&amp;", "[[x]]", "[[email]]"]))
def test_names_of_the_register_stay_text_wherever_they_are_shown(filled, name):
    page, client = filled
    Contact.objects.update(given_name=name)
    Organisation.objects.update(name_sv=name, website="")
    Publication.objects.update(title=name, authors=name)

    sent = compose(page)
    html = client.get(page.url).content.decode()

    # A word joiner keeps brackets of a name from beginning a merge field.
    for whole in (html, sent.html):
        shown = parse_html(whole).text.replace("\u2060", "")
        assert " ".join(name.split()) in shown
    assert find_fields(sent.html) <= OWN
    assert find_fields(sent.text) <= OWN
