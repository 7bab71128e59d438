"""Translating an item text by text, with wagtail-localize: what our editors do there."""

import pytest
from django.urls import reverse
from wagtail.models import Locale
from wagtail_localize.models import Translation
from wagtail_localize.segments.extract import extract_segments

from newsletter.models import NewsPage
from tests.factories import make_news_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def english(site) -> Locale:
    locale = Locale.objects.get_or_create(language_code="en")[0]
    for page in (site.home, site.archive):
        page.copy_for_translation(locale)
    return locale


# As the editor stores it: a point without an id cannot be told from another.
POINT = {
    "type": "item",
    "id": "8f6a5f6e-6d0d-4f0e-9c55-0e2c0b2b9d11",
    "value": {"title": "Ett", "text": "<p>Först.</p>"},
}


def make_item(site):
    return make_news_page(
        archive=site.archive,
        title="Rubrik",
        preheader="Förtext",
        body=[
            ("text", {"text": "<p>Hej <b>alla</b>.</p>", "extent": "teaser"}),
            ("ordered_list", {"items": [POINT]}),
        ],
    )


def test_texts_that_were_never_stored_do_not_stop_a_translation(site):
    body = [
        ("contact", {"name": "Teresa Renahan"}),
        ("resource_link", {"title": "Atlas of Migration"}),
        ("quote", {}),
        ("steps", {}),
    ]
    page = NewsPage.objects.get(pk=make_news_page(archive=site.archive, body=body).pk)

    segments = extract_segments(page)

    assert [
        segment.string.data for segment in segments if segment.path.startswith("body")
    ] == ["Teresa Renahan", "Atlas of Migration"]


def test_item_is_translated_text_by_text_and_keeps_its_blocks(
    editor, site, english, django_capture_on_commit_callbacks
):
    page = make_item(site)
    wanted = {
        "Rubrik": "Headline",
        "Förtext": "Preheader",
        "Hej <b>alla</b>.": "Hello <b>everybody</b>.",
        "Ett": "One",
        "Först.": "First.",
    }

    editor.post(
        reverse("wagtail_localize:submit_page_translation", args=[page.pk]),
        {"locales": [english.pk]},
    )
    translation = Translation.objects.get()
    for segment in translation.source.stringsegment_set.select_related("string"):
        answer = editor.put(
            reverse(
                "wagtail_localize:edit_string_translation",
                args=[translation.pk, segment.pk],
            ),
            data=f"value={wanted.get(segment.string.data, 'headline')}",
            content_type="application/x-www-form-urlencoded",
        )
        assert answer.status_code == 201
    copy = page.get_translation(english)
    edit = reverse("wagtailadmin_pages:edit", args=[copy.pk])
    with django_capture_on_commit_callbacks(execute=True):
        editor.post(edit, {"action": "publish"})

    copy.refresh_from_db()
    assert (copy.title, copy.preheader, copy.live) == ("Headline", "Preheader", True)
    text, numbered = copy.body
    assert text.value["text"].source == "<p>Hello <b>everybody</b>.</p>"
    assert text.value["extent"] == "teaser"
    assert [item["title"] for item in numbered.value["items"]] == ["One"]
    assert [child.id for child in copy.body] == [child.id for child in page.body]


def test_published_item_handed_in_is_not_published_before_it_is_translated(
    editor, site, english, django_capture_on_commit_callbacks
):
    page = make_item(site)
    submit = reverse("wagtail_localize:submit_page_translation", args=[page.pk])

    # Where it would be published, that would happen on commit.
    with django_capture_on_commit_callbacks(execute=True):
        editor.post(submit, {"locales": [english.pk]})

    copy = page.get_translation(english)
    page.refresh_from_db()
    assert (page.live, copy.live, copy.title) == (True, False, "Rubrik")
