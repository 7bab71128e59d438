"""T16: a real next hop, and everything that it returns is heard."""

import subprocess
import sys
import time

import pytest

from crm.models import Suppression
from newsletter.choices import BounceClass, DeliveryState
from newsletter.delivery.listeners.maildir import read_maildir
from newsletter.delivery.sending import run_worker
from newsletter.models import DeliveryEvent
from tests.factories import make_contact
from tests.newsletter.delivery.returning import (
    ANSWERS,
    BOUNCE_ADDRESS,
    DIGITS,
    answer,
)
from tests.newsletter.delivery.scenes import make_frozen_campaign
from tests.postfix import (
    find_port,
    require_postfix,
    running_postfix,
    wait_until_open,
)
from tests.smtp_server import running_smtp_server

pytestmark = [pytest.mark.django_db, pytest.mark.database]


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


@pytest.mark.audit
def test_what_returns_is_heard_over_lmtp_too(settings, bounce_address, live_database):
    require_postfix()
    port = find_port()
    listener = subprocess.Popen(
        [
            sys.executable,
            "manage.py",
            "listen_for_bounces",
            f"--at=lmtp://127.0.0.1:{port}",
        ],
        env={
            **live_database.environment,
            "NEWSLETTER_BOUNCE_ADDRESS": BOUNCE_ADDRESS,
        },
        stdout=subprocess.DEVNULL,
    )
    try:
        # Postfix gives up in seconds what nobody takes.
        wait_until_open(port)
        with (
            running_smtp_server(answer=answer) as remote,
            running_postfix(
                routes={"norrhamn.example": remote.port},
                bounce_address=BOUNCE_ADDRESS,
                lmtp_port=port,
            ) as postfix,
        ):
            campaign = send_through(
                settings, postfix, ["okand@norrhamn.example", "full@norrhamn.example"]
            )
            heard = wait_for_events(2)
    finally:
        listener.terminate()
        ended = listener.wait(timeout=20)

    assert heard == [BounceClass.HARD, BounceClass.SOFT]
    assert sorted(campaign.deliveries.values_list("bounce_class", flat=True)) == heard
    assert ended == 0


def wait_for_events(number, *, seconds=60):
    """Return the classes heard, sorted, once there are so many or time is up."""
    ends_at = time.monotonic() + seconds
    while True:
        heard = sorted(DeliveryEvent.objects.values_list("bounce_class", flat=True))
        if len(heard) >= number or time.monotonic() > ends_at:
            return heard
        time.sleep(0.2)
