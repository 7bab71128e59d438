"""A text pasted in a real browser, with what the clipboard has beside its words."""

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from tests.factories import make_news_page, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HTML = (
    "<style>p { color: red }</style><h2>Träning</h2><p>Mötet hölls i "
    '<a href="https://lund.example/">Lund</a>.</p><ul><li>Ett</li><li>Två</li></ul>'
)
WORDS = "Träning\nMötet hölls i Lund.\nEtt\nTvå"
COPY = """async ([html, words]) => navigator.clipboard.write([new ClipboardItem({
    "text/html": new Blob([html], {type: "text/html"}),
    "text/plain": new Blob([words], {type: "text/plain"}),
})])"""


@pytest.fixture
def page(browser_page: Page, live_server, client) -> Page:
    """Return the form for pasting into a new item, with a text in the clipboard."""
    item = make_news_page()
    client.force_login(make_user(is_superuser=True))
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session}
    browser_page.context.add_cookies([{**cookie, "url": live_server.url}])
    browser_page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    browser_page.goto(f"{live_server.url}/admin/sends/items/{item.pk}/paste/")
    browser_page.evaluate(COPY, [HTML, WORDS])
    return browser_page


def test_structure_in_the_clipboard_comes_along_until_the_words_are_edited(page):
    text, html = page.locator("#id_text"), page.locator("#id_html")
    told = page.locator("[data-rb-paste-target=rich]")

    text.press("Control+V")
    expect(told).to_be_visible()
    first = (text.input_value(), html.input_value())
    text.press("!")
    expect(told).to_be_hidden()
    edited = html.input_value()
    text.fill("")
    text.press("Control+V")
    expect(told).to_be_visible()
    page.locator(".rb-paste__form button[type=submit]").click()

    assert first[0] == WORDS
    assert ('href="https://lund.example/"' in first[1], "<style" in first[1]) == (
        True,
        False,
    )
    assert edited == ""
    # A heading, a text with its link, a list: in plain words it would be one text.
    expect(page.locator(".rb-paste__block")).to_have_count(3)
