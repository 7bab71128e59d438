"""The main job as an editor does it: from a file of contacts to the right inboxes.

Everything is real: the admin in Chromium, the scheduler and the delivery worker as
processes of their own, an SMTP server that writes down what it is handed.
"""

import re
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections import Counter
from contextlib import contextmanager
from datetime import date
from email import message_from_bytes, policy

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from crm.choices import ConsentStatus
from crm.models import Affiliation, ConsentEntry, ConsentState, Contact, Suppression
from home.models import ArchivePage
from newsletter.choices import CampaignState
from newsletter.models import Campaign, Newsletter, NewsPage, Recipients
from tests.browser.steps import (
    choose_recipients,
    confirm_import,
    fill_segment,
    let_warning_stand,
    log_in,
    open_preview,
    save_and_check,
    save_segment,
    send,
    upload_contacts,
)
from tests.factories import make_news_page
from tests.smtp_server import running_smtp_server

# On PostgreSQL in make audit, with everything else that drives a browser.
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# So slow that a person, and this test, sees the bar move.
SECONDS_PER_MAIL = 0.12


@pytest.fixture
def inbox():
    """Run the mail server that stands for everybody's mailbox."""

    def answer(phase, argument):
        if phase == "STORED":
            time.sleep(SECONDS_PER_MAIL)

    with running_smtp_server(answer=answer) as server:
        yield server


@pytest.fixture
def running_site(live_database, live_server, inbox, settings):
    """Run the site with its scheduler and worker; return its address."""
    settings.SITE_URL = live_server.url
    settings.WAGTAILADMIN_BASE_URL = live_server.url
    settings.MAILERS = {
        **settings.MAILERS,
        "bulk": {
            # The test run has put a mailbox in memory in its place.
            "BACKEND": "newsletter.delivery.transports.smtp.Mailer",
            "OPTIONS": {"host": "127.0.0.1", "port": inbox.port},
        },
    }
    call_command("load_demo", force=True, verbosity=0)
    environment = {
        **live_database.environment,
        "BULK_MAIL_PORT": str(inbox.port),
        # One letter after the other: else further connections pass the slow answers by.
        "BULK_MAIL_CONNECTIONS": "1",
        "SITE_URL": live_server.url,
        "PYTHONWARNINGS": "ignore",
    }
    worker = ["db_worker", "--backend=deliveries", "--queue-name=deliveries"]
    with (
        running_command(environment, "run_scheduler"),
        running_command(environment, *worker),
    ):
        yield live_server.url


@contextmanager
def running_command(environment, *arguments):
    process = subprocess.Popen(
        [sys.executable, "manage.py", *arguments], env=environment
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


def edit_report(page: Page, site: str) -> NewsPage:
    """Choose recipients, greet by name in the lead, save; return the item."""
    report = NewsPage.objects.get(
        slug__startswith="traningsvecka", locale__language_code="sv"
    )
    page.goto(f"{site}/admin/pages/{report.pk}/edit/#tab-send")
    page.wait_for_timeout(2500)
    choose_recipients(page)
    page.fill("#id_newsletter_subject", "Träningsveckan, [[given_name|kollega]]")
    save_and_check(page)
    # The owner's document names two rows of its table alike; it says so at the table too.
    at_table = page.locator(".rb-marks", has_text="Effektivitet")
    expect(at_table).to_contain_text("Varning")
    expect(page.locator(".rb-marks", has_text="Pilotstäder")).to_have_count(1)
    page.locator(".rb-check__finding--warning a[data-action]").click()
    expect(at_table).to_be_in_viewport()
    page.locator("[role=tab][href='#tab-send']").click()
    let_warning_stand(page, "Effektivitet")
    expect(at_table).to_have_count(0)
    return report


def preview_as_reader(page: Page) -> tuple[Contact, str]:
    """Return the first reader the preview offers, and the HTML shown as that person."""
    open_preview(page)
    modes = page.locator("#id_preview_mode option").evaluate_all(
        "options => options.map((option) => option.value)"
    )
    mode = next(value for value in modes if re.search(r"\d+$", value))
    with page.expect_response(lambda r: f"mode={mode}" in r.url and r.ok) as shown:
        page.locator("#id_preview_mode").select_option(mode)
    reader = Contact.objects.get(pk=re.search(r"\d+$", mode)[0])
    return reader, shown.value.text()


def send_test(page: Page, inbox) -> None:
    page.locator("[data-send-action=test]").click()
    page.locator("#rb-test-dialog [name$=addresses]").fill("redaktor@natverket.example")
    page.locator("[data-send-confirm=test]").click()
    expect(page.locator(".messages")).to_contain_text("1")
    assert inbox.recipients == ["redaktor@natverket.example"]
    assert parse(inbox.messages.pop())["Subject"].startswith("[TEST] Träningsveckan, ")


def find_expected_addresses() -> set[str]:
    """Return who holds a coordinator's seat in Sweden and may be written to.

    Worked out in Python, row by row, not by the SQL under test.
    """
    today = date.today()  # noqa: DTZ011 -- dates of seats have no clock
    stopped = set(Suppression.objects.values_list("address_hash", flat=True))
    refused = set(
        ConsentState.objects.exclude(status=ConsentStatus.GIVEN).values_list(
            "contact", flat=True
        )
    )
    expected = set()
    for held in Affiliation.objects.select_related(
        "contact", "seat__role", "seat__organisation"
    ):
        seat, contact = held.seat, held.contact
        current = (held.starts_on is None or held.starts_on <= today) and (
            held.ends_on is None or held.ends_on >= today
        )
        if (
            current
            and seat.role.slug == "coordinator"
            and seat.organisation.country == "SE"
            and contact.pk not in refused
        ):
            usable = [
                (seat.email, seat.address_hash),
                (contact.email, contact.address_hash),
            ]
            addresses = [a for a, key in usable if a and key not in stopped]
            expected.update(addresses[:1])
    return expected


def watch_bar(page: Page) -> list[int]:
    """Return the values the bar showed until it was full, reloading once midway."""
    bar = page.locator("[data-send-progress]")
    seen: list[int] = []
    has_reloaded = False
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        value = int(bar.get_attribute("aria-valuenow"))
        if value not in seen:
            seen.append(value)
        if value == 100:
            return seen
        if len(seen) == 2 and not has_reloaded:
            page.reload()
            has_reloaded = True
            expect(bar).to_be_visible()
            assert int(bar.get_attribute("aria-valuenow")) >= value
        page.wait_for_timeout(100)
    raise AssertionError(f"The bar stopped at {seen}.")


def post_one_click(url: str) -> int:
    """Leave as a mail programme does: no cookies, no token, no log-in (RFC 8058)."""
    body = urllib.parse.urlencode({"List-Unsubscribe": "One-Click"}).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data=body)) as answer:
        return answer.status


