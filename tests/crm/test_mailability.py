import itertools
from datetime import date, timedelta

import pytest
from django.utils import translation

from crm.choices import ConsentAction, LawfulBasis, SuppressionReason
from crm.consent import record_consent, suppress
from crm.mailability import explain_mailability, explain_trouble
from crm.models import Contact, Purpose
from tests.factories import make_contact, make_purpose, make_seat

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.mark.database
def test_words_say_the_same_as_the_query():
    purposes = [
        make_purpose(lawful_basis=LawfulBasis.CONSENT),
        make_purpose(lawful_basis=LawfulBasis.PUBLIC_TASK),
    ]
    said = [None, *ConsentAction]
    pauses = (None, TODAY, TODAY + timedelta(days=1))
    for action, seat_stopped, own_stopped, until in itertools.product(
        said, (None, False, True), (False, True), pauses
    ):
        contact = make_contact(paused_until=until)
        if action:
            record_consent(contact, purposes[0], action, source="test")
        if seat_stopped is not None:
            seat = make_seat(holder=contact, email=f"seat{contact.pk}@example.org")
            if seat_stopped:
                suppress(seat.email, SuppressionReason.BOUNCE)
        if own_stopped:
            suppress(contact.email, SuppressionReason.BOUNCE)

    for purpose in Purpose.objects.all():
        by_query = {
            contact.pk: contact.mail_address
            for contact in Contact.objects.mailable(purpose, TODAY)
        }
        by_words = {
            contact.pk: answer.address
            for contact in Contact.objects.all()
            for answer in explain_mailability(contact, TODAY)
            if answer.purpose == purpose and answer.is_mailable
        }
        assert by_words == by_query
        assert 0 < len(by_query) < Contact.objects.count()


def test_stopped_address_is_named_with_its_reason():
    contact = make_contact()
    make_purpose()
    suppress(contact.email, SuppressionReason.BOUNCE)

    (answer,) = explain_mailability(contact, TODAY)

    assert answer.reason == "The address is stopped: the address bounces."


def test_pause_is_named_with_its_day_and_ends_by_itself():
    contact = make_contact(paused_until=date(2026, 3, 3))
    make_purpose()

    (resting,) = explain_mailability(contact, TODAY)
    (back,) = explain_mailability(contact, date(2026, 3, 3))

    assert (resting.is_mailable, resting.reason) == (
        False,
        "Wants no mail before 3 March 2026.",
    )
    assert back.is_mailable
    assert explain_trouble(contact, TODAY) == [
        f"{contact} rests from mail. Wants no mail before 3 March 2026."
    ]


def test_objection_to_one_purpose_stops_every_purpose():
    contact = make_contact()
    purposes = [make_purpose(), make_purpose()]
    record_consent(contact, purposes[0], ConsentAction.OBJECTED, source="letter")

    answers = explain_mailability(contact, TODAY)

    assert [answer.reason for answer in answers] == ["Has objected to all mail."] * 2
