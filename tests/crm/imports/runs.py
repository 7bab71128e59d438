"""Running an import, and reading what came of it."""

from crm.imports.files import read_sheet
from crm.imports.importing import import_contacts
from crm.imports.outcome import ImportOptions
from crm.models import Contact


def run(text, *, dry_run=False, expected="", user=None, purpose=None, **options):
    """Import a file given as text; return its outcome."""
    return import_contacts(
        read_sheet(text.encode()),
        ImportOptions(**options),
        file_name="people.csv",
        user=user,
        purpose=purpose,
        dry_run=dry_run,
        expected=expected,
    )


def errors_of(outcome):
    """Return (row, column, sentence) of every error."""
    return [
        (row.number, error.label, error.message)
        for row in outcome.rows
        for error in row.errors
    ]


def statuses_of(outcome):
    """Return (row, status) of every row."""
    return [(row.number, row.status) for row in outcome.rows]


def addresses():
    """Return the addresses of all contacts, in order."""
    return sorted(Contact.objects.values_list("email", flat=True))
