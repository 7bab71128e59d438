"""What importing a sheet does to the register, and what it never does."""

from datetime import date

import pytest

from crm.imports.outcome import ImportOptions
from crm.imports.reading import read_sheet
from crm.models import (
    Affiliation,
    Contact,
)
from crm.resources import import_contacts
from tests.factories import (
    make_organisation,
    make_role,
    make_topic,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def run(text, *, dry_run=False, expected="", user=None, **options):
    return import_contacts(
        read_sheet(text.encode()),
        ImportOptions(**options),
        file_name="people.csv",
        user=user,
        dry_run=dry_run,
        expected=expected,
    )


def errors_of(outcome):
    return [
        (row.number, error.label, error.message)
        for row in outcome.rows
        for error in row.errors
    ]


def statuses_of(outcome):
    return [(row.number, row.status.value) for row in outcome.rows]


def test_import_new_contact_with_seat_writes_both():
    organisation = make_organisation(name="Norrhamns kommun")
    role = make_role(name_sv="samordnare")
    topic = make_topic(name_sv="Skola")

    outcome = run(
        "Förnamn;Efternamn;E-post;Språk;Ämnen;Organisation;Roll;Titel;Från\n"
        "Åsa;Öberg;Asa@Norrhamn.example;svenska;skola;norrhamns kommun;Samordnare;"
        "Integrationssamordnare;2024-03-01\n"
    )

    assert errors_of(outcome) == []
    assert (outcome.is_done, statuses_of(outcome)) == (True, [(2, "new")])
    contact = Contact.objects.get()
    assert (contact.full_name, contact.email) == ("Åsa Öberg", "asa@norrhamn.example")
    assert list(contact.topics.all()) == [topic]
    held = Affiliation.objects.get()
    assert (held.contact, held.organisation, held.role, held.starts_on) == (
        contact,
        organisation,
        role,
        date(2024, 3, 1),
    )
    assert held.seat.title == "Integrationssamordnare"
