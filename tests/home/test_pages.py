"""The public pages: what they list, in what order, at what cost."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale, PageViewRestriction

from home.models import StandardPage
from tests.factories import make_network, make_news_page, make_topic

# Data for machines is no script: browsers do not run it, nor does the policy ask for it.
INLINE = re.compile(
    r"<script(?![^>]*(?: src=| type=\"application/ld\+json\"))|<style|\sstyle=|\son\w+=|javascript:",
    re.I,
)
FOREIGN = re.compile(
    r"(?:src|href|action)=\"(?:https?:)?//(?!localhost|testserver)", re.I
)


def titles(response) -> list[str]:
    """The headlines of listed items, in order."""
    found = re.findall(r"<h[23][^>]*>\s*<a [^>]*>(.*?)</a>", response.content.decode())
    return [re.sub(r"<.*?>", "", title) for title in found]


def count_queries(client, url) -> int:
    client.get(url)  # fills the caches of content types and site roots
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def add_item(site, **fields):
    """An item with all that a listing shows."""
    return make_news_page(
        archive=site.archive,
        network=make_network(),
        topics=[make_topic(), make_topic()],
        **fields,
    )


def test_first_page_without_items_says_so(client, site):
    response = client.get(site.home.url)

    assert (response.status_code, titles(response)) == (200, [])
    assert response.context["lead_story"] is None


def test_first_page_leads_with_the_newest_and_lists_the_rest(client, site):
    for year in (2019, 2021, 2020):
        add_item(site, title=str(year), published_on=date(year, 1, 1))

    assert titles(client.get(site.home.url)) == ["2021", "2020", "2019"]


def test_drafts_and_private_items_are_listed_nowhere(client, site):
    add_item(site, title="Public")
    add_item(site, title="Draft").unpublish()
    private = add_item(site, title="Private", kind="overview")
    PageViewRestriction.objects.create(
        page=private, restriction_type=PageViewRestriction.LOGIN
    )

    assert titles(client.get(site.home.url)) == ["Public"]
    archive = client.get(site.archive.url)
    assert titles(archive) == ["Public"]
    assert [kind for kind, _label in archive.context["listing"].offers.kinds] == [
        "report"
    ]


def test_archive_groups_by_year_with_the_undated_last(client, site):
    add_item(site, title="Undated", published_on=None)
    add_item(site, title="Old", published_on=date(2006, 9, 11))
    add_item(site, title="New", published_on=date(2021, 5, 17))

    groups = client.get(site.archive.url).context["listing"].groups

    assert [(year, [item.title for item in items]) for year, items in groups] == [
        (2021, ["New"]),
        (2006, ["Old"]),
        (None, ["Undated"]),
    ]


def test_archive_narrows_down_by_year_kind_and_topic(client, site):
    topic = make_topic(slug="migration")
    both = {"archive": site.archive, "published_on": date(2021, 5, 17)}
    make_news_page(title="Yes", kind="report", topics=[topic], **both)
    make_news_page(title="Kind", kind="invitation", topics=[topic], **both)
    make_news_page(title="Topic", kind="report", **both)
    make_news_page(
        archive=site.archive,
        title="Year",
        topics=[topic],
        published_on=date(2020, 1, 1),
    )

    response = client.get(site.archive.url + "?year=2021&kind=report&topic=migration")

    assert titles(response) == ["Yes"]


@pytest.mark.parametrize(
    "query",
    ["year=x", "kind=gossip", "topic=none", "page=99", "year=2021%00", "page=-1"],
)
def test_archive_passes_over_choices_that_make_no_sense(client, site, query):
    add_item(site, title="Item")

    response = client.get(f"{site.archive.url}?{query}")

    assert (response.status_code, titles(response)) == (200, ["Item"])


def test_archive_choices_that_fit_nothing_get_a_sentence(client, site):
    add_item(site, published_on=date(2020, 1, 1), kind="report")
    add_item(site, published_on=date(2021, 1, 1), kind="invitation")

    response = client.get(site.archive.url + "?year=2020&kind=invitation")

    assert (response.status_code, titles(response)) == (200, [])
    assert response.context["listing"].groups == []


def test_archive_pages_keep_the_readers_choices(client, site, monkeypatch):
    monkeypatch.setattr("home.archive.ITEMS_PER_PAGE", 1)
    add_item(site, title="Second", kind="report", published_on=date(2020, 1, 1))
    add_item(site, title="First", kind="report", published_on=date(2021, 1, 1))

    first = client.get(site.archive.url + "?kind=report")
    second = client.get(site.archive.url + "?kind=report&page=2")

    assert (titles(first), titles(second)) == (["First"], ["Second"])
    assert 'href="?kind=report&amp;page=2"' in first.content.decode()


def test_item_page_shows_what_stands_in_the_margin(client, site):
    topic = make_topic(name_sv="Inklusion", slug="inklusion")
    item = make_news_page(
        archive=site.archive,
        title="Träningsveckan 10–12 maj 2021 <b>",
        published_on=date(2021, 5, 17),
        covers_from=date(2021, 5, 10),
        covers_to=date(2021, 5, 12),
        network=make_network(name="European Pact"),
        topics=[topic],
    )

    page = client.get(item.url).content.decode()

    assert ">17 maj 2021</time>" in page
    assert '<span class="nb">10–12 maj 2021</span>' in page
    assert (
        f'href="{site.archive.url}networks/{item.network.slug}/">European Pact' in page
    )
    assert f'href="{site.archive.url}topics/inklusion/"' in page
    assert "&lt;b&gt;</h1>" in page


def test_language_switch_leads_to_the_translation_or_the_first_page(client, site):
    english, _created = Locale.objects.get_or_create(language_code="en")
    translated = add_item(site, slug="one")
    alone = add_item(site, slug="two")
    home = site.home.copy_for_translation(english)
    home.save_revision().publish()
    archive = site.archive.copy_for_translation(english)
    archive.save_revision().publish()
    copy = translated.copy_for_translation(english)
    copy.save_revision().publish()

    links = [
        {link.code: link.url for link in client.get(url).context["frame"].languages}
        for url in (translated.url, alone.url)
    ]

    assert links == [
        {"sv": translated.url, "en": copy.url},
        {"sv": alone.url, "en": home.url},
    ]
    assert '<html lang="en">' in client.get(copy.url).content.decode()


@pytest.mark.parametrize("where", ["home", "archive"])
def test_listing_costs_the_same_for_one_item_and_three(client, site, where):
    url = getattr(site, where).url
    add_item(site)
    add_item(site)
    with_two = count_queries(client, url)
    for _item in range(3):
        add_item(site)

    assert count_queries(client, url) == with_two
    assert with_two <= 22


def test_item_page_costs_few_queries(client, site):
    # The last one counts the visit, with SQLite's patience set and set back.
    assert count_queries(client, add_item(site).url) <= 23


def test_public_pages_hold_nothing_inline_and_nothing_foreign(client, site):
    item = make_news_page(
        archive=site.archive, body=[("lead", {"text": "Words"})], topics=[make_topic()]
    )
    plain = StandardPage(title="About", slug="about", body="<p>Words</p>")
    site.home.add_child(instance=plain)

    for url in (site.home.url, site.archive.url, item.url, plain.url, "/nowhere/"):
        page = client.get(url, follow=True)
        text = page.content.decode()
        assert (url, INLINE.findall(text), FOREIGN.findall(text)) == (url, [], [])
        assert "unsafe-inline" not in page["Content-Security-Policy"]
        assert page.cookies == {}
