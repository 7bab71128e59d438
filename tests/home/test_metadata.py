"""What public pages tell machines: canonical address, Open Graph, schema.org, sitemap."""

import json
from datetime import date, time
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale

from crm.models import Event, Place
from tests.factories import make_network, make_news_page, make_topic

pytestmark = pytest.mark.django_db
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def read_head(client, url: str) -> tuple[dict[str, str], list[dict]]:
    """Return the page's meta and link values by name, and its schema.org graph."""
    page = BeautifulSoup(client.get(url).content, "html.parser")
    named = {
        meta.get("property") or meta.get("name"): meta["content"]
        for meta in page.select("meta[property], meta[name]")
    }
    named["canonical"] = page.select_one("link[rel=canonical]")["href"]
    graph = json.loads(page.select_one("script[type='application/ld+json']").string)
    return named, graph["@graph"]


def test_item_describes_itself(client, site):
    item = make_news_page(
        title="Rapport </script>",
        summary='Om "allt" & mer',
        published_on=date(2021, 5, 17),
        topics=[make_topic(name_sv="migration")],
    )

    named, (publisher, article) = read_head(client, item.url)

    assert named["og:title"] == article["headline"] == "Rapport </script>"
    assert named["description"] == article["description"] == 'Om "allt" & mer'
    assert named["canonical"] == named["og:url"] == f"http://testserver{item.url}"
    assert (named["og:type"], named["og:locale"]) == ("article", "sv_SE")
    assert (article["@type"], article["inLanguage"]) == ("NewsArticle", "sv")
    assert article["datePublished"] == "2021-05-17"
    assert article["about"] == ["migration"]
    assert article["publisher"] == {"@id": publisher["@id"]}
    assert publisher["name"] == "Rundbrev"


def test_event_says_only_what_is_decided(client, site):
    place = Place.objects.create(name="Stadshallen", town="Lund", postcode="222 23")
    decided = Event.objects.create(
        title="Workshop",
        starts_on="2018-02-19",
        starts_at=time(10),
        ends_at=time(16),
        place=place,
    )
    open_ended = Event.objects.create(title="Träff", starts_on="2018-03")

    events = [
        read_head(client, make_news_page(event=event).url)[1][-1]
        for event in (decided, open_ended)
    ]

    assert events[0]["startDate"] == "2018-02-19T10:00"
    assert events[0]["endDate"] == "2018-02-19T16:00"
    assert events[0]["location"]["address"]["addressLocality"] == "Lund"
    assert (events[1]["startDate"], "location" in events[1]) == ("2018-03", False)


def test_canonical_address_drops_filters_and_keeps_the_page(client, site):
    make_news_page()
    address = f"http://testserver{site.archive.url}"

    found = [
        read_head(client, site.archive.url + query)[0]["canonical"]
        for query in ("?kind=report&q=x", "?page=2", "?page=x", "?page=2&year=2020")
    ]

    # The second page of what was chosen is not the second of everything.
    assert found == [address, f"{address}?page=2", address, address]


def test_topic_and_network_are_called_what_they_are(client, site):
    topic, network = make_topic(name_sv="boende"), make_network(name="CLIP")
    make_news_page(topics=[topic], network=network)

    titles = [
        read_head(client, f"{site.archive.url}{part}/")[0]["og:title"]
        for part in (f"topics/{topic.slug}", f"networks/{network.slug}")
    ]

    assert titles == ["Boende", "CLIP"]


def test_sitemap_names_public_pages_with_their_translations(client, site):
    english, _created = Locale.objects.get_or_create(language_code="en")
    item = make_news_page(slug="ett")
    make_news_page(slug="utkast").unpublish()
    for page in (site.home, site.archive, item):
        page.copy_for_translation(english).save_revision().publish()

    index = ET.fromstring(client.get("/sitemap.xml").content)
    assert [loc.text for loc in index.iter(f"{MAP}loc")] == [
        "http://testserver/sitemap-pages.xml",
        "http://testserver/sitemap-parts.xml",
    ]
    part = ET.fromstring(client.get("/sitemap-pages.xml").content)
    by_url = {
        url.find(f"{MAP}loc").text: sorted(
            link.get("hreflang")
            for link in url.iter("{http://www.w3.org/1999/xhtml}link")
        )
        for url in part.iter(f"{MAP}url")
    }
    assert len(by_url) == 6
    assert set(map(tuple, by_url.values())) == {("en", "sv")}
    assert item.full_url in by_url
    robots = client.get("/robots.txt").content.decode()
    assert "Sitemap: http://testserver/sitemap.xml\n" in robots


def test_sitemap_names_topics_and_networks_of_public_items_alone(client, site):
    english, _created = Locale.objects.get_or_create(language_code="en")
    topic, hidden = make_topic(slug="boende"), make_topic(slug="dolt")
    item = make_news_page(topics=[topic], network=make_network(slug="clip"))
    make_news_page(topics=[hidden], visibility="partners")
    for page in (site.home, site.archive):
        page.copy_for_translation(english).save_revision().publish()
    translated = item.copy_for_translation(english)
    translated.network = None
    translated.save_revision().publish()

    part = ET.fromstring(client.get("/sitemap-parts.xml").content)

    assert {
        urlsplit(url.find(f"{MAP}loc").text).path: sorted(
            link.get("hreflang")
            for link in url.iter("{http://www.w3.org/1999/xhtml}link")
        )
        for url in part.iter(f"{MAP}url")
    } == {
        f"{site.archive.url}topics/boende/": ["en", "sv"],
        f"{site.archive.get_translation(english).url}topics/boende/": ["en", "sv"],
        f"{site.archive.url}networks/clip/": [],
    }


def test_sitemap_costs_the_same_for_one_item_and_three(client, site):
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/sitemap-pages.xml").status_code == 200
        return len(queries)

    make_news_page()
    count()
    with_one = count()
    make_news_page()
    make_news_page()

    assert count() == with_one


def test_topic_page_claims_no_translation(client, site):
    english = Locale.objects.get_or_create(language_code="en")[0]
    site.home.copy_for_translation(english).save_revision().publish()
    site.archive.copy_for_translation(english).save_revision().publish()
    topic = make_topic()
    make_news_page(topics=[topic])

    found = {
        path: len(
            BeautifulSoup(client.get(path).content, "html.parser").select(
                "link[hreflang]"
            )
        )
        for path in (site.archive.url, f"{site.archive.url}topics/{topic.slug}/")
    }

    assert list(found.values()) == [2, 0]
