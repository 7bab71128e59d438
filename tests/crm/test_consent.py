import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from crm.choices import ConsentAction, ConsentStatus, SuppressionReason
from crm.consent import (
    lift_suppression,
    record_consent,
    suppress,
    withdraw_consent,
)
from crm.exceptions import AddressError
from crm.models import ConsentEntry, ConsentState, Suppression
from tests.factories import make_contact, make_purpose, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.database]

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def ledger():
    return list(ConsentEntry.objects.order_by("pk").values_list("action", flat=True))


def states():
    return list(ConsentState.objects.order_by("pk").values_list("status", "since"))


def test_record_writes_entry_and_state_together():
    contact, purpose, user = make_contact(), make_purpose(version=3), make_user()

    entry = record_consent(
        contact, purpose, ConsentAction.GIVEN, source="form", by=user, at=NOON
    )

    entry.refresh_from_db()
    assert (entry.contact, entry.purpose, entry.by) == (contact, purpose, user)
    assert (entry.at, entry.source) == (NOON, "form")
    assert (entry.wording, entry.wording_version) == (purpose.wording, 3)
    assert states() == [(ConsentStatus.GIVEN, NOON)]


def test_record_wording_changed_later_leaves_the_entry():
    purpose = make_purpose(wording_sv="Det gamla.")
    entry = record_consent(make_contact(), purpose, ConsentAction.GIVEN, source="form")

    purpose.wording_sv = "Det nya."
    purpose.save()

    entry.refresh_from_db()
    assert entry.wording == "Det gamla."


def test_record_the_same_again_is_evidence_too():
    contact, purpose = make_contact(), make_purpose()

    for minutes in (0, 5):
        record_consent(
            contact,
            purpose,
            ConsentAction.GIVEN,
            source="form",
            at=NOON + timedelta(minutes=minutes),
        )

    assert ledger() == ["given", "given"]
    assert states() == [(ConsentStatus.GIVEN, NOON + timedelta(minutes=5))]


@pytest.mark.parametrize(
    ("actions", "status"),
    [
        (["given"], "given"),
        (["given", "withdrawn"], "withdrawn"),
        (["withdrawn", "returned"], "given"),
        (["given", "objected"], "objected"),
        (["objected", "withdrawn"], "objected"),
        (["objected", "returned"], "given"),
    ],
)
def test_record_state_is_where_the_ledger_leads(actions, status):
    contact, purpose = make_contact(), make_purpose()

    for number, action in enumerate(actions):
        record_consent(
            contact,
            purpose,
            ConsentAction(action),
            source="form",
            at=NOON + timedelta(hours=number),
        )

    assert ledger() == actions
    assert ConsentState.objects.get().status == status


def test_record_of_earlier_days_leaves_what_was_said_since():
    contact, purpose = make_contact(), make_purpose()
    record_consent(contact, purpose, ConsentAction.WITHDRAWN, source="link", at=NOON)

    record_consent(
        contact,
        purpose,
        ConsentAction.GIVEN,
        source="found on paper",
        at=NOON - timedelta(days=400),
    )

    assert ledger() == ["withdrawn", "given"]
    assert states() == [(ConsentStatus.WITHDRAWN, NOON)]


def test_withdraw_without_any_state_leaves_the_purpose():
    assert withdraw_consent(make_contact(), make_purpose(), source="link") is True

    assert ledger() == ["withdrawn"]
    assert ConsentState.objects.get().status == ConsentStatus.WITHDRAWN


def test_withdraw_twice_writes_one_entry():
    contact, purpose = make_contact(), make_purpose()

    assert withdraw_consent(contact, purpose, source="link") is True
    assert withdraw_consent(contact, purpose, source="link") is False

    assert ledger() == ["withdrawn"]


def test_withdraw_leaves_an_objection_in_force():
    contact, purpose = make_contact(), make_purpose()
    record_consent(contact, purpose, ConsentAction.OBJECTED, source="letter")

    assert withdraw_consent(contact, purpose, source="link") is False

    assert ConsentState.objects.get().status == ConsentStatus.OBJECTED


def test_withdraw_leaves_other_purposes_and_people_alone():
    contact, purpose = make_contact(), make_purpose()
    record_consent(contact, make_purpose(), ConsentAction.GIVEN, source="form")
    record_consent(make_contact(), purpose, ConsentAction.GIVEN, source="form")

    withdraw_consent(contact, purpose, source="link")

    assert [status for status, _since in states()] == ["given", "given", "withdrawn"]


@pytest.mark.django_db(transaction=True)
def test_withdraw_by_two_posts_at_once_writes_one_entry():
    contact, purpose = make_contact(), make_purpose()
    together = threading.Barrier(2)
    answers = []

    def leave():
        together.wait()
        answers.append(withdraw_consent(contact, purpose, source="link"))
        connection.close()

    threads = [threading.Thread(target=leave) for _number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [False, True]
    assert ledger() == ["withdrawn"]


def test_suppress_stops_the_address_whatever_its_case():
    stopped = suppress("Asa@Example.ORG", SuppressionReason.BOUNCE, note="5.1.1")

    contact = make_contact(email="asa@example.org")
    assert stopped.address_hash == contact.address_hash
    assert (stopped.reason, stopped.note) == (SuppressionReason.BOUNCE, "5.1.1")


@pytest.mark.parametrize(
    "wish", [SuppressionReason.COMPLAINT, SuppressionReason.ERASURE]
)
def test_suppress_wish_of_the_person_goes_before_a_bounce(wish):
    suppress("asa@example.org", SuppressionReason.BOUNCE, note="5.1.1")

    suppress("asa@example.org", wish)
    suppress("asa@example.org", SuppressionReason.BOUNCE, note="5.1.1")

    assert list(Suppression.objects.values_list("reason", "note")) == [(wish, "")]


def test_suppress_again_keeps_the_first_reason():
    suppress("asa@example.org", SuppressionReason.COMPLAINT)

    again = suppress("asa@example.org", SuppressionReason.BOUNCE)

    assert again.reason == SuppressionReason.COMPLAINT
    assert Suppression.objects.count() == 1


def test_suppression_holds_no_address():
    suppress("asa@example.org", SuppressionReason.MANUAL)

    assert "example" not in str(Suppression.objects.values().get())


def test_suppress_what_is_no_address_is_refused():
    with pytest.raises(AddressError):
        suppress("asa", SuppressionReason.MANUAL)

    assert Suppression.objects.count() == 0


def test_lift_suppression_says_whether_it_was_stopped():
    suppress("asa@example.org", SuppressionReason.BOUNCE)

    assert lift_suppression("ASA@example.org") is True
    assert lift_suppression("asa@example.org") is False
