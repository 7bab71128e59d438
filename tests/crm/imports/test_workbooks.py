"""Reading Excel workbooks: values only, and no trap opened."""

import io
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from crm.imports.files import read_table
from crm.imports.reading import ImportFileError

# A workbook knows no time zones.
MORNING = datetime(2026, 3, 1, 9, 5)  # noqa: DTZ001 -- as written there


def make_workbook(*rows, sheets=()):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for name in sheets:
        book.create_sheet(name)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def replace_part(data, text, name="xl/worksheets/sheet1.xml"):
    """Return the workbook with a part replaced or added."""
    old, new = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in old.namelist():
            archive.writestr(part, text if part == name else old.read(part))
        if name not in old.namelist():
            archive.writestr(name, text)
    return new.getvalue()


def refusal_of(data):
    with pytest.raises(ImportFileError) as refusal:
        read_table(data)
    return str(refusal.value)


def test_workbook_cells_are_read_as_what_they_show():
    table = read_table(
        make_workbook(
            ["E-post", "Telefon", "Från", "Tid", "Ja", "Tom"],
            [
                "a@b.example",
                46701234567.0,
                date(2026, 3, 1),
                MORNING,
            ],
            [],
            [None, 1.5, None, None, True, None],
        )
    )

    assert table.headings == ["E-post", "Telefon", "Från", "Tid", "Ja", "Tom"]
    assert [(line.number, line.cells, line.problem) for line in table.lines] == [
        (
            2,
            ["a@b.example", "46701234567", "2026-03-01", "2026-03-01 09:05:00", "", ""],
            "",
        ),
        (4, ["", "1.5", "", "", "1", ""], ""),
    ]


def test_workbook_formula_without_a_stored_value_is_an_error_of_its_row():
    table = read_table(
        make_workbook(["E-post"], ["a@b.example"], ['="x"&"@b.example"'])
    )

    assert [(line.number, line.problem[:12]) for line in table.lines] == [
        (2, ""),
        (3, "Cell A3 hold"),
    ]


def test_workbook_formula_with_a_stored_value_counts_as_that_and_is_noted():
    data = make_workbook(["E-post"], ["=B2"])
    sheet = zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml").decode()
    stored = sheet.replace("<v />", "<v>a@b.example</v>").replace(
        "<v></v>", "<v>a@b.example</v>"
    )
    stored = stored.replace('r="A2"', 'r="A2" t="str"')

    table = read_table(replace_part(data, stored))

    assert table.lines[0].cells == ["a@b.example"]
    assert table.notes[0].startswith("Cells with formulas were read")


def test_workbook_of_several_sheets_says_which_one_is_read():
    table = read_table(make_workbook(["E-post"], ["a@b.example"], sheets=["Två"]))

    assert table.notes == ["The workbook has 2 sheets; only “Sheet” is read."]


def test_workbook_row_wider_than_the_headings_is_an_error_of_its_row():
    [line] = read_table(make_workbook(["E-post"], ["a@b.example", "x"])).lines

    assert "to the right of the last column name" in line.problem


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!doctype x [<!ENTITY a "aaaaaaaa">]>',
        f"<!--{''.join(map(str, range(200_000)))[: 1024 * 1024 - 60]}--><!DOCTYPE x>",
    ],
)
def test_workbook_with_a_document_type_is_refused_before_it_is_parsed(declaration):
    data = make_workbook(["E-post"], ["a@b.example"])
    sheet = zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml").decode()

    said = refusal_of(replace_part(data, f"{declaration}{sheet}"))

    assert said == "The workbook holds XML that no spreadsheet writes."


def test_workbook_that_is_a_bomb_is_refused_before_it_is_unpacked():
    data = make_workbook(["E-post"], ["a@b.example"])

    said = refusal_of(replace_part(data, "0" * 20_000_000, "xl/bomb.xml"))

    assert said.startswith("The workbook would unpack to far too much.")


def test_workbook_of_too_many_rows_is_refused(settings):
    settings.CRM_IMPORT_MAX_ROWS = 3

    said = refusal_of(make_workbook(["E-post"], *[["a@b.example"]] * 4))

    assert said == "The file has more than 3 rows. Split it."


@pytest.mark.parametrize("data", [b"PK\x03\x04rest", make_workbook(["a"])[:300]])
def test_workbook_cut_short_is_refused_in_words(data):
    assert refusal_of(data).startswith("The workbook is damaged.")


def test_zip_file_of_something_else_is_refused():
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("letter.txt", "Hej")

    assert refusal_of(data.getvalue()) == "This ZIP file is no Excel workbook."
