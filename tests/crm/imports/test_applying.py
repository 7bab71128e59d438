"""What importing a sheet writes, and what it leaves as it is."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import ModelLogEntry

from crm.imports.outcome import Change
from crm.models import Contact, Role, Seat, Topic
from tests.crm.imports.runs import addresses, run, statuses_of
from tests.factories import make_contact, make_network, make_seat, make_topic, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_import_dry_run_says_the_same_and_writes_nothing(office):
    text = (
        "E-post;Förnamn;Ämnen;Organisation;Roll\n"
        "a@b.example;Ada;Skola;Ny kommun;trollkarl\n"
    )

    tried = run(text, dry_run=True, creates_unknown=True)
    before = (addresses(), Topic.objects.count(), ModelLogEntry.objects.count())
    done = run(text, creates_unknown=True)

    assert before == ([], 0, 0)
    assert (tried.is_done, done.is_done) == (False, True)
    assert (tried.rows, tried.created) == (done.rows, done.created)
    assert tried.digest == done.digest


def test_import_other_outcome_than_agreed_is_rolled_back():
    tried = run("E-post;Förnamn\na@b.example;Ada\n", dry_run=True)
    make_contact(email="a@b.example", given_name="Anna", family_name="")

    refused = run("E-post;Förnamn\na@b.example;Ada\n", expected=tried.digest)

    assert (refused.is_done, statuses_of(refused)) == (False, [(2, "changed")])
    assert Contact.objects.get().given_name == "Anna"


def test_import_same_file_twice_changes_nothing_the_second_time(office):
    make_network(slug="net", name="Nätet")
    make_topic(name_sv="Skola")
    text = (
        "E-post;Förnamn;Telefon;Ämnen;Organisation;Roll;Nätverk;Titel;Funktionsadress;Från\n"
        "a@b.example;Ada;+46 8 1;Skola;Norrhamns kommun;samordnare;nätet;Chef;"
        "chef@b.example;2024-03-01\n"
    )
    run(text)
    logged = ModelLogEntry.objects.count()
    changed_at = Contact.objects.get().updated_at

    outcome = run(text)

    assert statuses_of(outcome) == [(2, "unchanged")]
    assert ModelLogEntry.objects.count() == logged
    assert Contact.objects.get().updated_at == changed_at


def test_import_known_address_in_other_case_changes_that_contact():
    make_contact(email="asa@b.example", given_name="Asa", family_name="Berg", phone="1")

    outcome = run("E-post;Förnamn;Telefon\nASA@B.EXAMPLE;Åsa;2\n")

    assert [row.changes for row in outcome.rows] == [
        (Change("given name", "Asa", "Åsa"), Change("telephone", "1", "2"))
    ]
    contact = Contact.objects.get()
    assert (contact.full_name, contact.phone) == ("Åsa Berg", "2")


def test_import_blank_cells_leave_what_is_there(office):
    topic = make_topic()
    ada = make_contact(
        email="a@b.example",
        given_name="Ada",
        family_name="Ek",
        phone="1",
        language="en",
        topics=[topic],
    )
    seat = make_seat(
        organisation=office,
        role=Role.objects.get(),
        title="Chef",
        email="chef@b.example",
        holder=ada,
        starts_on=date(2024, 3, 1),
    )

    outcome = run(
        "E-post;Förnamn;Efternamn;Språk;Telefon;Ämnen;Organisation;Roll;Nätverk;Titel;"
        "Funktionsadress;Från\n"
        "a@b.example;;;;;;Norrhamns kommun;samordnare;;;;\n"
    )

    assert statuses_of(outcome) == [(2, "unchanged")]
    ada.refresh_from_db()
    seat.refresh_from_db()
    assert (ada.full_name, ada.phone, ada.language) == ("Ada Ek", "1", "en")
    assert list(ada.topics.all()) == [topic]
    assert (seat.title, seat.email) == ("Chef", "chef@b.example")
    assert seat.affiliations.get().starts_on == date(2024, 3, 1)


def test_import_creates_unknown_names_only_when_asked(office):
    text = (
        "E-post;Ämnen;Organisation;Roll\n"
        "a@b.example;Fiske | Jakt;Ny kommun;Trollkarl\n"
        "c@b.example;fiske;ny KOMMUN;samordnare\n"
    )

    refused, done = run(text), run(text, creates_unknown=True)

    assert (refused.is_done, done.is_done) == (False, True)
    assert sorted(done.created) == [
        "Organisation: Ny kommun (kind “Other”, Sweden – put that right in the "
        "register afterwards)",
        "Role: Trollkarl",
        "Topic: Fiske",
        "Topic: Jakt",
    ]
    assert sorted(Topic.objects.values_list("slug", flat=True)) == ["fiske", "jakt"]
    assert Seat.objects.filter(organisation__name="Ny kommun").count() == 2


def test_import_names_the_file_in_each_changed_contacts_history(office):
    user = make_user()

    run("E-post;Förnamn\na@b.example;Ada\n", user=user)

    entry = ModelLogEntry.objects.get()
    assert (entry.object_id, entry.user, entry.message) == (
        str(Contact.objects.get().pk),
        user,
        "Imported from people.csv",
    )


def test_import_of_more_rows_costs_no_more_queries(office):
    head = "E-post;Förnamn;Ämnen;Organisation;Roll;Titel\n"
    make_topic(name_sv="Skola")
    rows = [
        f"p{n}@b.example;P{n};skola;Norrhamns kommun;samordnare;T{n}\n"
        for n in range(60)
    ]

    with CaptureQueriesContext(connection) as few:
        run(head + rows[0])
    with CaptureQueriesContext(connection) as many:
        run(head + "".join(rows[1:]))

    assert len(many) == len(few)
