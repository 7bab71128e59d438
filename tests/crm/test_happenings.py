"""What the register itself tells in timelines: of whom, and of which days."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone, translation

from crm.choices import ConsentAction, InteractionKind, SeatTaskReason
from crm.consent import record_consent
from crm.models import Interaction
from crm.seats import close_task, fill_seat, open_task
from crm.timeline import read_timeline
from tests.factories import (
    make_contact,
    make_organisation,
    make_purpose,
    make_seat,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def write(text="Called back", *, kind=InteractionKind.CALL, at=NOON, **about):
    return Interaction.objects.create(kind=kind, text=text, at=at, **about)


def titles(page):
    return [entry.title for entry in page.entries]


def test_contact_has_notes_seats_tasks_and_what_was_said():
    contact, user = make_contact(), make_user(first_name="Karin", last_name="Ek")
    seat = make_seat(title="Chair")
    today = timezone.localdate()
    fill_seat(seat, contact, starts_on=today - 30 * DAY, ends_on=today - DAY)
    write("Wants to leave", contact=contact, by=user, at=timezone.now() - 20 * DAY)
    write("About somebody else", contact=make_contact())
    record_consent(
        contact, make_purpose(), ConsentAction.OBJECTED, source="by telephone", by=user
    )
    task = open_task(seat, contact, SeatTaskReason.HAS_LEFT, "Has left us.")
    close_task(task, user)

    page = read_timeline(contact=contact)

    assert [entry.kind for entry in page.entries] == [
        "task",
        "said",
        "seat",
        "call",
        "seat",
    ]
    done, _said, left, note, took = page.entries
    assert done.text.startswith("Has left us.\nDone on")
    assert (left.title, took.title) == (
        f"Left the seat {seat}",
        f"Took the seat {seat}",
    )
    assert (note.title, note.who, note.owner_id) == (
        "Wants to leave",
        "Karin Ek",
        user.pk,
    )


def test_organisation_has_what_was_said_with_its_people_while_they_were_there():
    organisation, contact = make_organisation(), make_contact()
    seat = make_seat(organisation=organisation)
    fill_seat(seat, contact, starts_on=NOON.date() - DAY, ends_on=NOON.date() + DAY)
    write("Before", contact=contact, at=NOON - 3 * DAY)
    write("Meanwhile", contact=contact, at=NOON)
    write("Afterwards", contact=contact, at=NOON + 3 * DAY)
    write("With the organisation", organisation=organisation, at=NOON - 9 * DAY)
    write("With another", organisation=make_organisation())

    page = read_timeline(organisation=organisation, kind="call")

    assert titles(page) == ["Meanwhile", "With the organisation"]
    assert page.entries[0].contact == contact


def test_seat_has_who_held_it_and_no_notes():
    contact = make_contact()
    seat = make_seat(holder=contact, starts_on=NOON.date())
    write(contact=contact)

    page = read_timeline(seat=seat)

    assert [(e.kind, e.title, e.contact) for e in page.entries] == [
        ("seat", "Took the seat", contact)
    ]


def test_days_still_to_come_have_not_happened():
    tomorrow = timezone.localdate() + DAY
    seat = make_seat(holder=make_contact(), starts_on=tomorrow)

    assert read_timeline(seat=seat).entries == []
