"""The menu of merge fields in the editor, and what the web shows of them."""

import json

import pytest
from bs4 import BeautifulSoup

from newsletter.unmerged import without_fields
from tests.factories import make_custom_field, make_news_page
from tests.newsletter.browsing import log_in

pytestmark = pytest.mark.django_db


def test_editor_has_every_field_in_words_with_its_fallback():
    own = make_custom_field(is_merge_field=True, name_en="Shoe size")
    make_custom_field(is_merge_field=False)
    page = make_news_page()

    html = log_in("Editors").get(f"/admin/pages/{page.pk}/edit/").content
    menu = json.loads(
        BeautifulSoup(html, "html.parser").find(id="rb-merge-fields").text
    )

    assert [(f["name"], f["fallback"]) for f in menu["fields"]] == [
        ("given_name", "colleague"),
        ("family_name", ""),
        ("organisation", "your organisation"),
        (f"custom_{own.slug}", ""),
    ]
    assert menu["fields"][-1]["label"] == "Shoe size"


def test_public_page_says_what_it_says_to_somebody_unknown(client):
    page = make_news_page(body=[("lead", {"text": "Hej [[given_name|alla]]!"})])

    assert "Hej alla!" in client.get(page.url).content.decode()


def test_without_fields_leaves_other_brackets_alone():
    assert without_fields("a [[family_name]]b [[x]] [1]") == "a b  [1]"
