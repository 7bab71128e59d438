"""Requests about own data in the admin: seen, counted down, answered."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone, translation

from crm.choices import RequestKind
from crm.models import DataRequest
from crm.requests import answer_request, ask, note_copy
from crm.timeline import read_timeline
from tests.factories import make_contact
from tests.newsletter.browsing import count_queries, log_in

pytestmark = pytest.mark.django_db
LIST = "/admin/register/requests/"


def make_request(kind=RequestKind.ERASURE, *, days_ago=0, **fields) -> DataRequest:
    contact = fields.pop("contact", None) or make_contact()
    at = timezone.now() - timedelta(days=days_ago)
    return DataRequest.objects.create(contact=contact, kind=kind, asked_at=at, **fields)


@pytest.fixture
def keeper():
    return log_in("Register keepers")


@pytest.fixture
def answer(keeper, django_capture_on_commit_callbacks):
    """Return how to answer a request; what waits for the commit has run then."""

    def post(row, client=keeper, **posted):
        data = {f"{row.pk}-{name}": value for name, value in posted.items()}
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(f"{LIST}{row.pk}/answer/", data)

    return post


@time_machine.travel("2026-03-30 12:00Z", tick=False)
def test_open_ones_come_oldest_first_with_the_days_that_are_left(keeper):
    fresh = make_request()
    late = make_request(days_ago=30)
    urgent = make_request(RequestKind.CORRECTION, days_ago=25, text="It is Öberg.")
    make_request(days_ago=3, closed_at=timezone.now())

    shown = keeper.get(LIST)

    rows = [
        (each["row"], each["left"], each["is_late"], each["is_urgent"])
        for each in shown.context["requests"]
    ]
    assert rows == [
        (late, -2, True, False),
        (urgent, 3, False, True),
        (fresh, 28, False, False),
    ]
    html = shown.content.decode()
    assert "2 days late" in html
    assert "It is Öberg." in html


def test_answering_closes_it_and_mails_the_office_s_words(keeper, answer):
    row = make_request(contact=make_contact(language="en"))

    answer(row, answer="You are erased.", is_mailed="on")

    row.refresh_from_db()
    assert (row.answer, row.closed_by) == ("You are erased.", keeper.user)
    (letter,) = mail.outbox
    assert letter.to == [row.contact.email]
    assert "You are erased." in letter.body
    assert keeper.get(LIST).context["requests"] == []
    closed = keeper.get(f"{LIST}?closed").context["requests"]
    assert [each["row"] for each in closed] == [row]


def test_answer_without_mail_or_without_a_contact_mails_nothing(answer):
    row, orphan = make_request(), make_request()
    orphan.contact.delete()

    answer(row, answer="Done by telephone.")
    answer(orphan, answer="Erased.", is_mailed="on")

    assert not DataRequest.objects.filter(closed_at__isnull=True).exists()
    assert mail.outbox == []


def test_answer_needs_words_and_is_given_once(answer):
    row = make_request()

    answer(row, answer="")
    assert DataRequest.objects.filter(closed_at__isnull=True).count() == 1

    answer(row, answer="First.")
    answer(row, answer="Second.")
    row.refresh_from_db()
    assert row.answer == "First."


def test_auditor_reads_and_does_not_answer(answer):
    auditor, row = log_in("Auditors"), make_request()

    shown = auditor.get(LIST)
    refused = answer(row, auditor, answer="Done.")

    assert (shown.status_code, "<textarea" in shown.content.decode()) == (200, False)
    assert refused.status_code == 302
    assert not DataRequest.objects.filter(closed_at__isnull=False).exists()


def test_open_request_stands_on_the_contact_and_on_the_first_page(keeper):
    contact = make_contact()
    ask(contact, RequestKind.ERASURE, "", now=datetime(2026, 3, 2, tzinfo=UTC))

    for address in (f"/admin/register/contacts/inspect/{contact.pk}/", "/admin/"):
        assert "#request-" in keeper.get(address).content.decode()
    nobody = log_in("Editors")
    assert "#request-" not in nobody.get("/admin/").content.decode()


def test_timeline_tells_what_was_asked_and_that_a_copy_was_taken():
    contact, now = make_contact(), datetime(2026, 3, 2, 12, tzinfo=UTC)
    note_copy(contact, now=now)
    row = ask(contact, RequestKind.CORRECTION, "It is Öberg.", now=now)
    answer_request(row, "Put right.", by=None, now=now)
    ask(contact, RequestKind.ERASURE, "", now=now + timedelta(days=1))

    with translation.override("en"):
        entries = read_timeline(contact=contact, kind="request").entries

    assert [(entry.title, entry.text) for entry in entries] == [
        ("Asks: be erased. To be answered by 31 Mar 2026.", ""),
        (
            "Asked, and was answered: have something put right",
            "It is Öberg.\nPut right.",
        ),
        ("Took a copy of their own data", ""),
    ]


def test_words_go_with_the_contact_and_the_request_stays(keeper):
    contact = make_contact()
    ask(contact, RequestKind.ERASURE, "I am ill.", now=timezone.now())

    keeper.post(f"/admin/register/contacts/delete/{contact.pk}/", {})

    row = DataRequest.objects.get()
    assert (row.contact, row.text, row.closed_at) == (None, "", None)


def test_query_count_does_not_grow_with_requests(keeper):
    make_request()
    one = count_queries(keeper, LIST)
    make_request()
    make_request()

    assert count_queries(keeper, LIST) == one
