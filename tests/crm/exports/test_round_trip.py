"""What is exported comes back exactly, whatever stands in it, and takes no memory."""

import io
import tracemalloc
from datetime import date

import pytest
from django.db import transaction
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from crm.choices import FieldType
from crm.exports.cards import stream_cards
from crm.exports.contacts import contact_rows
from crm.exports.text_files import stream_csv
from crm.exports.workbooks import stream_workbook
from crm.imports.files import read_sheet, read_table
from crm.imports.importing import import_contacts
from crm.imports.outcome import ImportOptions
from crm.models import Contact, CustomField
from crm.names import clean_line
from tests.factories import (
    make_contact,
    make_organisation,
    make_role,
    make_seat,
    make_topic,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]
WRITERS = {
    "csv": stream_csv,
    "plain": lambda rows: stream_csv(rows, delimiter=",", has_mark=False),
    "xlsx": stream_workbook,
}
LINES = st.text(
    alphabet=st.one_of(
        st.sampled_from("=+-@＝'\",;| abÅ"),
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]),
    ),
    max_size=20,
).map(clean_line)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def export(kind):
    return b"".join(WRITERS[kind](contact_rows(Contact.objects.order_by("pk"))))


def import_file(data):
    return import_contacts(
        read_sheet(data), ImportOptions(), file_name="a", dry_run=False
    )


def facts():
    return list(
        Contact.objects.order_by("email").values_list(
            "email", "given_name", "family_name", "phone", "language", "custom"
        )
    )


EXPORTED = (LINES, LINES, LINES, LINES, st.sampled_from(sorted(WRITERS)))
FEW = settings(
    max_examples=15,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


@settings(FEW)
@given(*EXPORTED)
def test_import_of_an_export_restores_every_text(given_name, family, phone, own, kind):
    export_and_import(given_name, family, phone, own, kind)


@pytest.mark.audit
@settings(FEW, max_examples=400, derandomize=False)
@given(*EXPORTED)
def test_import_of_very_many_exports_restores_text(
    given_name, family, phone, own, kind
):
    export_and_import(given_name, family, phone, own, kind)


def export_and_import(given_name, family, phone, own, kind):
    """Export a contact with these texts; imported again, and anew, it is as it was."""
    with transaction.atomic():
        CustomField.objects.create(
            slug="own", name_sv="Eget", name_en="Own", type=FieldType.TEXT
        )
        make_contact(
            email="a@b.example",
            given_name=given_name,
            family_name=family,
            phone=phone,
            custom={"own": own} if own else {},
        )
        before, data = facts(), export(kind)

        again = import_file(data)
        Contact.objects.all().delete()
        anew = import_file(data)

        assert [row.errors for row in again.rows + anew.rows] == [(), ()]
        assert (again.counts["unchanged"], anew.counts["new"]) == (1, 1)
        assert facts() == before
        transaction.set_rollback(True)


@settings(FEW)
@given(LINES, LINES, LINES)
def test_import_of_cards_restores_every_text(given_name, family, phone):
    with transaction.atomic():
        named = {"given_name": given_name, "family_name": family or "Ek"}
        make_contact(email="a@b.example", language="en", phone=phone, **named)
        before = facts()
        data = b"".join(stream_cards(Contact.objects.all()))
        Contact.objects.update(given_name="", family_name="", phone="", language="sv")

        import_file(data)

        assert facts() == before
        transaction.set_rollback(True)


@pytest.mark.parametrize("kind", sorted(WRITERS))
def test_import_of_an_export_with_seats_changes_nothing(kind):
    office, role = make_organisation(name="=Ås, kommun"), make_role(name_en="Expert")
    ada = make_contact(topics=[make_topic(name_en="-Work"), make_topic()])
    for title in ("Chef", "@Strateg"):
        make_seat(
            organisation=office,
            role=role,
            title=title,
            email=f"{title.strip('@')}@b.example".lower(),
            holder=ada,
            starts_on=date(2024, 3, 1),
        )
    make_contact()

    outcome = import_file(export(kind))

    assert [(row.status, row.errors) for row in outcome.rows] == [("unchanged", ())] * 3


def test_workbook_goes_on_on_another_sheet_where_one_is_full():
    rows = ([str(number)] for number in range(5))

    data = b"".join(stream_workbook(rows, rows_a_sheet=2))

    sheets = load_workbook(io.BytesIO(data)).worksheets
    assert [[row[0].value for row in sheet.iter_rows()] for sheet in sheets] == [
        ["0", "1"],
        ["2", "3"],
        ["4"],
    ]


def test_workbook_of_nothing_can_be_opened():
    data = b"".join(stream_workbook(iter([])))

    assert len(load_workbook(io.BytesIO(data)).worksheets) == 1


@pytest.mark.parametrize("kind", sorted(WRITERS))
def test_export_of_many_rows_takes_no_more_memory_than_of_few(kind):
    row = ["Åsa", "=Öberg", "asa@norrhamn.example"] * 4
    few, many = measure(kind, row, 2_000), measure(kind, row, 20_000)

    assert many < few + 512 * 1024


def measure(kind, row, count):
    """Return the most bytes held while so many rows are written."""
    tracemalloc.start()
    for _part in WRITERS[kind](row for _number in range(count)):
        pass
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def test_headings_of_an_export_are_all_understood():
    make_contact()

    table = read_table(export("xlsx"))

    assert read_sheet(export("xlsx")).ignored == []
    assert len(table.lines) == 1
