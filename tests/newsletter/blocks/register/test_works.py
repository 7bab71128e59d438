"""Events, publications, media."""

import re

import pytest
from django.utils import translation

from tests.factories import (
    make_event,
    make_event_series,
    make_media_item,
    make_membership,
    make_network,
    make_news_page,
    make_organisation,
    make_publication,
)
from tests.newsletter.blocks.register.showing import compose, names_under, see

pytestmark = pytest.mark.django_db


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
