"""T15: reports replayed, shuffled and early leave the state of one run in order."""

import random

import pytest
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

pytestmark = [pytest.mark.django_db, pytest.mark.database]

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


@pytest.fixture(autouse=True)
def bounce_address(settings):
    settings.NEWSLETTER_BOUNCE_ADDRESS = "studs@example.org"


def test_events_in_any_order_and_ten_times_leave_the_same_state():
    deliveries, mails, record = make_scene()
    play([RECORD, *mails], record)
    in_order = look(deliveries)
    assert in_order["rows"] == [
        (DeliveryState.ACCEPTED, BounceClass.HARD),
        (DeliveryState.ACCEPTED, BounceClass.HARD),
        (DeliveryState.ACCEPTED, BounceClass.BLOCK),
        (DeliveryState.ACCEPTED, ""),
        (DeliveryState.ACCEPTED, ""),
        (DeliveryState.ACCEPTED, ""),
    ]
    assert in_order["stopped"] == [(0, "complaint"), (1, "bounce")]
    assert in_order["tasks"] == [(0, "bounced"), (1, "has_left")]

    draw = random.Random(15)
    for _run in range(5):
        deliveries, mails, record = make_scene()
        steps = [*mails * 10, RECORD]
        draw.shuffle(steps)

        play(steps, record)

        assert look(deliveries) == in_order
