"""Blocks fed from the register: live on the web, frozen in a mail, safe in all of them."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.models import Contact, Organisation, Publication
from newsletter.blocks import BodyBlock
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
    make_role,
    make_seat,
)
from tests.newsletter.mail.pages import parse_html

pytestmark = pytest.mark.django_db


def compose(page):
    page = NewsPage.objects.get(pk=page.pk)
    return compose_page(page, page.newsletter, [], locale="sv").cut(0)


def see(client, page):
    """Return the article of the public page."""
    [article] = parse_html(client.get(page.url).content.decode()).find_all("article")
    return article


def names_under(article, kind):
    return [
        item.text
        for ul in article.find_all("ul", **{"class": kind})
        for item in ul.find_all("li")
    ]


def clean(kind, **value):
    child = BodyBlock().to_python([{"type": kind, "value": value}])[0]
    return child.block.clean(child.value)


# --- People


def people(*groups, **value):
    return "people_list", {"heading": "Experter", "groups": list(groups), **value}


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


# --- Members, partners


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


# --- Projects, events, works


def test_project_says_whether_it_has_ended_and_leads_to_its_site(client):
    project = make_network(
        name="Pilot", kind="project", ends_on="2022-12-31", website="https://p.example/"
    )
    iffs = make_organisation(name="IFFS")
    make_membership(network=project, organisation=iffs, role="partner")
    value = {"network": project.pk, "text": "<p>Om projektet.</p>", "link_text": "Mer"}
    page = make_news_page(body=[("project_card", value)])

    with translation.override("sv"):
        ended = translation.gettext("Ended in %(month)s") % {"month": "december 2022"}
    article, sent = see(client, page), compose(page)
    assert ended in article.text
    assert [a.attrs["href"] for a in article.find_all("a") if a.text == "Mer"] == [
        "https://p.example/"
    ]
    assert "IFFS" in article.text
    assert f"\n{ended.split()[0]}" in sent.text or ended in sent.text
    assert "Mer:\nhttps://p.example/" in sent.text


def test_series_names_its_undecided_events_in_words(client):
    series = make_event_series(name_sv="Träffarna")
    event = make_event(title="Södra", series=series, starts_on="2018-02-19")
    make_event(title="Norra", series=series)
    page = make_news_page(body=[("event_facts", {"event": event.pk})])

    rows = names_under(see(client, page), "series")

    assert rows[0].startswith("Södra 19 februari 2018")
    assert re.search(r"\d", rows[1]) is None
    assert "Norra" in compose(page).text


def test_publications_mark_titles_of_another_language(client):
    work = make_publication(
        title="Canada can", language="en", url="https://w.example/", identifier="ef0622"
    )
    page = make_news_page(
        body=[("publications", {"heading": "Läs", "works": [work.pk]})]
    )

    [link] = see(client, page).find_all("a", lang="en")
    sent = compose(page)

    assert (link.text, link.attrs["href"]) == ("Canada can", "https://w.example/")
    assert 'lang="en"' in sent.html
    assert "  Canada can\n    ef0622\nhttps://w.example/" in sent.text


def test_works_without_any_picked_are_all_of_the_network_or_publisher(client):
    network, fores = make_network(), make_organisation()
    ours = make_publication(network=network)
    theirs = make_publication(publisher=fores)
    values = [{"network": network.pk}, {"organisation": fores.pk}, {}]
    pages = [
        make_news_page(body=[("publications", {"heading": "Läs", **value})])
        for value in values
    ]

    shown = [names_under(see(client, page), "in-measure works") for page in pages]

    assert [len(titles) for titles in shown] == [1, 1, 0]
    assert ours.title in shown[0][0]
    assert theirs.title in shown[1][0]


def test_media_stand_by_date_and_the_newest_first_if_asked(client):
    items = [
        make_media_item(title=title, appeared_on=day)
        for title, day in (("B", "2019-05-26"), ("A", "2019-05-09"), ("C", "2020-01"))
    ]
    works = [item.pk for item in items]
    order = []
    for newest_first in (False, True):
        value = {"heading": "Media", "works": works, "newest_first": newest_first}
        page = make_news_page(body=[("media_list", value)])
        said = names_under(see(client, page), "in-measure works said")
        order.append([sentence[1] for sentence in said])

    assert order == [["A", "B", "C"], ["C", "B", "A"]]


def test_opening_of_a_list_in_a_mail_is_its_first_entries(client):
    works = [make_publication(title=f"Rapport-{n}").pk for n in range(5)]
    value = {"heading": "Läs", "works": works, "extent": "teaser"}
    page = make_news_page(body=[("publications", value)])

    sent = compose(page)

    assert re.findall(r"Rapport-\d", sent.text) == [
        "Rapport-0",
        "Rapport-1",
        "Rapport-2",
    ]
    assert len(names_under(see(client, page), "in-measure works")) == 5


# --- What the register has nothing for


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


# --- How many questions, and what names may hold


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
