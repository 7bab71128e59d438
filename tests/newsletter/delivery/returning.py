"""What comes back of a send, for the tests and the faults: T15 and T16 of the matrix."""

import random

from django.utils import timezone

from crm.models import SeatTask, Suppression
from crm.seats import fill_seat
from newsletter.choices import BounceClass, DeliveryState
from newsletter.delivery.claims import record_outcomes
from newsletter.delivery.feedback import hear_mail
from newsletter.delivery.outcomes import Outcome, Verdict
from newsletter.delivery.proofs import settle_proven
from newsletter.delivery.return_paths import return_path
from newsletter.models import Delivery, DeliveryEvent, Worker
from tests.factories import make_campaign, make_contact, make_delivery, make_seat
from tests.newsletter.mail.returned import (
    make_auto_reply,
    make_bounce,
    make_complaint,
)

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
    """Answer RCPT as the table says: the last server, behind the next hop."""
    if phase != "RCPT":
        return None
    return ANSWERS[address.partition("@")[0].rstrip(DIGITS)][0]


# Stands, in a run of mails, for the moment at which the server's answers are recorded.
RECORD = object()


def make_scene():
    """Make six claimed deliveries and all that will be heard of them."""
    worker = Worker.objects.create(host="h", pid=1, journal_name=f"j{random.random()}")
    campaign = make_campaign(state="sending", started_at=timezone.now())
    deliveries = []
    for _number in range(6):
        seat, contact = make_seat(), make_contact()
        fill_seat(seat, contact)
        deliveries.append(
            make_delivery(
                campaign=campaign,
                seat=seat,
                contact=contact,
                state=DeliveryState.CLAIMED,
                worker=worker,
            )
        )
    paths = [return_path(d.pk, "") for d in deliveries]
    mails = [
        make_bounce(to=paths[0]),
        make_bounce(to=paths[0], action="delayed", status="4.4.1", message_id="<2@x>"),
        make_complaint(mail_from=paths[0]),
        make_auto_reply("Hon har slutat hos oss.", to=paths[1]),
        make_bounce(to=paths[1], message_id="<3@x>"),
        make_bounce(to=paths[2], status="5.7.1", diagnostic="554 5.7.1 spam"),
        make_bounce(to=paths[2], status="5.2.2", message_id="<4@x>", diagnostic="full"),
        make_auto_reply("Åter på måndag.", to=paths[3]),
        make_complaint(kind="not-spam", mail_from=paths[4], message_id="<5@x>"),
    ]
    verdicts = [Verdict.ACCEPTED] * 3 + [Verdict.UNKNOWN] * 2 + [Verdict.ACCEPTED]
    outcomes = {
        delivery.pk: Outcome(verdict, 250, "OK", "DOT")
        for delivery, verdict in zip(deliveries, verdicts, strict=True)
    }
    return (
        deliveries,
        mails,
        lambda: record_outcomes(worker, outcomes, now=timezone.now()),
    )


def play(steps, record):
    """Hear the mails, and record the answers, in this order."""
    for step in steps:
        if step is RECORD:
            record()
        else:
            hear_mail(step)
    settle_proven(timezone.now())


def look(deliveries):
    """Return everything that events decide, without ids and times."""
    numbers = {delivery.pk: n for n, delivery in enumerate(deliveries)}
    rows = Delivery.objects.filter(pk__in=numbers).order_by("pk")
    hashes = {row.address_hash: numbers[row.pk] for row in rows}
    contacts = {row.contact_id: numbers[row.pk] for row in rows}
    return {
        "rows": [(row.state, row.bounce_class) for row in rows],
        "events": sorted(
            (numbers[e.delivery_id], e.type, e.bounce_class)
            for e in DeliveryEvent.objects.filter(delivery__in=numbers)
        ),
        "stopped": sorted(
            (hashes[s.address_hash], s.reason)
            for s in Suppression.objects.filter(address_hash__in=hashes)
        ),
        "tasks": sorted(
            (contacts[t.contact_id], t.reason)
            for t in SeatTask.objects.filter(contact__in=contacts)
        ),
    }
