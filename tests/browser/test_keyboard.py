"""The public site without a mouse: the order, what is seen of it, and forms."""

import pytest
from playwright.sync_api import Page

from tests.factories import make_news_page, make_newsletter, make_topic

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# What the focused element is called, whether it can be seen, and whether it shows that it
# has the focus.
FOCUSED = """() => {
    const at = document.activeElement;
    const box = at.getBoundingClientRect();
    const style = getComputedStyle(at);
    const x = Math.min(Math.max(box.x + box.width / 2, 0), innerWidth - 1);
    const y = Math.min(Math.max(box.y + Math.min(box.height / 2, 10), 0), innerHeight - 1);
    const top = document.elementFromPoint(x, y);
    return {
        name: at.name || at.textContent.trim(),
        tag: at.tagName,
        isSeen: box.width > 0 && (at.contains(top) || top?.contains(at)),
        isMarked: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
        isBody: at === document.body,
    };
}"""


def walk(page: Page, most: int = 80) -> list[dict]:
    """Press Tab until the page is through; return what had the focus, in order."""
    steps = []
    for _step in range(most):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused["isBody"]:
            break
        steps.append(focused)
    return steps


@pytest.fixture
def paths(site):
    newsletter = make_newsletter(is_open=True, slug="brev")
    item = make_news_page(
        title="Rapporten",
        topics=[make_topic()],
        newsletter=newsletter,
        body=[
            ("text", {"text": '<p>Se <a href="https://example.org/">mer</a>.</p>'}),
            ("button", {"text": "Anmäl dig", "url": "https://example.org/"}),
        ],
    )
    return {
        "home": site.home.url,
        "archive": site.archive.url,
        "item": item.url,
        "join": "/join/brev/sv/",
        "choices": "/choices/",
        "partner": "/partner/",
    }


def test_every_stop_of_the_keyboard_is_seen_and_marked(
    browser_page, live_server, paths
):
    hidden, first = [], {}
    for name, path in paths.items():
        browser_page.goto(live_server.url + path)
        steps = walk(browser_page)
        first[name] = [step["name"] for step in steps[:2]]
        hidden += [
            (name, step["name"])
            for step in steps
            if not (step["isSeen"] and step["isMarked"])
        ]

    assert hidden == []
    # The way past the head comes first, then the name of the site.
    skips = {"Hoppa till innehållet", "Skip to the content"}
    assert {stops[0] for stops in first.values()} <= skips
    assert first["archive"][1] == "Rundbrev"


@pytest.mark.audit
def test_skip_link_leads_past_the_menu(browser_page, live_server, paths):
    page = browser_page
    page.goto(live_server.url + paths["archive"])

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert page.url.endswith("#content")
    # The first field of the search, after the menu.
    assert page.evaluate(FOCUSED)["name"] == "q"


@pytest.mark.audit
def test_archive_is_narrowed_down_without_a_mouse(browser_page, live_server, paths):
    page = browser_page
    page.goto(live_server.url + paths["archive"])

    page.locator("[name=q]").focus()
    page.keyboard.type("rapporten")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=rapporten**")

    assert page.locator("h3 a").inner_text() == "Rapporten"


@pytest.mark.audit
def test_form_with_errors_says_so_and_keeps_what_was_written(
    browser_page, live_server, paths
):
    page = browser_page
    page.goto(live_server.url + paths["join"])
    address = page.locator("[name=address]")
    address.focus()
    page.keyboard.type("solna")
    page.keyboard.press("Enter")
    page.wait_for_selector("[aria-invalid=true]")

    described = address.get_attribute("aria-describedby").split()
    said = [page.locator(f"[id='{key}']").inner_text() for key in described]

    assert address.input_value() == "solna"
    assert any(said)
