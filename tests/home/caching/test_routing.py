"""The way to a page, as far as it is kept."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Site

from home.caching import parts
from home.models import DirectoryPage
from tests.factories import make_news_page, make_site, make_topic
from tests.home.caching.scene import ARCHIVE, HOME, ITEM, make_scene


def count_queries(reader, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert reader.get(path).status == 200
    return len(queries)


@pytest.mark.database
def test_archive_asked_for_anew_reads_its_items_alone(reader):
    make_scene()
    reader.get(ARCHIVE)

    # The items and what they are about; of a page further on their keys first.
    assert count_queries(reader, f"{ARCHIVE}?x=1") == 2
    assert count_queries(reader, f"{ARCHIVE}?page=1") == 3


def test_what_is_kept_of_the_way_grows_with_no_item_and_no_list(reader):
    scene = make_scene()
    second = make_news_page(archive=scene.site.archive, title="Ett till", slug="till")
    for path in (HOME, ARCHIVE, ITEM):
        reader.get(path)
    kept = set(parts._newest[0].parts)

    for path in (second.url, f"{ARCHIVE}?year=2026", f"{ARCHIVE}?q=integration"):
        assert not reader.get(path).is_hit

    assert set(parts._newest[0].parts) == kept


def test_nothing_is_kept_of_addresses_that_lead_nowhere(reader):
    make_scene()
    for path in (HOME, ARCHIVE):
        reader.get(path)
    kept = set(parts._newest[0].parts)

    for path in ("/sv/intet/", "/sv/nyheter/intet/", "/sv/intet/nyheter/"):
        assert reader.get(path).status == 404

    assert set(parts._newest[0].parts) == kept


def test_what_one_reader_does_with_a_kept_page_stays_theirs(reader):
    home = make_site().home
    home.add_child(instance=DirectoryPage(title="Register", slug="register", intro="I"))
    within = reader.get("/sv/register/publications/")

    whole = reader.get("/sv/register/")

    assert within.status == whole.status == 200
    assert '<meta name="description" content="I">' in whole.text
    assert '<meta name="description" content="I">' not in within.text


def test_draft_right_under_the_first_page_is_not_there(reader):
    site = make_site()
    site.archive.unpublish()

    assert [reader.get(ARCHIVE).status for _time in range(2)] == [404, 404]


def test_each_of_several_sites_has_its_own_first_page(reader):
    site = make_site()
    make_topic()
    Site.objects.create(hostname="127.0.0.1", root_page=site.archive)

    assert "<h1>Nyheter</h1>" in reader.get("/sv/", HTTP_HOST="127.0.0.1").text
    assert "<h1>Nyheter</h1>" not in reader.get("/sv/").text
    assert reader.get(ARCHIVE, HTTP_HOST="127.0.0.1").status == 404
    assert reader.get(ARCHIVE).status == 200
