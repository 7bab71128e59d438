"""What the newsletter adds to the timelines of the register."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from crm.timeline import read_timeline
from newsletter.choices import BounceClass, DeliveryState, EventType
from newsletter.models import DeliveryEvent
from tests.factories import (
    make_campaign,
    make_contact,
    make_delivery,
    make_organisation,
    make_seat,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def make_letter(hours=0, **fields):
    fields.setdefault("state", DeliveryState.ACCEPTED)
    return make_delivery(accepted_at=NOON + timedelta(hours=hours), **fields)


def test_contact_has_each_letter_with_its_state_and_address():
    contact = make_contact(email="asa@example.org")
    send = make_campaign(subject="The training week")
    make_letter(campaign=send, contact=contact)
    make_letter(campaign=send)

    (entry,) = read_timeline(contact=contact).entries

    assert (entry.kind, entry.title, entry.at) == ("letter", "The training week", NOON)
    assert entry.text == "Accepted by the mail server. To asa@example.org."
    assert entry.url == f"/admin/sends/inspect/{send.pk}/"


def test_letter_that_was_left_from_says_so():
    delivery = make_letter()
    DeliveryEvent.objects.create(delivery=delivery, type=EventType.UNSUBSCRIBED)

    entries = read_timeline(contact=delivery.contact).entries

    assert [entry.kind for entry in entries] == ["letter"]
    assert entries[0].text.endswith("The reader left from this letter.")


def test_what_went_wrong_stands_by_itself():
    delivery = make_letter()
    for hour, (event, why) in enumerate(
        [
            (EventType.BOUNCED, BounceClass.HARD),
            (EventType.COMPLAINED, ""),
            (EventType.AUTORESPONDED, ""),
            (EventType.CLICKED, ""),
            (EventType.DELIVERED, ""),
        ],
        start=1,
    ):
        DeliveryEvent.objects.create(
            delivery=delivery,
            type=event,
            bounce_class=why,
            detail="550 5.1.1",
            at=NOON + timedelta(hours=hour),
        )

    entries = read_timeline(contact=delivery.contact).entries

    assert [entry.kind for entry in entries] == [
        "replied",
        "complained",
        "bounced",
        "letter",
    ]
    assert entries[2].text == "No such address\n550 5.1.1"
    only = read_timeline(contact=delivery.contact, kind="bounced").entries
    assert [entry.kind for entry in only] == ["bounced"]


def test_seat_has_whom_each_letter_went_to():
    seat = make_seat(email="office@example.org")
    before, after = make_contact(), make_contact()
    make_letter(1, seat=seat, contact=before, address=seat.email)
    make_letter(2, seat=seat, contact=after, address=seat.email)
    make_letter(3, contact=after)

    entries = read_timeline(seat=seat, kind="letter").entries

    assert [entry.contact for entry in entries] == [after, before]
    assert "To office@example.org." in entries[0].text


def test_letter_to_somebody_erased_stays_without_name_and_address():
    seat = make_seat()
    delivery = make_letter(seat=seat)
    delivery.contact, delivery.address = None, ""
    delivery.save()

    (entry,) = read_timeline(seat=seat).entries

    assert (entry.contact, entry.text) == (None, "Accepted by the mail server.")


def test_organisation_has_each_send_once_with_how_many_people():
    organisation = make_organisation()
    send = make_campaign(subject="To two", started_at=NOON)
    for state in (DeliveryState.ACCEPTED, DeliveryState.FAILED):
        make_letter(
            campaign=send, seat=make_seat(organisation=organisation), state=state
        )
    make_letter(campaign=send, seat=make_seat())
    make_letter(campaign=make_campaign(), seat=make_seat())

    entries = read_timeline(organisation=organisation, kind="letter").entries

    assert [(entry.title, entry.text) for entry in entries] == [
        ("To two", "To 2 people here; accepted for 1.")
    ]


@pytest.mark.parametrize("about", ["contact", "organisation", "seat"])
def test_timeline_asks_the_same_for_one_and_three_letters(about):
    contact, organisation = make_contact(), make_organisation()
    seat = make_seat(organisation=organisation)
    things = {"contact": contact, "organisation": organisation, "seat": seat}
    counts = []
    for more in (1, 2):
        for _number in range(more):
            delivery = make_letter(contact=contact, seat=seat)
            DeliveryEvent.objects.create(delivery=delivery, type=EventType.BOUNCED)
        with CaptureQueriesContext(connection) as queries:
            read_timeline(**{about: things[about]})
        counts.append(len(queries))

    assert counts[0] == counts[1]
