"""What a file says its people said: proof of a yes kept, a no believed, nobody revived."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from crm.choices import ConsentAction, LawfulBasis, SuppressionReason
from crm.consent import hash_of, record_consent, suppress
from crm.models import ConsentEntry, ConsentState, Contact, Suppression
from tests.crm.imports.runs import errors_of, run, statuses_of
from tests.factories import make_contact, make_purpose

pytestmark = [pytest.mark.django_db, pytest.mark.database]

MAILCHIMP = (
    "Email Address,First Name,Last Name,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,"
    "CONFIRM_IP,TAGS\n"
    'ada@b.example,Ada,Ek,4,2019-03-01 10:00:00,192.0.2.4,2019-03-01 10:05:12,192.0.2.4,"a, b"\n'
)


@pytest.fixture
def consent():
    return make_purpose(lawful_basis=LawfulBasis.CONSENT, name_en="Invitations")


@pytest.fixture
def task():
    return make_purpose(lawful_basis=LawfulBasis.PUBLIC_TASK, name_en="Newsletter")


def states():
    return sorted(ConsentState.objects.values_list("contact__email", "status"))


def mailable(purpose):
    on = timezone.localdate()
    return [contact.email for contact in Contact.objects.mailable(purpose, on)]


def test_yes_with_its_day_is_kept_as_proof_and_counts(consent):
    outcome = run(MAILCHIMP, purpose=consent)

    entry = ConsentEntry.objects.get()
    assert outcome.rows[0].changes[-1] == (
        "consent to “Invitations”",
        "",
        "said yes on 2019-03-01",
    )
    assert (entry.action, entry.at, entry.source) == (
        ConsentAction.GIVEN,
        datetime(2019, 3, 1, 10, 5, 12, tzinfo=UTC),
        "import: people.csv",
    )
    assert {key: entry.proof[key] for key in ("OPTIN_IP", "TAGS", "row")} == {
        "OPTIN_IP": "192.0.2.4",
        "TAGS": "a, b",
        "row": 2,
    }
    assert mailable(consent) == ["ada@b.example"]


def test_yes_is_recorded_once(consent):
    run(MAILCHIMP, purpose=consent)

    again = run(MAILCHIMP, purpose=consent)

    assert statuses_of(again) == [(2, "unchanged")]
    assert ConsentEntry.objects.count() == 1


def test_yes_where_the_ground_is_another_writes_nothing(task):
    run(MAILCHIMP, purpose=task)

    assert ConsentEntry.objects.count() == 0


@pytest.mark.parametrize("action", [ConsentAction.WITHDRAWN, ConsentAction.OBJECTED])
def test_yes_never_goes_over_a_no(consent, action):
    ada = make_contact(email="ada@b.example", given_name="Ada", family_name="Ek")
    record_consent(ada, consent, action, source="test")

    outcome = run(MAILCHIMP, purpose=consent)

    assert statuses_of(outcome) == [(2, "unchanged")]
    assert len(outcome.rows[0].notes) == 1
    assert (states(), mailable(consent)) == ([("ada@b.example", action)], [])


def test_yes_never_goes_over_an_objection_to_something_else(consent, task):
    ada = make_contact(email="ada@b.example")
    record_consent(ada, task, ConsentAction.OBJECTED, source="test")

    run(MAILCHIMP, purpose=consent)

    assert states() == [("ada@b.example", "objected")]


def test_yes_of_a_stopped_address_is_not_counted(consent):
    suppress("ada@b.example", SuppressionReason.BOUNCE)

    run(MAILCHIMP, purpose=consent)

    assert states() == []


@pytest.mark.parametrize("word", ["unsubscribed", "Disabled", "blocklisted"])
def test_no_in_the_file_keeps_somebody_new_out_of_every_purpose(task, consent, word):
    other = make_purpose(lawful_basis=LawfulBasis.LEGITIMATE_INTEREST)

    outcome = run(
        f"uuid,email,name,attributes,status\nx,ada@b.example,Ada Ek,{{}},{word}\n",
        purpose=task,
    )

    assert statuses_of(outcome) == [(2, "new")]
    assert outcome.rows[0].notes == ("The import makes no mail go there.",)
    assert Contact.objects.get().full_name == "Ada Ek"
    assert [mailable(purpose) for purpose in (task, other, consent)] == [[], [], []]


def test_bounce_in_the_file_stops_the_address(task):
    run(
        "Email Address,MEMBER_RATING,CLEAN_TIME\nada@b.example,1,2020-01-01 00:00:00\n",
        purpose=task,
    )

    stop = Suppression.objects.get()
    assert (stop.address_hash, stop.reason) == (hash_of("ada@b.example"), "bounce")
    assert mailable(task) == []


def test_no_in_the_file_over_a_yes_here_is_said_and_left_to_people(consent):
    ada = make_contact(email="ada@b.example", given_name="Ada", family_name="Ek")
    record_consent(ada, consent, ConsentAction.GIVEN, source="form")

    outcome = run(
        "Email Address,MEMBER_RATING,UNSUB_TIME\nada@b.example,1,2020-01-01\n",
        purpose=consent,
    )

    assert statuses_of(outcome) == [(2, "unchanged")]
    assert outcome.rows[0].notes == (
        "The file says no, the register has a yes for “Invitations”. Ask, and put it "
        "right by hand.",
    )
    assert states() == [("ada@b.example", "given")]


def test_unreadable_time_and_unknown_word_are_errors(consent):
    outcome = run(
        "uuid,email,name,attributes,status\nx,ada@b.example,Ada,,perhaps\n",
        purpose=consent,
    )
    other = run(
        "Email Address,MEMBER_RATING,CONFIRM_TIME\nada@b.example,1,in May\n",
        purpose=consent,
    )

    assert [label for _row, label, _said in errors_of(outcome) + errors_of(other)] == [
        "subscribed or not",
        "when they said yes",
    ]


def test_time_in_the_future_counts_as_now(consent):
    run(
        "Email Address,MEMBER_RATING,CONFIRM_TIME\nada@b.example,1,2999-01-01\n",
        purpose=consent,
    )

    assert ConsentEntry.objects.get().at <= timezone.now()
