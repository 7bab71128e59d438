"""What an editor does in the admin, step by step: for browser tests and for pictures."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

DEMO_CSV = Path("fixtures/demo/new_coordinators.csv")


def log_in(page: Page, site: str) -> None:
    page.goto(f"{site}/admin/login/")
    page.fill("#id_username", "editor")
    page.fill("#id_password", "rundbrev")
    page.press("#id_password", "Enter")
    expect(page).to_have_url(re.compile("/admin/$"))


def upload_contacts(page: Page, site: str) -> None:
    """Have the demo's file looked at, step by step; nothing is written yet."""
    page.goto(f"{site}/admin/register/contacts/import/")
    page.set_input_files("input[type=file]", DEMO_CSV)
    page.locator("main form button[type=submit]").click()
    expect(page).to_have_url(re.compile("/columns/$"))
    page.locator("main form button[type=submit]").click()
    expect(page).to_have_url(re.compile("/ground/$"))
    page.locator("[name=purpose]").first.check()
    page.fill("#id_ground", "Samordnarnas anmälan till träffen i mars")
    page.locator("main form button[type=submit]").click()
    expect(page.locator(".crm-import__row--new")).to_have_count(9)
    expect(page.locator(".crm-import__row--changed")).to_have_count(1)
    expect(page.locator(".crm-import__row--unchanged")).to_have_count(2)


def confirm_import(page: Page) -> None:
    page.locator(".crm-import__confirm button[type=submit]").click()
    # A worker does it; the page of the work goes on by itself.
    expect(page).to_have_url(re.compile(r"/imports/\d+/$"))
    expect(page.locator(".crm-import__sum--new dd")).to_have_text("9")


def fill_segment(page: Page, site: str) -> None:
    """Fill in the segment of the tour without saving it."""
    page.goto(f"{site}/admin/register/segments/add/")
    # Wagtail takes what a robot changes in the first two seconds for the beginning.
    page.wait_for_timeout(2500)
    page.fill("#id_name", "Samordnare i Sverige")
    page.locator("#panel-rules-content .c-sf-add-button").last.click()
    page.get_by_role("option", name=re.compile("^(Uppdrag|Seat)$")).click()
    page.get_by_role("combobox", name=re.compile("Roll|Role")).click()
    page.get_by_role("option", name=re.compile("^samordnare$", re.I)).click()
    country = page.get_by_role("combobox", name=re.compile("Land|Country"))
    country.fill("sverige")
    page.get_by_role("option", name="Sverige").click()


def save_segment(page: Page) -> None:
    page.locator("button[type=submit].action-save").click()
    expect(page.locator("main")).to_contain_text("Samordnare i Sverige")


def choose_recipients(page: Page) -> None:
    """Make recipients of the segment in the chooser of the send tab."""
    page.locator(
        "#id_newsletter_recipients-chooser [data-chooser-action-choose]"
    ).last.click()
    modal = page.locator(".modal-content")
    modal.get_by_role("tab").last.click()
    modal.locator("[name$=name]:visible").fill("Samordnarna")
    modal.locator("[id$=include]").get_by_label("Samordnare i Sverige").check()
    modal.locator("form button[type=submit]:visible").click()
    expect(page.locator("#id_newsletter_recipients-title")).to_have_text("Samordnarna")


def save_and_check(page: Page) -> None:
    page.locator("[data-send-action=save]").click()
    expect(page.locator("[data-send-state]")).to_have_attribute(
        "data-send-state", "draft"
    )


def let_warning_stand(page: Page, words: str) -> None:
    """Let the warning stand that says these words; nothing else may stop the send."""
    finding = page.locator(".rb-check__finding--warning", has_text=words)
    finding.locator("[data-rb-check-stands-param=yes]").click()
    expect(page.locator(".rb-check__finding--stands")).to_contain_text(words)
    expect(page.locator(".rb-check__finding--error")).to_have_count(0)


def open_preview(page: Page) -> None:
    page.wait_for_timeout(2500)
    toggle = page.locator("[data-side-panel-toggle=preview]")
    if toggle.get_attribute("aria-expanded") != "true":
        toggle.click()


def open_send_dialog(page: Page) -> None:
    """Ask to send; the question counts the people first."""
    page.locator("[data-send-action=send]").click()
    expect(page.locator("[data-send-confirm=send]")).to_be_enabled()


def send(page: Page) -> None:
    open_send_dialog(page)
    page.locator("[data-send-confirm=send]").click()
