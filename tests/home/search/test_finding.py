"""Finding items by their words, on both databases."""

import pytest
from django.db import connection
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import PageViewRestriction

from home.archive import list_items
from home.models import SearchEntry
from home.search.asking import read_question
from home.search.finding import find_items
from home.search.indexing import index_everything
from newsletter.models import NewsPage
from tests.factories import make_network, make_news_page, make_segment, make_topic

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def find(site, text: str) -> list[str]:
    question = read_question(text, "sv")
    return [item.title for item in find_items(list_items(site.archive), question)]


def text_block(words: str, **settings_of) -> tuple:
    return ("text", {"text": f"<p>{words}</p>", **settings_of})


def test_draft_private_and_unpublished_items_are_not_found(site):
    draft = NewsPage(title="Utkast om skola", slug="utkast", live=False)
    site.archive.add_child(instance=draft)
    draft.save_revision()
    make_news_page(title="Indragen skola").unpublish()
    private = make_news_page(title="Intern skola")
    PageViewRestriction.objects.create(
        page=private, restriction_type=PageViewRestriction.LOGIN
    )
    make_news_page(title="Öppen skola")

    assert find(site, "skola") == ["Öppen skola"]


def test_blocks_for_some_readers_only_cannot_be_searched(site):
    pilots = str(make_segment(name="Pilots").pk)
    make_news_page(
        title="Rapport",
        body=[
            text_block("allmänt"),
            text_block("hemligt", only_for=pilots),
            text_block("delat", only_for=pilots, is_public=True),
        ],
    )

    assert [find(site, word) for word in ("allmänt", "hemligt", "delat")] == [
        ["Rapport"],
        [],
        ["Rapport"],
    ]


def test_every_form_of_a_word_finds_the_others(site):
    make_news_page(title="A", body=[text_block("Kommunernas arbete i städerna")])

    assert [
        find(site, q) for q in ("kommun", "KOMMUNERNA", "städer", "kommunikation")
    ] == [
        ["A"],
        ["A"],
        ["A"],
        [],
    ]


def test_the_beginning_of_a_compound_finds_it(site):
    make_news_page(title="A", body=[text_block("En integrationsstrategi för alla")])

    assert find(site, "integration") == ["A"]
    assert find(site, "strategi") == []


def test_all_words_must_be_there_and_phrases_in_order(site):
    make_news_page(title="A", body=[text_block("goda lokala exempel")])
    make_news_page(title="B", body=[text_block("goda exempel")])

    assert find(site, '"goda exempel"') == ["B"]
    assert sorted(find(site, "exempel goda")) == ["A", "B"]
    assert find(site, "goda dåliga") == []


def test_headline_goes_before_text_and_then_the_newest(site):
    make_news_page(
        title="Ny", published_on="2024-01-01", body=[text_block("migration")]
    )
    make_news_page(
        title="Äldre", published_on="2020-01-01", body=[text_block("migration")]
    )
    make_news_page(title="Migration 2006", published_on="2006-01-01")

    assert find(site, "migrationen") == ["Migration 2006", "Ny", "Äldre"]


def test_topics_and_network_can_be_searched_in_the_items_language(site):
    with translation.override("en"):
        make_news_page(
            title="A",
            topics=[make_topic(name_sv="arbetsmarknad", name_en="labour market")],
            network=make_network(name="EPI", name_sv="Europeiska pakten"),
        )

    assert [find(site, q) for q in ("arbetsmarknad", "labour", "pakten")] == [
        ["A"],
        [],
        ["A"],
    ]


def test_changed_words_replace_the_old_ones(site):
    page = make_news_page(title="Först")
    page.title = "Sedan"
    page.save_revision().publish()

    assert [find(site, q) for q in ("först", "sedan")] == [[], ["Sedan"]]


def test_deleted_items_leave_no_words(site):
    page = make_news_page(title="Borta")
    page.delete()

    assert find(site, "borta") == []
    assert not SearchEntry.objects.exists()


def test_indexing_everything_says_the_same_as_publishing(site):
    make_news_page(title="A", body=[text_block("ord")], topics=[make_topic()])
    make_news_page(title="B").unpublish()
    before = list(
        SearchEntry.objects.values("item", "language", "head", "body", "text")
    )

    assert index_everything() == 1
    assert (
        list(SearchEntry.objects.values("item", "language", "head", "body", "text"))
        == before
    )


def test_index_is_used(site):
    make_news_page(title="A")
    found = find_items(list_items(site.archive), read_question("a1 skola", "sv"))
    if connection.vendor == "sqlite":
        assert "VIRTUAL TABLE INDEX" in found.explain()
    else:
        with connection.cursor() as cursor:
            # A single row is read as it stands otherwise.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_nestloop = off")
        assert "home_words" in found.explain()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=30))
def test_no_question_breaks_the_database(site, text):
    question = read_question(text, "sv")

    assert not question or list(find_items(list_items(site.archive), question)) == []
