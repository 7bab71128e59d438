"""Imports as they stand in the timeline."""

import pytest

from crm.models import Contact
from crm.timeline import read_timeline
from tests.crm.imports.runs import run
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_timeline_says_which_files_a_contact_came_with_and_was_changed_by():
    user = make_user(username="kim")
    run("E-post;Förnamn\na@b.example;Ada\n", user=user)
    run("E-post;Förnamn\na@b.example;Anna\n", user=user)

    page = read_timeline(contact=Contact.objects.get(), kind="imported")

    assert [(entry.title, entry.who) for entry in page.entries] == [
        ("Changed by the import of people.csv, row 2", "kim"),
        ("Came in with the import of people.csv, row 2", "kim"),
    ]


def test_timeline_of_an_organisation_has_no_imports(office):
    assert read_timeline(organisation=office, kind="imported").entries == []
