"""Every public page and state: axe, reflow and HTML, in every look and language."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from playwright.sync_api import Page

from newsletter.tokens import make_unsubscribe_token
from tests.browser.screens import list_screens, open_screen, prepare_screens
from tests.factories import make_delivery
from tests.markup.checking import check_pages

pytestmark = [
    pytest.mark.audit,
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS = [(width, scheme) for width in (1280, 360) for scheme in ("light", "dark")]


@pytest.fixture
def demo():
    """Load the demo, and what makes every state of every page."""
    call_command("load_demo", force=True, verbosity=0)
    prepare_screens()


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


def find_overflow(page: Page) -> int:
    """Return by how many pixels the window scrolls sideways."""
    return page.evaluate(
        "Math.max(0, document.documentElement.scrollWidth - window.innerWidth)"
    )


def find_reflow_faults(page: Page) -> list[str]:
    """Return at what the page scrolls sideways: 320 pixels, text at 200 per cent."""
    faults = []
    page.set_viewport_size({"width": 320, "height": 640})
    if overflow := find_overflow(page):
        faults.append(f"{overflow} px too wide at 320")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    if overflow := find_overflow(page):
        faults.append(f"{overflow} px too wide with text at 200 %")
    page.evaluate("document.documentElement.style.fontSize = ''")
    return faults


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_public_page_is_accessible_reflows_and_is_valid(
    language, chromium, live_server, demo, tmp_path
):
    context = chromium.new_context(
        viewport={"width": 1280, "height": 900}, locale=language
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    found, html = [], {}
    for screen in list_screens(language):
        html[screen.name] = open_screen(page, live_server.url, screen)
        for width, scheme in LOOKS:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            for fault in run_axe(page):
                found.append((screen.name, width, scheme, *fault))
        found += [(screen.name, fault) for fault in find_reflow_faults(page)]
    context.close()

    assert found == []
    assert check_pages(html, tmp_path) == {}


def test_leaving_and_coming_back_works_by_keyboard_alone(chromium, live_server, site):
    token = make_unsubscribe_token(make_delivery().pk)
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/u/{token}/")

    page.locator("main button").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=status] h1")
    page.locator("main button").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/return/")

    assert page.locator("main form[action$='/return/']").count() == 0
    assert context.cookies() == []
    context.close()
