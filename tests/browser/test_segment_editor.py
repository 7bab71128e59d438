"""The segment editor as somebody uses it: by mouse and by keyboard."""

import re

import pytest
from playwright.sync_api import Page, expect
from wagtail.users.models import UserProfile

from crm.models import Segment
from tests.factories import (
    make_contact,
    make_organisation,
    make_role,
    make_seat,
    make_segment,
    make_user,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "rundbrev-test"


@pytest.fixture
def register():
    """Make coordinators in Sweden and Finland and an expert; return the role."""
    coordinator = make_role(name_sv="Samordnare", name_en="Coordinator")
    expert = make_role(name_sv="Expert", name_en="Expert")
    malmo = make_organisation(name="Malmö", country="SE")
    turku = make_organisation(name="Turku", country="FI")
    for role, organisation, name in [
        (coordinator, malmo, "Åsa"),
        (coordinator, turku, "Pekka"),
        (expert, malmo, "Jan"),
    ]:
        holder = make_contact(given_name=name, family_name="Öberg")
        make_seat(role=role, organisation=organisation, holder=holder)
    return coordinator


@pytest.fixture
def page(browser_page: Page, live_server) -> Page:
    """Return a page of somebody logged in who keeps segments, in English."""
    user = make_user(is_superuser=True)
    user.set_password(PASSWORD)
    user.save()
    profile = UserProfile.get_for_user(user)
    profile.preferred_language = "en"
    profile.save()
    browser_page.goto(f"{live_server.url}/admin/login/")
    browser_page.fill("#id_username", user.get_username())
    browser_page.fill("#id_password", PASSWORD)
    browser_page.press("#id_password", "Enter")
    expect(browser_page).to_have_url(re.compile("/admin/$"))
    return browser_page


def open_form(page, address):
    """Open a form and wait until Wagtail watches it.

    For two seconds it takes what is in the form for the beginning, so that what a robot
    changes before does not reach the preview.
    """
    page.goto(address)
    page.wait_for_timeout(2500)


def add_rule(page, kind):
    """Add a rule at the end of the outermost group."""
    page.locator("#panel-rules-content .c-sf-add-button").last.click()
    page.get_by_role("option", name=kind, exact=True).click()


def open_preview(page):
    """Open the panel beside the form, if it is not open; return its frame."""
    toggle = page.locator("[data-side-panel-toggle=preview]")
    if toggle.get_attribute("aria-expanded") != "true":
        toggle.click()
    return page.frame_locator("#w-preview-iframe")


def test_coordinators_in_sweden_are_built_by_mouse(page, live_server, register):
    open_form(page, f"{live_server.url}/admin/register/segments/add/")
    page.fill("#id_name", "Coordinators in Sweden")
    add_rule(page, "Seat")
    page.get_by_role("combobox", name="Role").click()
    page.get_by_role("option", name="Coordinator").click()
    page.get_by_role("combobox", name="Country").fill("swed")
    page.get_by_role("option", name="Sweden").click()

    preview = open_preview(page)
    expect(preview.locator("[data-count]")).to_have_attribute("data-count", "1")
    expect(preview.locator("body")).to_contain_text(
        "holds a seat as coordinator in Sweden"
    )
    expect(preview.locator("body")).to_contain_text("Åsa Öberg")
    assert Segment.objects.count() == 0

    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("Coordinators in Sweden")

    segment = Segment.objects.get()
    assert segment.rules["rules"] == [
        {"kind": "seat", "roles": [register.pk], "countries": ["SE"], "when": "now"}
    ]
    assert segment.stored_count == 1


def test_half_edited_segment_never_goes_live_before_saving(page, live_server, register):
    segment = make_segment(
        name="Swedish", rules=[{"kind": "language", "languages": ["sv"]}]
    )
    stored = segment.rules
    posted = []
    page.on("request", lambda r: posted.append(r.url) if r.method == "POST" else None)
    open_form(page, f"{live_server.url}/admin/register/segments/edit/{segment.pk}/")

    # By keyboard: English instead of Swedish, then a second rule left unfinished.
    language = page.get_by_role("combobox", name="Is written to in")
    language.press("Backspace")
    language.press("ArrowDown")
    language.press("ArrowDown")
    language.press("Enter")
    language.press("Escape")
    expect(page.locator("[name=rules-0-value-languages]")).to_have_value("en")
    add_rule(page, "Topic")
    preview = open_preview(page)
    expect(preview.locator("body")).to_contain_text("A rule is not finished.")
    # Longer than Wagtail waits before it saves by itself where it does.
    page.wait_for_timeout(2000)

    sent = {url.partition("/segments/")[2] for url in posted if "/segments/" in url}
    assert sent == {f"preview/{segment.pk}/"}
    segment.refresh_from_db()
    assert segment.rules == stored


def test_deleted_reference_is_shown_and_can_be_taken_away(page, live_server):
    role = make_role(name_en="Coordinator")
    segment = make_segment(
        name="Broken", rules=[{"kind": "seat", "roles": [role.pk, 999]}]
    )
    page.goto(f"{live_server.url}/admin/register/segments/edit/{segment.pk}/")

    page.get_by_role("button", name="Save").click()
    expect(page.locator("#panel-rules-content")).to_contain_text(
        "1 choice is no longer there."
    )
    page.get_by_role("button", name="Take away: (deleted)").click()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".messages")).to_contain_text("updated")

    segment.refresh_from_db()
    assert segment.rules["rules"] == [
        {"kind": "seat", "roles": [role.pk], "when": "now"}
    ]


def test_people_are_searched_and_added_by_hand(page, live_server, register):
    page.goto(f"{live_server.url}/admin/register/segments/add/")
    page.fill("#id_name", "By hand")
    page.locator("#id_added-search").fill("pek")
    page.get_by_role("option", name="Pekka Öberg").click()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".messages")).to_contain_text("created")

    segment = Segment.objects.get()
    assert [str(contact) for contact in segment.added.all()] == ["Pekka Öberg"]
    assert segment.stored_count == 1
