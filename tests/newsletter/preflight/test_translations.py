"""newsletter/preflight/rules/translations.py: an item beside its translation."""

import pytest
from django.utils import timezone

from newsletter.delivery.checking import check_item
from newsletter.preflight.letter import Letter
from newsletter.preflight.rules.readers import find_fields_on_the_web
from newsletter.preflight.rules.translations import (
    compare_translation,
    find_links_to_another_language,
    find_unpublished_translations,
)
from tests.factories import make_contact, make_news_page, make_segment
from tests.newsletter.delivery.scenes import make_item
from tests.newsletter.languages import publish_in_english, write_in_english
from tests.newsletter.preflight.letters import found, make_letter, text

pytestmark = pytest.mark.django_db

SAID = "Projektparterna har genomfört en vecka."


def compare(original, other):
    return {(f.code, f.place) for f in compare_translation(original, other)}


def test_translation_of_everything_has_nothing_to_mend():
    original = make_letter(text(f"<p>{SAID}</p>"), title="Rubrik", preheader="Förtext")
    other = make_letter(
        text("<p>The partners have held a week.</p>"),
        title="Headline",
        preheader="More",
    )

    assert compare(original, other) == set()


def test_translation_that_is_a_copy_is_named_text_by_text():
    page = make_news_page(
        title="Rubrik", preheader="Förtext", body=[text(f"<p>{SAID}</p>")]
    )
    copy = write_in_english(page)

    assert compare(Letter(page, None), Letter(copy, None)) == {
        ("subject_untranslated", ""),
        ("preheader_untranslated", ""),
        ("untranslated", "1. Text"),
    }


def test_translation_without_a_block_a_preheader_a_point_and_a_limit_says_so():
    segment = str(make_segment().pk)
    link = '<a href="https://example.org/a">mer</a>'
    original = make_letter(
        ("lead", {"text": "Ingress"}),
        text(f"<p>Ett {link}</p><p>Två</p>", only_for=[segment]),
        ("heading", {"text": "Rubrik"}),
        title="Rubrik",
        preheader="Förtext",
    )
    other = make_letter(
        text("<p>One</p>"), ("heading", {"text": "Heading"}), ("button", {"text": "Go"})
    )

    assert compare(original, other) == {
        ("preheader_lacking", ""),
        ("translation_lacks", ""),
        ("translation_length", "1. Text"),
        ("translation_links", "1. Text"),
        ("translation_limits", "1. Text"),
        ("translation_adds", "3. Knapp"),
    }


def test_limits_that_the_form_has_written_anew_are_the_same():
    first, second = (str(make_segment().pk) for _number in range(2))
    original = make_letter(
        text(f"<p>{SAID}</p>", only_for=[first, second], not_for=[]), title="Rubrik"
    )
    other = make_letter(
        text("<p>A week was held.</p>", only_for=[second, first], not_for=None),
        title="Headline",
    )

    assert compare(original, other) == set()


def test_draft_translation_is_named_until_it_is_published():
    page = make_news_page()
    copy = write_in_english(page)
    letter = Letter(page, None)

    assert [code for code, _s, _a in found(find_unpublished_translations, letter)] == [
        "translation_draft"
    ]
    publish_in_english(copy)
    assert found(find_unpublished_translations, letter) == []


def test_link_to_a_page_that_there_is_in_the_readers_language_is_named():
    other = make_news_page()
    english = publish_in_english(write_in_english(other))
    letter = make_letter(
        text(f'<p><a linktype="page" id="{english.pk}">Läs</a></p>'),
        text(f'<p><a linktype="page" id="{other.pk}">Läs</a></p>'),
    )

    assert found(find_links_to_another_language, letter) == [
        ("link_language", "warning", str(english.pk))
    ]


def test_check_of_an_item_compares_its_translations():
    page = make_item([make_contact()])
    copy = publish_in_english(write_in_english(page))

    findings = check_item(page, page.newsletter_recipients, on=timezone.localdate())

    codes = {(f.code, f.locale, f.page_id) for f in findings}
    assert ("untranslated", "en", copy.pk) in codes


def test_merge_field_on_the_web_page_is_named():
    letter = make_letter(title="Hej [[given_name|du]]", summary="Utan")

    assert found(find_fields_on_the_web, letter) == [
        ("field_on_web", "warning", "Hej [[given_name|du]]")
    ]


def test_changes_of_the_item_that_is_sent_are_no_draft_translation():
    page = make_item([make_contact()])
    publish_in_english(write_in_english(page))
    page.title = "En ny rubrik"
    page.save_revision()
    version = page.latest_revision.as_object()

    codes = {f.code for f in check_item(version, None, on=timezone.localdate())}

    assert "translation_draft" not in codes
