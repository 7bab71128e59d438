import pytest

from newsletter.preflight.rules.links import (
    find_dead_links,
    find_links_to_drafts,
    find_same_words_for_two_places,
    find_unencrypted_links,
    find_vague_links,
)
from tests.factories import make_news_page
from tests.newsletter.preflight.letters import found, make_letter, text

pytestmark = pytest.mark.django_db

GOOD = text('<p>Läs <a href="https://epi.example/rapport">rapporten</a>.</p>')


@pytest.mark.parametrize(
    "href",
    ["#", "", "javascript:alert(1)", "data:text/html,x", "https://", "http:///x"],
)
def test_link_that_leads_nowhere_is_an_error(href):
    letter = make_letter(text(f'<p><a href="{href}">Atlas</a></p>'))

    [(code, severity, _about)] = found(find_dead_links, letter)

    assert (code, severity) == ("dead_link", "error")


def test_link_to_a_deleted_page_is_an_error():
    letter = make_letter(text('<p><a linktype="page" id="99999">Mötet</a></p>'))

    assert found(find_dead_links, letter) == [("dead_link", "error", "Mötet #")]


def test_button_without_an_address_is_an_error():
    letter = make_letter(("button", {"text": "Anmäl dig"}))

    assert found(find_dead_links, letter) == [("dead_link", "error", "Anmäl dig #")]


@pytest.mark.parametrize(
    "href", ["https://epi.example/", "mailto:hello@epi.example", "tel:+468123", "/sv/"]
)
def test_link_that_leads_somewhere_is_left_alone(href):
    letter = make_letter(text(f'<p><a href="{href}">Atlas</a></p>'))

    assert found(find_dead_links, letter) == []


def test_link_to_a_draft_is_an_error_until_it_is_published():
    draft = make_news_page(title="Utkast")
    draft.unpublish()
    letter = make_letter(
        text(f'<p><a linktype="page" id="{draft.pk}">Mötet</a></p>'),
        ("button", {"text": "Anmäl dig", "page": draft.pk}),
    )

    error = ("draft_link", "error", str(draft.pk))
    assert found(find_links_to_drafts, letter) == [error, error]
    draft.save_revision().publish()
    assert found(find_links_to_drafts, letter) == []


@pytest.mark.parametrize(
    "words", ["Här", "läs mer …", "Access the Atlas by clicking here.", "click here"]
)
def test_words_that_say_nothing_are_a_warning(words):
    letter = make_letter(text(f'<p><a href="https://a.example/">{words}</a></p>'), GOOD)

    assert found(find_vague_links, letter) == [
        ("vague_link", "warning", f"{words} https://a.example/")
    ]


def test_same_words_for_two_places_are_a_warning_once():
    letter = make_letter(
        text('<p><a href="https://a.example/">Rapport</a></p>'),
        text('<p><a href="https://a.example/">Rapport</a></p>'),
        text('<p><a href="https://b.example/">rapport</a></p>'),
        text('<p><a href="https://c.example/">rapport</a></p>'),
    )

    assert found(find_same_words_for_two_places, letter) == [
        ("same_words", "warning", "rapport")
    ]


def test_unencrypted_link_is_a_note():
    letter = make_letter(
        ("resource_link", {"title": "ef0622", "url": "http://www.eurofound.example/"}),
        GOOD,
    )

    assert found(find_unencrypted_links, letter) == [
        ("http_link", "note", "http://www.eurofound.example/")
    ]
