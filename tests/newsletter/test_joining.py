"""Signing up on the website: asked in a form, confirmed from the mailbox."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from crm.choices import ConsentAction, ConsentStatus, SuppressionReason
from crm.consent import record_consent, suppress
from crm.models import ConsentEntry, Contact
from crm.pruning import forget_old_records
from newsletter.models import SignUp
from newsletter.public_forms import make_moment
from tests.factories import make_contact, make_newsletter, make_purpose, make_topic

pytestmark = pytest.mark.django_db
LINK = re.compile(r"http://\S+?(/confirm/\S+)")
SENT = 302


@pytest.fixture
def newsletter():
    return make_newsletter(
        slug="brevet",
        name="Brevet",
        is_open=True,
        purpose=make_purpose(lawful_basis="consent"),
    )


def sign_up(client, address="anna@solna.example", language="sv", *, seconds=5, **more):
    """Fill in the form as a person does, some seconds after it was shown."""
    with time_machine.travel(timezone.now() - timedelta(seconds=seconds)):
        made = make_moment()
    data = {"address": address, "made": made, **more}
    with time_machine.travel(timezone.now()):
        return client.post(f"/join/brevet/{language}/", data)


def follow_mail() -> str:
    return LINK.search(mail.outbox[-1].body)[1]


@pytest.fixture
def ask(client, newsletter, django_capture_on_commit_callbacks):
    """Return how to send the form; what waits for the commit has run then."""

    def send(*args, **more):
        with django_capture_on_commit_callbacks(execute=True):
            return sign_up(client, *args, **more)

    return send


@pytest.mark.parametrize("path", ["/join/none/sv/", "/join/brevet/de/"])
def test_form_that_is_none_is_not_found(client, newsletter, path):
    assert client.get(path).status_code == 404


def test_closed_newsletter_takes_no_sign_ups(client, newsletter):
    newsletter.is_open = False
    newsletter.save()

    assert sign_up(client).status_code == 404
    assert not SignUp.objects.exists()


def test_address_that_is_none_is_said_and_nothing_lost(ask):
    page = ask("solna", given_name="Anna")

    assert page.status_code == 422
    assert 'value="Anna"' in page.content.decode()
    assert not SignUp.objects.exists()


def test_machine_gets_the_answer_and_nothing_happens(ask):
    assert ask(homepage="https://spam.example").status_code == SENT
    assert ask(seconds=0).status_code == 422
    assert (SignUp.objects.count(), mail.outbox) == (0, [])


def test_nobody_is_a_contact_before_the_mail_is_confirmed(ask):
    response = ask(given_name="Anna", family_name="Ek")

    assert response.url == "/join/brevet/sv/?sent"
    assert not Contact.objects.exists()
    assert [m.to for m in mail.outbox] == [["anna@solna.example"]]


def test_mail_holds_no_word_of_the_form(ask):
    ask(given_name="BUY NOW http://spam.example", family_name="Ek")

    written = mail.outbox[0].subject + mail.outbox[0].body
    assert "BUY NOW" not in written
    assert "Ek" not in written


def test_opening_the_link_changes_nothing_and_the_button_confirms(client, ask):
    topic = make_topic()
    ask(given_name="Anna", topics=[topic.pk])
    link = follow_mail()

    assert client.get(link).status_code == client.head(link).status_code == 200
    assert not Contact.objects.exists()
    page = client.post(link)

    contact = Contact.objects.get()
    assert "a***@solna.example" in page.content.decode()
    assert (contact.email, contact.given_name) == ("anna@solna.example", "Anna")
    assert list(contact.topics.all()) == [topic]
    entry = ConsentEntry.objects.get()
    assert (entry.contact, entry.action) == (contact, ConsentAction.GIVEN)
    assert entry.source == "form on the website, confirmed by mail"
    assert set(entry.proof) == {"asked_at", "language"}
    assert not SignUp.objects.exists()


def test_link_works_once_and_for_a_week(client, ask):
    ask()
    link = follow_mail()
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        assert client.post(link).status_code == 404
    assert client.post(link).status_code == 200

    assert client.post(link).status_code == 404
    assert client.get("/confirm/forged/").status_code == 404


def test_known_contact_keeps_what_the_register_knows(client, ask):
    known = make_contact(email="anna@solna.example", given_name="Anna-Karin")
    ask("Anna@Solna.example", given_name="Hacker", language="en")

    client.post(follow_mail())

    known.refresh_from_db()
    assert (Contact.objects.count(), known.given_name) == (1, "Anna-Karin")
    assert known.consent_states.get().status == ConsentStatus.GIVEN


def test_who_left_may_come_back(client, ask, newsletter):
    known = make_contact(email="anna@solna.example")
    record_consent(known, newsletter.purpose, ConsentAction.WITHDRAWN, source="letter")
    ask()

    client.post(follow_mail())

    assert known.consent_states.get().status == ConsentStatus.GIVEN


def test_who_gets_it_already_is_told_so_by_mail_only(client, ask, newsletter):
    known = make_contact(email="anna@solna.example")
    record_consent(known, newsletter.purpose, ConsentAction.GIVEN, source="form")

    answers = {
        ask(address).content for address in ("anna@solna.example", "b@x.example")
    }

    assert len(answers) == 1
    first, second = mail.outbox
    assert LINK.search(first.body) is None
    assert LINK.search(second.body)


def test_stopped_address_gets_the_answer_and_no_mail(ask):
    suppress("anna@solna.example", SuppressionReason.COMPLAINT)

    assert ask().status_code == SENT
    assert mail.outbox == []


def test_same_address_is_mailed_once_a_day(ask):
    for _time in range(3):
        assert ask().status_code == SENT
    assert len(mail.outbox) == 1

    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        ask()
    assert len(mail.outbox) == 2


def test_many_tries_from_one_place_are_refused(ask):
    statuses = [ask(f"p{n}@x.example").status_code for n in range(12)]

    assert statuses == [SENT] * 10 + [429] * 2


def test_mistyped_addresses_are_not_counted(ask):
    statuses = [ask("solna").status_code for _number in range(12)]

    assert (set(statuses), ask("anna@solna.example").status_code) == ({422}, SENT)


@pytest.mark.parametrize(
    "pasted",
    [
        " anna@solna.example\u200b", "<anna@solna.example>", "mailto:anna@solna.example",
        "anna@solna.example;", "\ufeffAnna@Solna.example.",
    ],
)  # fmt: skip
def test_address_may_be_pasted_with_what_stood_round_it(ask, pasted):
    ask(pasted)

    assert SignUp.objects.get().email == "anna@solna.example"


def test_wish_nobody_confirmed_is_forgotten_after_fourteen_days(ask):
    ask()
    forget_old_records()
    assert SignUp.objects.count() == 1

    SignUp.objects.update(asked_at=timezone.now() - timedelta(days=15))
    forget_old_records()

    assert not SignUp.objects.exists()


def test_form_and_mail_are_in_the_language_of_the_form(client, ask):
    assert '<html lang="en">' in client.get("/join/brevet/en/").content.decode()
    ask(language="en")

    assert mail.outbox[0].subject == "Confirm Brevet"
