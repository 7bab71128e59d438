"""axe-core on every public template, light and dark, wide and narrow."""

from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe

from home.models import StandardPage
from newsletter.tokens import make_unsubscribe_token
from tests.factories import (
    make_contact,
    make_delivery,
    make_news_page,
    make_site,
    make_topic,
)

pytestmark = [
    pytest.mark.audit,
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
BODY = [
    ("lead", {"text": "Three days of meetings."}),
    ("text", {"text": "<p>Some text.</p>"}),
    ("ordered_list", {"items": [{"title": "First", "text": "<p>Text.</p>"}]}),
    ("heading", {"text": "Steps"}),
    ("steps", {"steps": [{"label": "Start", "start": "2021-06", "text": "<p>T</p>"}]}),
    ("heading", {"text": "Table"}),
    (
        "indicator_table",
        {
            "caption": "Indicators",
            "first_heading": "What",
            "second_heading": "Question",
            "rows": [{"header": "Relevance", "text": "Is it?"}],
        },
    ),
    ("facts", {"heading": "Facts", "figures": [{"number": "27", "label": "states"}]}),
    ("quote", {"text": "It is here.", "person": "Maria", "role": "coordinator"}),
    ("button", {"text": "Sign up", "url": "https://example.org/"}),
]


@dataclass(frozen=True)
class Look:
    width: int
    scheme: str


LOOKS = [Look(width, scheme) for width in (1280, 360) for scheme in ("light", "dark")]


@pytest.fixture(params=["sv", "en"])
def addresses(request, db) -> list[str]:
    """One address per public template, for each language."""
    site = make_site(request.param)
    site.home.footer_note = "Paid by the European Union."
    site.home.shows_eu_emblem = True
    site.home.email = "office@example.org"
    site.home.save_revision().publish()
    plain = StandardPage(title="About", slug="about", body="<h2>Us</h2><p>Words</p>")
    site.home.add_child(instance=plain)
    item, _second = (
        make_news_page(
            archive=site.archive, body=BODY, topics=[make_topic()], summary="In short."
        )
        for _number in range(2)
    )
    reader = make_contact(language=request.param)
    token = make_unsubscribe_token(make_delivery(contact=reader).pk)
    return [
        site.home.url,
        site.archive.url,
        f"{site.archive.url}?kind=report",
        item.url,
        plain.url,
        f"/u/{token}/",
        "/u/broken/",
        f"/{request.param}/finns-inte/",
    ]


def run_axe(page, part: str | None = None) -> list[tuple[str, list[str]]]:
    """Return each rule that is broken with the elements that break it.

    ``part`` is the selector of what to look at, the whole page without it.
    """
    results = Axe().run(
        page, context=part, options={"runOnly": {"type": "tag", "values": TAGS}}
    )
    return [
        (found["id"], [node["html"][:120] for node in found["nodes"]])
        for found in results.response["violations"]
    ]


def test_public_pages_have_no_violations_and_never_scroll_sideways(
    chromium, live_server, addresses
):
    found = []
    for look in LOOKS:
        context = chromium.new_context(
            viewport={"width": look.width, "height": 900}, color_scheme=look.scheme
        )
        page = context.new_page()
        for address in addresses:
            page.goto(live_server.url + address)
            overflow = page.evaluate(
                "document.documentElement.scrollWidth - window.innerWidth"
            )
            found.append((look, address, run_axe(page), max(overflow, 0)))
        context.close()

    assert [f for f in found if f[2] or f[3]] == []


def test_leaving_and_coming_back_works_by_keyboard_alone(chromium, live_server, site):
    token = make_unsubscribe_token(make_delivery().pk)
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/u/{token}/")

    page.locator("main button").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=status] h1")
    page.locator("main button").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/return/")

    assert page.locator("main button").count() == 0
    assert context.cookies() == []
    context.close()
