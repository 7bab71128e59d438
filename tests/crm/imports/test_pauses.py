"""A rest from mail in a file: begun or lengthened by it, never ended."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from crm.exports.contacts import contact_rows
from crm.imports.files import read_sheet
from crm.imports.undoing import undo_import
from crm.models import Contact, ImportBatch
from crm.pausing import last_day
from tests.crm.imports.runs import errors_of, run, statuses_of
from tests.factories import make_contact

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def pause_of(email: str) -> date | None:
    return Contact.objects.get(email=email).paused_until


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (lambda: "soon", "“soon” is no date. Write it like 2026-03-01."),
        (
            lambda: (last_day(timezone.localdate()) + timedelta(days=1)).isoformat(),
            "Choose a day after today, at the latest",
        ),
    ],
)
def test_rest_that_cannot_be_is_an_error_of_its_row(cell, said):
    outcome = run(f"E-post;Pausad till\na@b.example;{cell()}\n")

    ((row, label, sentence),) = errors_of(outcome)
    assert (row, label) == (2, "paused until")
    assert sentence.startswith(said)
    assert not Contact.objects.exists()


@pytest.mark.parametrize("days", [None, -30, 3])
def test_import_never_ends_or_shortens_a_rest(days):
    make_contact(email="a@b.example", paused_until=in_days(20))
    cell = "" if days is None else in_days(days).isoformat()

    outcome = run(f"Email;Paused until\na@b.example;{cell}\n")

    assert statuses_of(outcome) == [(2, "unchanged")]
    assert pause_of("a@b.example") == in_days(20)
    notes = outcome.rows[0].notes
    assert [note.endswith("an import does not shorten that.") for note in notes] == (
        [True] if days == 3 else []
    )


def test_import_begins_and_lengthens_rests_and_undoing_takes_that_back():
    make_contact(email="known@b.example", paused_until=in_days(5))
    until = in_days(40)

    outcome = run(
        f"Email;Paused until\nknown@b.example;{until}\nnew@b.example;{until}\n"
    )

    assert statuses_of(outcome) == [(2, "changed"), (3, "new")]
    change = outcome.rows[0].changes[0]
    assert (change.old, change.new) == (in_days(5).isoformat(), until.isoformat())
    assert {pause_of("known@b.example"), pause_of("new@b.example")} == {until}

    undo_import(ImportBatch.objects.get(), None)

    assert pause_of("known@b.example") == in_days(5)


def test_exported_rest_is_read_back_unchanged():
    make_contact(email="a@b.example", paused_until=in_days(9))
    headings, row = contact_rows(Contact.objects.all())
    text = "\n".join(";".join(cells) for cells in (headings, row))

    assert dict(zip(headings, row, strict=True))["paused_until"] == str(in_days(9))
    assert "paused_until" in read_sheet(text.encode()).columns
    assert statuses_of(run(text)) == [(2, "unchanged")]
