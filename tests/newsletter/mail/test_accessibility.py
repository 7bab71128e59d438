"""The mail of the demo's report, judged as a reader with a screen reader or a phone does.

WCAG 2.2 A and AA as far as a mail can hold it; axe-core's verdict is in tests/browser.
"""

import re

import pytest

from newsletter.mail.preview import render_preview
from tests.newsletter.mail.demo_report import make_report
from tests.newsletter.mail.pages import Element, parse_html

CONDITIONAL = re.compile(r"<!--\[if.*?<!\[endif\]-->|<!doctype html>", re.DOTALL)
SIZE = re.compile(r"font-size:\s*([\d.]+)px")
SMALLEST_TEXT, SMALLEST_NOTE = 16, 14


@pytest.fixture(params=["sv", "en"])
def letter(request, db) -> Element:
    """The report's mail in a language, as a tree."""
    page = make_report()
    if request.param == "en":
        page = page.get_translations().get().specific
    html = render_preview(page, "html")
    root = parse_html(CONDITIONAL.sub("", html))
    root.attrs["locale"] = request.param
    return root


def test_letter_names_its_language_and_itself(letter):
    [html] = letter.find_all("html")
    [title] = letter.find_all("title")

    assert html.attrs["lang"] == letter.attrs["locale"]
    assert title.children[0].strip()
    assert "und" not in {e.attrs.get("lang") for e in letter.walk()}
    assert len(letter.find_all("h1")) == 1


def test_tables_lay_out_unless_they_are_tables_with_headers(letter):
    tables = letter.find_all("table")
    data = [table for table in tables if table.attrs.get("role") != "presentation"]

    assert len(data) == 1
    headers = data[0].find_all("th")
    assert {header.attrs["scope"] for header in headers} == {"col", "row"}


def test_headings_never_skip_a_level(letter):
    levels = [int(e.tag[1]) for e in letter.find_all("h1", "h2", "h3", "h4")]

    assert levels[0] == 1
    assert all(
        after <= before + 1 for before, after in zip(levels, levels[1:], strict=False)
    )


def test_pictures_have_a_text_or_say_that_they_have_none(letter):
    assert all("alt" in image.attrs for image in letter.find_all("img"))


def test_links_say_where_they_lead_and_the_same_words_lead_to_one_place(letter):
    links = [(link.text, link.attrs["href"]) for link in letter.find_all("a")]

    assert all(text for text, _href in links)
    places: dict[str, set[str]] = {}
    for text, href in links:
        places.setdefault(text.casefold(), set()).add(href)
    assert {text for text, hrefs in places.items() if len(hrefs) > 1} == set()


def test_text_is_large_enough_to_read(letter):
    """Running text is 16 px; only notes are 14."""
    sizes = set()
    for element in letter.walk():
        is_drawn = "display:none" not in element.attrs.get("style", "")
        if is_drawn and any(isinstance(c, str) and c.strip() for c in element.children):
            sizes |= {
                float(size) for size in SIZE.findall(element.attrs.get("style", ""))
            }

    assert min(sizes) >= SMALLEST_NOTE
    [body] = [e for e in letter.find_all("div") if e.attrs.get("role") == "article"]
    sized = [SIZE.search(e.attrs.get("style", "")) for e in body.find_all("div")]
    counted = [float(match[1]) for match in sized if match and float(match[1]) > 1]
    assert counted.count(SMALLEST_TEXT) > counted.count(SMALLEST_NOTE)


def test_button_is_high_enough_to_hit(letter):
    """44 px is what phones ask for; 24 px is WCAG 2.2, 2.5.8."""
    buttons = [a for a in letter.find_all("a") if "padding" in a.attrs.get("style", "")]

    for button in buttons:
        style = button.attrs["style"]
        [vertical] = re.findall(r"padding:\s*(\d+)px", style)
        assert float(SIZE.search(style)[1]) * 1.2 + 2 * int(vertical) >= 44


def test_letter_fetches_nothing_but_its_pictures(letter):
    assert letter.find_all("link", "script", "iframe", "base") == []
    assert "@import" not in "".join(
        style.children[0] for style in letter.find_all("style")
    )
