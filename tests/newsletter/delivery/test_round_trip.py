"""T16: a real next hop, and everything that it returns is heard."""

import pytest

from crm.models import Suppression
from newsletter.choices import BounceClass, DeliveryState
from newsletter.delivery.listeners.maildir import read_maildir
from newsletter.delivery.sending import run_worker
from tests.factories import make_contact
from tests.newsletter.delivery.scenes import make_frozen_campaign
from tests.postfix import require_postfix, running_postfix
from tests.smtp_server import running_smtp_server

pytestmark = [pytest.mark.django_db, pytest.mark.database]

BOUNCE_ADDRESS = "studs@example.org"
DIGITS = "0123456789"
# Local part of the recipient -> what the last server says, and what that means.
ANSWERS = {
    "okand": ("550 5.1.1 User unknown in virtual mailbox table", BounceClass.HARD),
    "full": ("552 5.2.2 Mailbox full", BounceClass.SOFT),
    "skrap": ("554 5.7.1 Message rejected as spam", BounceClass.BLOCK),
    "senare": ("450 4.3.2 Try again later", BounceClass.SOFT),
    "åsa": ("550 5.1.1 User unknown", BounceClass.HARD),
    "tyst": ("550 Denied", BounceClass.UNKNOWN),
    "framme": (None, ""),
}


def answer(phase, address):
    if phase != "RCPT":
        return None
    return ANSWERS[address.partition("@")[0].rstrip(DIGITS)][0]


@pytest.fixture
def bounce_address(settings):
    settings.NEWSLETTER_BOUNCE_ADDRESS = BOUNCE_ADDRESS


def send_through(settings, postfix, addresses):
    """Deliver a send to these addresses by the private Postfix; return it."""
    settings.MAILERS = {
        **settings.MAILERS,
        "bulk": {
            "BACKEND": "newsletter.delivery.transports.smtp.Mailer",
            "OPTIONS": {"host": "127.0.0.1", "port": postfix.port},
        },
    }
    contacts = [make_contact(email=address) for address in addresses]
    campaign = make_frozen_campaign(contacts=contacts)
    run_worker(until_idle=True, should_stop=lambda: False)
    return campaign


SHORT = [name for name in ANSWERS if name != "senare"]
LONG = [f"{name}{number}" for name in ANSWERS for number in range(20)]


@pytest.mark.parametrize(
    "names", [SHORT, pytest.param(LONG, marks=pytest.mark.audit)], ids=["short", "long"]
)
def test_everything_that_returns_is_heard_and_traced(settings, bounce_address, names):
    require_postfix()
    expected = {name: ANSWERS[name.rstrip(DIGITS)][1] for name in names}
    returning = sum(1 for bounce_class in expected.values() if bounce_class)
    with (
        running_smtp_server(answer=answer, extensions=("SMTPUTF8",)) as remote,
        running_postfix(
            routes={"norrhamn.example": remote.port}, bounce_address=BOUNCE_ADDRESS
        ) as postfix,
    ):
        addresses = [f"{name}@norrhamn.example" for name in names]
        campaign = send_through(settings, postfix, addresses)
        postfix.wait_for(returning, seconds=120)
        reading = read_maildir(postfix.maildir)

    rows = {d.address.partition("@")[0]: d for d in campaign.deliveries.all()}
    assert {row.state for row in rows.values()} == {DeliveryState.ACCEPTED}
    assert (reading.mails, reading.heard) == (returning, returning)
    assert {name: row.bounce_class for name, row in rows.items()} == expected
    assert set(Suppression.objects.values_list("address_hash", flat=True)) == {
        row.address_hash
        for row in rows.values()
        if row.bounce_class == BounceClass.HARD
    }
