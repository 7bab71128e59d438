"""Our screens in the admin: axe, and no sideways scrolling, in every look and language."""

import re

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect
from wagtail.users.models import UserProfile

from crm.models import Contact, Network, Organisation, Seat, Segment
from home.models import PrivacyPage
from newsletter.models import Newsletter, NewsPage
from tests.browser.steps import log_in
from tests.browser.test_accessibility import run_axe

pytestmark = [
    pytest.mark.audit,
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

LOOKS = [(width, scheme) for width in (1280, 360) for scheme in ("light", "dark")]


@pytest.fixture
def addresses() -> list[str]:
    """Load the demo; return one address per kind of screen."""
    call_command("load_demo", force=True, verbosity=0)
    register = "/admin/register"
    one, other = Contact.objects.order_by("pk")[:2]
    seat, segment = Seat.objects.first(), Segment.objects.first()
    report = NewsPage.objects.get(
        slug__startswith="traningsvecka", locale__language_code="sv"
    )
    return [
        "/admin/",
        f"{register}/contacts/",
        f"{register}/contacts/inspect/{one.pk}/",
        f"{register}/contacts/import/",
        f"{register}/organisations/inspect/{Organisation.objects.first().pk}/",
        f"{register}/seats/inspect/{seat.pk}/",
        f"{register}/segments/",
        f"{register}/segments/edit/{segment.pk}/",
        f"{register}/segments/inspect/{segment.pk}/",
        f"{register}/segments/why/{segment.pk}/?contact={one.pk}",
        f"{register}/seats/work/",
        f"{register}/seats/succession/{seat.pk}/",
        f"{register}/networks/inspect/{Network.objects.first().pk}/",
        f"{register}/imports/",
        f"{register}/contacts/duplicates/",
        f"{register}/contacts/merge/{one.pk}/{other.pk}/",
        "/admin/news/",
        "/admin/sends/",
        f"/admin/newsletters/sender/{Newsletter.objects.first().pk}/",
        f"/admin/pages/{report.pk}/edit/#tab-send",
        f"/admin/pages/{PrivacyPage.objects.first().pk}/edit/",
    ]


def measure(page: Page) -> tuple[int, list]:
    """Return by how much the window scrolls sideways, and what axe finds in ``main``."""
    overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return max(overflow, 0), run_axe(page, "main")


@pytest.mark.parametrize("language", ["sv", "en"])
def test_admin_screens_have_no_violations_and_never_scroll_sideways(
    language, browser_page, live_server, addresses
):
    UserProfile.objects.filter(user__username="editor").update(
        preferred_language=language
    )
    page = browser_page
    log_in(page, live_server.url)
    found = []
    for address in addresses:
        page.goto("about:blank")
        page.goto(live_server.url + address)
        expect(page).to_have_title(re.compile("."))
        expect(page.locator("html")).to_have_attribute("lang", language)
        for width, scheme in LOOKS:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            page.wait_for_timeout(400)
            found.append((address, width, scheme, *measure(page)))

    faults = [f for f in found if f[3] or f[4]]
    assert faults == []
