"""Searching the archive, and its feed and parts, as a reader does."""

import re
from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone
from wagtail.models import Locale

from crm.choices import MembershipRole
from home.templatetags.archive_search import write_options
from tests.factories import (
    make_membership,
    make_network,
    make_news_page,
    make_organisation,
    make_topic,
)

ATOM = "{http://www.w3.org/2005/Atom}"


def soup(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def test_search_that_finds_nothing_helps_on(client, site):
    make_news_page(title="Annat")

    page = client.get(site.archive.url, {"q": "<script>"})

    assert page.status_code == 200
    assert len(soup(page).select(".empty p")) == 2
    assert b"<script>" not in page.content


def test_choices_that_nothing_fits_are_let_go_one_by_one(client, site):
    topic = make_topic(slug="boende", name_sv="boende")
    for number in (1, 2):
        make_news_page(
            title=f"Skola {number}", kind="report", published_on=date(2021, 1, number)
        )
    make_news_page(
        title="Annat", kind="invitation", published_on=date(2020, 1, 1), topics=[topic]
    )
    asked = {"q": "skola", "kind": "report", "topic": "boende"}

    page = soup(client.get(site.archive.url, asked))
    ways = {a["href"] for a in page.select(".empty ul a")}

    assert ways == {f"{site.archive.url}?q=skola&kind=report"}
    assert page.select_one(".empty ul").text.split()[-2:-1] == ["2"]


def test_a_single_choice_that_nothing_fits_asks_no_more(client, site):
    make_news_page(title="Skola")

    page = soup(client.get(site.archive.url, {"q": "fiske"}))

    assert page.select(".empty ul") == []


def test_search_without_hits_leads_to_the_other_language(client, site):
    make_news_page(title="Skola")
    other, _created = Locale.objects.get_or_create(language_code="en")
    for page in (site.home, site.archive):
        page.copy_for_translation(other).save_revision().publish()
    english = site.archive.get_translation(other)

    page = soup(client.get(site.archive.url, {"q": "å & ä"}))

    assert [a["href"] for a in page.select(".empty a[hreflang=en]")] == [
        f"{english.url}?q=%C3%A5%20%26%20%C3%A4"
    ]


def test_search_shows_the_hit_marked(client, site):
    make_news_page(
        title="Rapport",
        body=[("text", {"text": "<p>Om kommunernas & städernas arbete</p>"})],
    )

    page = soup(client.get(site.archive.url, {"q": "kommun städer"}))

    assert [mark.text for mark in page.select("mark")] == ["kommunernas", "städernas"]
    assert page.select_one("#filter-words")["value"] == "kommun städer"


def test_search_keeps_the_other_choices(client, site):
    for kind in ("report", "invitation"):
        make_news_page(title=kind, kind=kind, body=[("lead", {"text": "skola"})])

    page = soup(client.get(site.archive.url, {"q": "skola", "kind": "report"}))

    assert [a.text for a in page.select(".contents h3 a")] == ["report"]


@pytest.mark.parametrize("key", ["x", "-1", "1" * 30, "²"])
def test_unknown_organisation_is_passed_over(client, site, key):
    make_news_page(title="A")

    page = client.get(site.archive.url, {"organisation": key})

    assert (page.status_code, bool(page.context["listing"].narrowing)) == (200, False)


def test_archive_of_an_organisation_shows_its_networks_items(client, site):
    member = make_organisation(is_published=True)
    joined, other = make_network(), make_network()
    make_membership(organisation=member, network=joined)
    make_news_page(title="Yes", network=joined)
    make_news_page(title="No", network=other)

    page = soup(client.get(site.archive.url, {"organisation": member.pk}))

    assert [a.text for a in page.select(".contents h3 a")] == ["Yes"]
    assert page.select_one("#filter-organisation [selected]").text == str(member)


def test_organisations_to_choose_from_are_public_and_of_today(client, site):
    network, today = make_network(), timezone.localdate()
    for name, is_published, ends_on in (
        ("Örebro", True, today),
        ("Arnsberg", True, None),
        ("Gone", True, today - timedelta(days=1)),
        ("Secret", False, None),
    ):
        member = make_organisation(name=name, is_published=is_published)
        make_membership(organisation=member, network=network, ends_on=ends_on)
    make_organisation(name="Outside", is_published=True)
    make_news_page(network=network)

    page = soup(client.get(site.archive.url))
    options = page.select("#filter-organisation option:not([value=''])")

    assert [option.text for option in options] == ["Arnsberg", "Örebro"]


def test_too_many_organisations_are_not_offered_and_still_chosen(
    client, site, monkeypatch
):
    monkeypatch.setattr("home.offers.MOST_ORGANISATIONS", 1)
    network = make_network()
    members = [make_organisation(is_published=True) for _number in range(2)]
    for member in members:
        make_membership(organisation=member, network=network)
    make_news_page(network=network)

    page = soup(client.get(site.archive.url, {"organisation": members[0].pk}))

    assert page.select("#filter-organisation") == []
    assert page.select_one("input[name=organisation]")["value"] == str(members[0].pk)


def test_feed_lists_the_newest_with_stable_ids(client, site):
    topic = make_topic(name_sv="inkludering")
    old = make_news_page(
        title="A < B",
        summary="Om & kring <br>",
        published_on=date(2020, 1, 2),
        topics=[topic],
    )
    make_news_page(title="Ny", published_on=date(2021, 1, 2), summary="")
    make_news_page(title="Utkast").unpublish()

    response = client.get(site.archive.url + "feed/")
    feed = ET.fromstring(response.content)
    entries = feed.findall(f"{ATOM}entry")

    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert [e.find(f"{ATOM}title").text for e in entries] == ["Ny", "A < B"]
    last = entries[1]
    # Of the type "html": what a reader's program shows is "Om & kring <br>".
    assert last.find(f"{ATOM}summary").text == "Om &amp; kring &lt;br&gt;"
    assert entries[0].find(f"{ATOM}summary") is None
    assert last.find(f"{ATOM}link").get("href") == old.full_url
    assert last.find(f"{ATOM}published").text == "2020-01-02T12:00:00+01:00"
    assert last.find(f"{ATOM}category").get("term") == "inkludering"
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", last.find(f"{ATOM}id").text)


def test_feed_is_narrowed_down_as_the_archive_is(client, site):
    make_news_page(title="Yes", kind="report")
    make_news_page(title="No", kind="invitation")

    feed = ET.fromstring(client.get(site.archive.url + "feed/?kind=report").content)

    assert [e.find(f"{ATOM}title").text for e in feed.findall(f"{ATOM}entry")] == [
        "Yes"
    ]
    assert feed.find(f"{ATOM}title").text == "Rundbrev – Nyheter – Rapport"
    assert (
        feed.find(f"{ATOM}link").get("href") == f"{site.archive.full_url}?kind=report"
    )


def test_feeds_have_an_author_and_each_choice_an_id_of_its_own(client, site):
    make_news_page(kind="report", published_on=date(2021, 1, 2))

    feeds = [
        ET.fromstring(client.get(f"{site.archive.url}feed/{chosen}").content)
        for chosen in ("", "?kind=report", "?kind=report&year=2021", "?kind=none")
    ]
    ids = [feed.find(f"{ATOM}id").text for feed in feeds]

    # RFC 4287, 4.1.1 and 4.2.6.
    assert {feed.find(f"{ATOM}author/{ATOM}name").text for feed in feeds} == {
        site.home.title
    }
    assert len(set(ids)) == 3
    assert ids[3] == ids[0]


def test_archive_and_first_page_lead_to_the_feed_of_what_they_show(client, site):
    make_news_page(kind="report", title="skola & hem")
    address = f"{site.archive.url}feed/"

    for url, feed in (
        (site.home.url, address),
        (site.archive.url, address),
        (
            f"{site.archive.url}?kind=report&q=skola+%26+hem&page=1",
            f"{address}?q=skola+%26+hem&kind=report",
        ),
    ):
        links = soup(client.get(url)).select("link[type='application/atom+xml']")
        assert [link["href"] for link in links] == [feed]


def test_topic_page_lists_what_is_about_it(client, site):
    topic = make_topic(slug="migration", name_sv="migration")
    make_news_page(title="Yes", topics=[topic])
    make_news_page(title="No")

    page = soup(client.get(site.archive.url + "topics/migration/"))

    assert page.h1.text == "Migration"
    assert [a.text for a in page.select(".contents h3 a")] == ["Yes"]


@pytest.mark.parametrize("part", ["topics/none/", "networks/none/"])
def test_parts_without_public_items_are_not_there(client, site, part):
    make_topic(slug="none")
    make_network(slug="none")

    assert client.get(site.archive.url + part).status_code == 404


def test_network_page_names_its_public_members_of_today_by_role(client, site):
    network = make_network(slug="clip", name="CLIP", website="https://www.clip.eu/om/")
    today = timezone.localdate()
    later, yesterday = today + timedelta(days=9), today - timedelta(days=1)
    for name, role, said in (
        ("Örebro", MembershipRole.MEMBER, {"ends_on": later}),
        ("Arnsberg", MembershipRole.MEMBER, {}),
        ("Stuttgart", MembershipRole.FOUNDER, {}),
        ("Coming", MembershipRole.MEMBER, {"starts_on": later}),
        ("Gone", MembershipRole.MEMBER, {"ends_on": yesterday}),
        ("Secret", MembershipRole.FUNDER, {}),
    ):
        member = make_organisation(name=name, is_published=name != "Secret")
        make_membership(organisation=member, network=network, role=role, **said)
    make_news_page(title="Yes", network=network)

    page = soup(client.get(site.archive.url + "networks/clip/"))

    assert [
        (part.h2.text, [one.text for one in part.select("li span:first-child")])
        for part in page.select("section:has(.members)")
    ] == [("Medlemmar", ["Arnsberg", "Örebro"]), ("Grundare", ["Stuttgart"])]
    assert (
        page.select_one("header a[href='https://www.clip.eu/om/']").text == "clip.eu/om"
    )
    assert [a.text for a in page.select(".contents h3 a")] == ["Yes"]


def test_options_are_escaped_and_the_chosen_one_is_selected():
    choices = [("a", "<b>"), ("b", "B & C")]

    assert write_options(choices, "b") == (
        '<option value="a">&lt;b&gt;</option>'
        '<option value="b" selected>B &amp; C</option>'
    )
