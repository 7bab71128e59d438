"""Reading a CSV file: encodings, separators, headings, and every way to be no such file."""

import pytest

from crm.imports.files import read_sheet
from crm.imports.reading import ImportFileError

HEAD = "Förnamn;E-post"


pytestmark = pytest.mark.django_db


def cells_of(data):
    return [row.cells for row in read_sheet(data).rows]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "The file is empty."),
        (b"\n\n;;\n", "The file is empty."),
        (b"E-post\n", "no row below them"),
        (b"\xd0\xcf\x11\xe0rest", "old Excel workbook"),
        (b"%PDF-1.4\nE-post", "This is no table."),
        (b"\xef\xbb\xbf <HTML><table>", "This is a web page or XML"),
        (b"E-post\na@b.se\x00\n", "NUL characters, the first in line 2"),
        (
            "E-post\n\na@b.se\x00\n".encode("utf-16"),
            "NUL characters, the first in line 3",
        ),
        ("E-post\na@b.se\n".encode("utf-16-le"), "UTF-16 without a mark"),
        (b"\xff\xfeE\x00-", "neither UTF-8, UTF-16 nor Windows-1252"),
        (b"E-post\n\x81@b.se\n", "neither UTF-8, UTF-16 nor Windows-1252"),
        (b"Namn;Ort\nEva;Lund\n", "No column is the e-mail address"),
        (b'E-post\n"a@b.se\n', "cannot be read from row 2 on"),
        (b'E-post\n"a"b@c.se\n', "cannot be read from row 2 on"),
        (b"E-post\n" + b"a@b.se\n" * 8, "more than 7 rows"),
        (b"E-post" + b";x" * 5 + b"\n1\n", "6 columns; the most is 5"),
        (b"x" * (1024 * 1024 + 1), "larger than 1 MB"),
    ],
)
def test_read_sheet_of_no_such_file_is_refused_in_words(data, said, settings):
    settings.CRM_IMPORT_MAX_ROWS = 7
    settings.CRM_IMPORT_MAX_COLUMNS = 5
    settings.CRM_IMPORT_MAX_MB = 1

    with pytest.raises(ImportFileError) as refusal:
        read_sheet(data)

    assert said in str(refusal.value)


def test_read_sheet_with_a_heading_twice_uses_the_first_and_names_the_other():
    sheet = read_sheet(b"E-post;E-post;Email\na@b.example;c@b.example;d@b.example\n")

    assert sheet.ignored == ["E-post (2)", "Email"]
    assert sheet.rows[0].cells == {"email": "a@b.example"}


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16", "utf-32"]
)
def test_read_sheet_in_each_encoding_keeps_the_letters(encoding):
    data = f"{HEAD}\nÅsa Öberg é;asa@norrhamn.example\n".encode(encoding)

    assert cells_of(data) == [
        {"given_name": "Åsa Öberg é", "email": "asa@norrhamn.example"}
    ]


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_read_sheet_with_each_separator_and_line_ending_finds_the_cells(
    delimiter, ending
):
    lines = [["given_name", "email", "topics"], ["Eva", "e@b.example", "a|b"]]

    data = ending.join(delimiter.join(line) for line in lines).encode()

    assert cells_of(data) == [
        {"given_name": "Eva", "email": "e@b.example", "topics": "a|b"}
    ]


def test_read_sheet_with_excels_separator_line_passes_it_over():
    data = b"sep=,\r\nemail,given_name\r\ne@b.example,Eva; Maria\r\n"

    assert cells_of(data) == [{"email": "e@b.example", "given_name": "Eva; Maria"}]


def test_read_sheet_with_semicolons_in_topics_is_not_misled():
    data = b'email,topics\ne@b.example,"a; b; c; d"\n'

    assert cells_of(data) == [{"email": "e@b.example", "topics": "a; b; c; d"}]


def test_read_sheet_headings_match_whatever_the_case_and_language():
    data = b"E-MAIL;First name;NETWORK;Seat_Title;FROM\na@b.example;Eva;N;T;\n"

    assert read_sheet(data).columns == [
        "email",
        "given_name",
        "network",
        "seat_title",
        "from",
    ]


def test_read_sheet_with_unknown_columns_names_them():
    sheet = read_sheet(b"E-post;Samtycke;;Roll\na@b.example;ja;x;samordnare\n")

    assert sheet.ignored == ["Samtycke", "column 3, without a name"]
    assert sheet.rows[0].cells == {"email": "a@b.example", "role": "samordnare"}


def test_read_sheet_with_a_row_cut_short_says_so_on_the_row():
    rows = read_sheet(b"E-post;Roll\na@b.example\nc@d.example;x;y\n").rows

    assert [(row.number, bool(row.problem)) for row in rows] == [(2, True), (3, True)]
    assert "1 cell where there are 2 column names" in rows[0].problem
    assert "3 cells where there are 2 column names" in rows[1].problem


def test_read_sheet_of_googles_keeps_the_first_of_several_values_and_says_so():
    data = (
        b"E-mail 1 - Value,Phone 1 - Value,Last Name\n"
        b"a@b.example ::: c@d.example,08-1 ::: 08-2,A ::: B\n"
    )

    sheet = read_sheet(data)

    assert sheet.rows[0].cells == {
        "email": "a@b.example",
        "phone": "08-1",
        "family_name": "A ::: B",
    }
    assert sheet.notes == [
        "Where a cell holds several addresses or numbers, the first is read."
    ]


def test_read_sheet_numbers_rows_as_a_spreadsheet_does():
    data = b'E-post;Roll\n\na@b.example;"two\nlines"\n;\nc@d.example;x\n'

    assert [row.number for row in read_sheet(data).rows] == [3, 5]
