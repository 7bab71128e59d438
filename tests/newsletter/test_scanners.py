"""Mail filters open every link of a letter before its reader does: nothing comes of it.

Trust D5: every address that a mail of ours holds, in its parts and headers, is fetched as
scanners, mail clients and browsers do, and every table of the database is compared.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes, policy
from html import unescape
from itertools import cycle, islice

import pytest
import time_machine
from django.conf import settings as django_settings
from django.core import mail
from django.test import Client
from django.utils import timezone

from crm.choices import ConsentAction, LawfulBasis
from crm.consent import record_consent
from crm.models import Contact
from home.partners.letters import mail_link
from newsletter.delivery.sending import run_worker
from newsletter.joining import Wish, ask_to_join
from newsletter.models import DeliveryEvent, LinkTotal
from newsletter.preferences.addresses import ask_new_address
from newsletter.preferences.data_links import mail_data_link
from newsletter.preferences.links import mail_own_link
from newsletter.public_forms import make_moment
from tests.factories import (
    make_contact,
    make_event,
    make_newsletter,
    make_purpose,
    make_seat,
)
from tests.newsletter.delivery.scenes import make_frozen_campaign
from tests.smtp_server import running_smtp_server
from tests.snapshots import changed_tables, read_tables

pytestmark = pytest.mark.django_db

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/143.0.0.0 Safari/537.36"
)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
BROWSERS = [{"User-Agent": CHROME}, {"User-Agent": FIREFOX}]
MACHINES = [
    # What they say, and what mail clients say when they fetch ahead of a click.
    {"User-Agent": "Mozilla/5.0 (compatible; Microsoft Outlook SafeLinks scan)"},
    {"User-Agent": "Mozilla/5.0 (compatible; Proofpoint URL Defense)"},
    {"User-Agent": "Mozilla/5.0 (compatible; Mimecast)"},
    {"User-Agent": "Mozilla/5.0 (compatible; BarracudaCentral scanner)"},
    {"User-Agent": "curl/8.11.0"},
    {"User-Agent": ""},
    {"User-Agent": CHROME, "Sec-Purpose": "prefetch;prerender", "Purpose": "prefetch"},
    {"User-Agent": FIREFOX, "X-Moz": "prefetch"},
]
# The only tables that opening an address may change: two counters without persons.
COUNTERS = {"newsletter_linktotal", "newsletter_pagevisits"}
ADDRESS = re.compile(r"https?://[^\s\"'<>\\)]+")
TIMES = 3


@dataclass
class Mailbox:
    """Addresses of our site in mails that were really made, by kind of mail."""

    letters: dict[str, set[str]]
    system: set[str]

    @property
    def every(self) -> list[str]:
        return sorted(self.system.union(*self.letters.values()))


@pytest.fixture
def readers() -> tuple[Contact, Contact]:
    """Somebody whom nobody may note by name, and somebody who agreed to it."""
    unnamed, named = make_contact(language="sv"), make_contact(language="sv")
    make_seat(holder=unnamed)
    return unnamed, named


@pytest.fixture
def mailbox(readers, settings, django_capture_on_commit_callbacks) -> Mailbox:
    settings.NEWSLETTER_TRACKING_PURPOSE = "matning"
    consent = make_purpose(slug="matning", lawful_basis=LawfulBasis.CONSENT)
    record_consent(readers[1], consent, ConsentAction.GIVEN, source="test")
    event = make_event(starts_on="2027-05-10", ends_on="2027-05-12")
    campaign = make_frozen_campaign(
        contacts=list(readers),
        newsletter=make_newsletter(counts_links=True, is_open=True),
        body=[
            ("resource_link", {"title": "Atlas", "url": "https://atlas.example/"}),
            ("event_facts", {"event": event.pk}),
            ("collaborate", {"heading": "Var med!", "button": "Jag vill"}),
        ],
    )
    letters = {
        rcpt: find_addresses(content) for rcpt, content in send(settings).items()
    }
    with django_capture_on_commit_callbacks(execute=True):
        mail_own_link(readers[0])
        mail_data_link.enqueue(readers[0].pk)
        mail_link.enqueue(readers[0].pk, "")
        ask_new_address(readers[0], "ny@example.org")
        ask_to_join(
            campaign.newsletter, Wish("vill@example.org", "sv"), now=timezone.now()
        )
    system = {find for m in mail.outbox for find in ADDRESS.findall(m.body)}
    return Mailbox(letters, {address for address in system if is_ours(address)})


def send(settings) -> dict[str, bytes]:
    """Deliver what waits to a real server on loopback; return what each got."""
    with running_smtp_server() as server:
        settings.MAILERS = {
            **settings.MAILERS,
            "bulk": {
                "BACKEND": "newsletter.delivery.transports.smtp.Mailer",
                "OPTIONS": {"host": "127.0.0.1", "port": server.port},
            },
        }
        run_worker(until_idle=True, should_stop=lambda: False)
    return {message.rcpt_to: message.content for message in server.messages}


def find_addresses(content: bytes) -> set[str]:
    """Return every address of our site in a mail: both parts and all headers."""
    message = message_from_bytes(content, policy=policy.default)
    texts = [str(value) for value in message.values()]
    texts += [
        unescape(part.get_content())
        for part in message.walk()
        if part.get_content_maintype() == "text"
    ]
    found = {address for text in texts for address in ADDRESS.findall(text)}
    return {address for address in found if is_ours(address)}


def is_ours(address: str) -> bool:
    return address.startswith(f"{django_settings.SITE_URL}/")


def fetch(addresses, agents) -> set[int]:
    """Open each by GET and HEAD, TIMES times, as the agents in turn; return statuses."""
    client, turns = Client(), cycle(agents)
    return {
        getattr(client, method)(
            address.removeprefix(django_settings.SITE_URL), headers=agent
        ).status_code
        for address in addresses
        for method in ("get", "head")
        for agent in islice(turns, TIMES)
    }


def test_mails_hold_an_address_of_every_kind(mailbox, readers):
    kinds = {
        re.sub(
            r"[^/]*\d[^/]*|[\w-]+[.:][\w.:-]+", "*", a.split("://")[1].partition("/")[2]
        )
        for a in mailbox.every
    }

    assert kinds == {
        *("sv/nyheter/*/", "u/*/", "choices/*/", "l/*/*/", "l/*/*/*"),
        *("calendar/*/*", "take-part/*/*/"),
        *("own-data/*/", "address/*/", "confirm/*/", "partner/*/"),
    }
    marked = [a for a in mailbox.letters[readers[1].email] if "/l/" in a]
    assert any(not a.endswith("/") for a in marked)
    assert not any(
        "/l/" in a and not a.endswith("/") for a in mailbox.letters[readers[0].email]
    )


def test_machines_and_clients_that_fetch_ahead_change_only_the_counters(mailbox):
    before = read_tables()

    statuses = fetch(mailbox.every, MACHINES)

    assert statuses <= {200, 302}
    assert set(changed_tables(before, read_tables())) <= COUNTERS
    assert sum(LinkTotal.objects.values_list("people", flat=True)) == 0


def test_browsers_that_fetch_everything_change_only_the_counters(mailbox, readers):
    """Some scanners say that they are Chrome."""
    ours = mailbox.system | mailbox.letters[readers[0].email]
    before = read_tables()

    statuses = fetch(sorted(ours), BROWSERS)

    assert statuses <= {200, 302}
    assert set(changed_tables(before, read_tables())) <= COUNTERS


def test_who_agreed_to_be_noted_by_name_is_noted_once_by_a_browser(mailbox, readers):
    """The one thing beside the counters: asked for by the reader, of this purpose."""
    marked = [a for a in mailbox.letters[readers[1].email] if "/l/" in a][:1]
    before = read_tables()

    fetch(marked, BROWSERS)

    assert set(changed_tables(before, read_tables())) == {
        "newsletter_linktotal",
        "newsletter_deliveryevent",
    }
    assert DeliveryEvent.objects.count() == 1


@pytest.mark.audit
def test_every_agent_with_every_address_changes_only_the_counters(mailbox, readers):
    ours = sorted(mailbox.system | mailbox.letters[readers[0].email])
    before = read_tables()

    for agent in (*MACHINES, *BROWSERS):
        assert fetch(ours, [agent]) <= {200, 302}

    assert set(changed_tables(before, read_tables())) <= COUNTERS


def test_form_filled_in_by_nobody_is_no_wish(mailbox):
    """What a scanner could send without pressing a button: an address with a query."""
    made = make_moment()
    before = read_tables()

    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        for address in mailbox.system:
            path = address.removeprefix(django_settings.SITE_URL)
            Client().get(f"{path}?act=stop&kind=erasure&format=json&made={made}")

    assert changed_tables(before, read_tables()) == []
