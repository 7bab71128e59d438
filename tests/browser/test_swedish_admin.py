"""The admin's own screens in Swedish: no text of ours is left in English."""

import re

import pytest
from playwright.sync_api import Page, expect
from wagtail.users.models import UserProfile

from crm.choices import SuppressionReason
from crm.consent import suppress
from home.catalogues import read_catalogue
from tests.factories import (
    make_contact,
    make_delivery,
    make_grant,
    make_membership,
    make_news_page,
    make_organisation,
    make_recipients,
    make_role,
    make_seat,
    make_segment,
    make_topic,
    make_user,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "rundbrev-test"
# A shorter word of English may be one of another language, or a name.
SHORTEST_WORD = 4
SENTENCE_WORDS = 4
# In make test: every tenth screen, and those whose texts scripts write.
WRITTEN_BY_SCRIPTS = re.compile("segments/add|pages/.*/edit|/audience/|sends/inspect")
# Every text of the page, folded away or not, but for what files hold and says itself English.
READ_TEXTS = """
() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) {
        const { textContent, parentElement } = walker.currentNode;
        if (!parentElement.closest("script, style, template, code, [lang=en]")) {
            texts.push(textContent.replace(/\\s+/g, " ").trim());
        }
    }
    for (const name of ["title", "aria-label", "placeholder"]) {
        for (const element of document.querySelectorAll(`[${name}]`)) {
            texts.push(element.getAttribute(name));
        }
    }
    return texts;
}
"""


@pytest.fixture
def page(browser_page: Page, live_server) -> Page:
    """Return a page of somebody logged in who may do everything, in Swedish."""
    user = make_user(is_superuser=True)
    user.set_password(PASSWORD)
    user.save()
    profile = UserProfile.get_for_user(user)
    profile.preferred_language = "sv"
    profile.save()
    browser_page.goto(f"{live_server.url}/admin/login/")
    browser_page.fill("#id_username", user.get_username())
    browser_page.fill("#id_password", PASSWORD)
    browser_page.press("#id_password", "Enter")
    expect(browser_page).to_have_url(re.compile("/admin/$"))
    return browser_page


@pytest.fixture
def addresses(site) -> list[str]:
    """Make one of everything; return the address of every screen of ours."""
    role = make_role(name_sv="Samordnare", name_en="Coordinator")
    organisation = make_organisation(name="Ekstads kommun")
    holder = make_contact(given_name="Åsa", family_name="Öberg", topics=[make_topic()])
    seat = make_seat(organisation=organisation, role=role, holder=holder)
    network = make_membership(organisation=organisation).network
    grant = make_grant()
    stopped = suppress("studs@example.org", SuppressionReason.BOUNCE)
    segment = make_segment(
        rules=[{"kind": "seat", "when": "now", "roles": [role.pk]}], added=[holder]
    )
    recipients = make_recipients(include=[segment])
    item = make_news_page(
        archive=site.archive,
        body=[("lead", {"text": "Kort sagt."})],
        newsletter_recipients=recipients,
    )
    send = make_delivery(contact=holder).campaign
    register = {
        "contacts": holder,
        "organisations": organisation,
        "seats": seat,
        "networks": network,
        "grants": grant,
        "roles": role,
        "topics": holder.topics.get(),
        "purposes": item.newsletter.purpose,
    }
    places = [(f"/admin/register/{name}", row) for name, row in register.items()]
    places.append(("/admin/newsletters", item.newsletter))
    places.append(("/admin/recipients", recipients))
    return [
        "/admin/",
        *(address for place, row in places for address in list_screens(place, row.pk)),
        "/admin/register/contacts/import/",
        "/admin/register/contacts/export/",
        "/admin/register/stopped/",
        "/admin/register/stopped/new/",
        f"/admin/register/stopped/delete/{stopped.pk}/",
        "/admin/register/segments/",
        "/admin/register/segments/add/",
        f"/admin/register/segments/edit/{segment.pk}/",
        f"/admin/register/segments/preview/{segment.pk}/",
        f"/admin/register/segments/delete/{segment.pk}/",
        "/admin/news/",
        f"/admin/pages/add/newsletter/newspage/{site.archive.pk}/",
        f"/admin/pages/{item.pk}/edit/",
        f"/admin/sends/items/{item.pk}/audience/",
        "/admin/sends/",
        f"/admin/sends/inspect/{send.pk}/",
    ]


def list_screens(place: str, pk: int) -> list[str]:
    """Return the addresses of a listing and of its forms."""
    return [
        f"{place}/",
        f"{place}/new/",
        *(f"{place}/{name}/{pk}/" for name in ("edit", "inspect", "delete", "history")),
    ]


def read_english() -> set[str]:
    """Return each text of ours in English that is not Swedish as well."""
    messages = [message for message in read_catalogue("sv") if message.id]
    english = {text for message in messages for text in list_forms(message.id)}
    swedish = {text for message in messages for text in list_forms(message.string)}
    return {text for text in english - swedish if len(text) >= SHORTEST_WORD}


def list_forms(text: str | tuple[str, ...]) -> tuple[str, ...]:
    """Return a text's forms: one, or a singular and a plural."""
    return (text,) if isinstance(text, str) else tuple(text)


def find_english(texts: list[str], english: set[str]) -> set[str]:
    """Return what is English: a text that is one of ours, or holds a sentence of ours."""
    words = english | {text[0].upper() + text[1:] for text in english}
    sentences = [text for text in english if len(text.split()) >= SENTENCE_WORDS]
    return {
        text
        for text in texts
        if text in words or any(sentence in text for sentence in sentences)
    }


def test_find_english_tells_words_and_sentences_from_swedish():
    english = {"people", "Choose a newsletter first."}
    texts = ["Personer", "People", "Obs! Choose a newsletter first.", "people 3"]

    assert find_english(texts, english) == {"People", "Obs! Choose a newsletter first."}


def test_admin_in_swedish_has_no_english_text_of_ours(page, live_server, addresses):
    chosen = {*addresses[::10], *filter(WRITTEN_BY_SCRIPTS.search, addresses)}

    assert list_english_screens(page, live_server.url, sorted(chosen)) == []


@pytest.mark.audit
def test_whole_admin_in_swedish_has_no_english_text(page, live_server, addresses):
    assert list_english_screens(page, live_server.url, addresses) == []


def list_english_screens(page: Page, site: str, addresses: list[str]) -> list[tuple]:
    """Return the screens that do not open, or have English on them, and which."""
    english = read_english()
    found = []
    for address in addresses:
        response = page.goto(site + address)
        left = find_english(page.evaluate(READ_TEXTS), english)
        if left or not response.ok:
            found.append((address, response.status, left))
    return found
