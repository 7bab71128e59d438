"""Taking an import back: everything as before, and nobody's later work lost."""

from datetime import date

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.imports.files import read_sheet
from crm.imports.importing import import_contacts
from crm.imports.outcome import ImportOptions
from crm.imports.undoing import (
    MODELS,
    preview_undo,
    undo_import,
)
from crm.models import (
    Contact,
    ImportBatch,
    ImportChange,
)
from tests.crm.imports.worlds import (
    edits,
    make_world,
    read_everything,
    rows,
    write_file,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]
FEW = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    database=None,
)
MANY = settings(FEW, max_examples=400, derandomize=False)
TABLES = {model._meta.db_table: name for name, model in MODELS.items()}


def kept_of(undo):
    return [(kept.model, kept.why, kept.columns) for kept in undo.kept]


def latest():
    return ImportBatch.objects.latest("pk")


def import_file(text, world=None):
    return import_contacts(
        read_sheet(text.encode()),
        ImportOptions(
            creates_unknown=True, succeed_on=date(2026, 4, 1), skips_errors=True
        ),
        file_name="a.csv",
        purpose=world.purpose if world else None,
        dry_run=False,
    )


# --- What must hold of any register and any file


def check_undo_without_edits(data):
    with transaction.atomic():
        world = make_world(data.draw)
        before = read_everything()
        import_file(write_file(data.draw(rows())), world)

        undo = undo_import(latest())

        assert kept_of(undo) == []
        assert read_everything() == before
        transaction.set_rollback(True)


def check_undo_with_edits(data):
    with transaction.atomic():
        world = make_world(data.draw)
        before = read_everything()
        import_file(write_file(data.draw(rows())), world)
        for edit, address in data.draw(edits()):
            for contact in Contact.objects.filter(email=address):
                edit(contact)
        edited = read_everything()
        shown = preview_undo(latest())

        undo = undo_import(latest())

        expected = expect(before, edited, undo)
        assert read_everything() == expected
        assert (shown.restored + shown.removed) >= (undo.restored + undo.removed)
        transaction.set_rollback(True)


def expect(before, edited, undo):
    """Return what undo must leave: what was left alone as it is, the rest as it was."""
    touched = {
        (MODELS[name]._meta.db_table, pk)
        for name, pk in ImportChange.objects.values_list("model", "object_id")
    }
    kept = {(MODELS[row.model]._meta.db_table, row.object_id) for row in undo.kept}
    put_back = touched - kept
    contacts = {pk for table, pk in put_back if table == "crm_contact"}

    def is_put_back(table, key):
        if table == "crm_contact_topics":
            return key[0] in contacts
        return (table, key) in put_back

    stayed = {k: row for k, row in edited.items() if not is_put_back(*k)}
    restored = {k: row for k, row in before.items() if is_put_back(*k)}
    return {**stayed, **restored}


@FEW
@given(st.data())
def test_undo_of_any_import_leaves_every_table_as_before(data):
    check_undo_without_edits(data)


@FEW
@given(st.data())
def test_undo_after_any_edits_leaves_the_edited_rows_alone(data):
    check_undo_with_edits(data)


@pytest.mark.audit
@MANY
@given(st.data())
def test_undo_of_very_many_imports_leaves_every_table_as_before(data):
    check_undo_without_edits(data)
    check_undo_with_edits(data)
