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
    return ANSWERS[address.partition("@")[0].rstrip("0123456789")][0]


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


def test_everything_that_returns_is_heard_and_traced(
    settings, bounce_address, tmp_path
):
    require_postfix()
    addresses = [f"{name}@norrhamn.example" for name in ANSWERS]
    with (
        running_smtp_server(answer=answer, extensions=("SMTPUTF8",)) as remote,
        running_postfix(
            tmp_path,
            routes={"norrhamn.example": remote.port},
            bounce_address=BOUNCE_ADDRESS,
        ) as postfix,
    ):
        campaign = send_through(settings, postfix, addresses)
        postfix.wait_for(len(ANSWERS) - 1)
        reading = read_maildir(postfix.maildir)

    rows = {d.address.partition("@")[0]: d for d in campaign.deliveries.all()}
    assert (reading.mails, reading.heard) == (6, 6)
    assert {name: row.bounce_class for name, row in rows.items()} == {
        name: bounce_class for name, (_said, bounce_class) in ANSWERS.items()
    }
    assert {row.state for row in rows.values()} == {DeliveryState.ACCEPTED}
    hard = {rows["okand"].address_hash, rows["åsa"].address_hash}
    assert set(Suppression.objects.values_list("address_hash", flat=True)) == hard