def parse(received):
    return message_from_bytes(received.content, policy=policy.SMTP)


def html_of(message) -> str:
    return message.get_body(["html"]).get_content()


def test_editor_sends_the_report_to_coordinators_in_sweden(
    browser_page: Page, running_site, inbox
):
    page, site = browser_page, running_site
    # The whole way shares two cores with its worker, scheduler and mail server.
    page.set_default_timeout(40_000)
    expect.set_options(timeout=20_000)
    log_in(page, site)
    upload_contacts(page, site)
    confirm_import(page)
    fill_segment(page, site)
    save_segment(page)
    report = edit_report(page, site)
    expected = find_expected_addresses()
    reader, preview = preview_as_reader(page)
    send_test(page, inbox)
    send(page)
    seen = watch_bar(page)

    # The bar told the truth, in at least three steps, over a reload.
    assert len(seen) >= 3
    assert seen == sorted(seen)
    # Exactly the right people, each once.
    assert Counter(inbox.recipients) == Counter(dict.fromkeys(expected, 1))
    assert len(expected) > 15
    received = next(
        m for m in inbox.messages if reader.given_name in parse(m)["Subject"]
    )
    message = parse(received)
    assert message["Subject"] == f"Träningsveckan, {reader.given_name}"
    assert f"Hej {reader.given_name}," in html_of(message)
    assert f"Hej {reader.given_name}," in message.get_body(["plain"]).get_content()
    # The headers as they are on the wire.
    lines = received.content.split(b"\r\n")
    link = re.search(rb"^List-Unsubscribe: <(\S+)>\r$", received.content, re.M)[
        1
    ].decode()
    assert link.startswith(f"{site}/u/")
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines
    assert b"List-Id: <rundbrev.natverket.example>" in lines
    assert received.mail_from == "rundbrev@natverket.example"
    assert received.content.isascii()
    # What the preview showed is what came, but for the reader's own two addresses.
    came = html_of(message).replace(link, "#").replace("\r\n", "\n")
    came = re.sub(rf"{re.escape(site)}/choices/[^\"]+", "#", came)
    assert came.strip() == preview.strip()

    # One person leaves by the mail programme's own button and is left out from then on.
    assert post_one_click(link) == 200
    entry = ConsentEntry.objects.get(contact=reader)
    assert (entry.action, entry.source) == ("withdrawn", "unsubscribe link")
    inbox.messages.clear()
    other = make_news_page(
        title="En annan nyhet",
        body=[("lead", {"text": "Mer att läsa."})],
        newsletter=Newsletter.objects.get(),
        newsletter_recipients=Recipients.objects.get(name="Samordnarna"),
        archive=ArchivePage.objects.get(locale__language_code="sv"),
    )
    page.goto(f"{site}/admin/pages/{other.pk}/edit/#tab-send")
    page.wait_for_timeout(2500)
    send(page)
    watch_bar(page)
    assert Counter(inbox.recipients) == Counter(
        dict.fromkeys(expected - {received.rcpt_to}, 1)
    )
    # Both are in the public archive.
    page.goto(f"{site}/sv/nyheter/")
    expect(page.locator("main")).to_contain_text(report.title)
    expect(page.locator("main")).to_contain_text("En annan nyhet")
    states = Campaign.objects.values_list("state", flat=True)
    assert set(states) <= {CampaignState.FINISHED, CampaignState.SENDING}
