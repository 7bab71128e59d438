"""Reading a CSV file: encodings, separators, headings, and every way to be no such file."""

import pytest
from django.utils import translation

from crm.imports.reading import MAX_BYTES, ImportFileError, read_sheet

HEAD = "Förnamn;E-post"


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def cells_of(data):
    return [row.cells for row in read_sheet(data).rows]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "The file is empty."),
        (b"\n\n;;\n", "The file is empty."),
        (b"E-post\n", "no row below them"),
        (b"PK\x03\x04rest", "Excel workbook"),
        (b"\xd0\xcf\x11\xe0rest", "Excel workbook"),
        ("E-post\na@b.se\n".encode("utf-16"), "UTF-16"),
        (b"E-post\na@b.se\x00\n", "UTF-16"),
        (b"E-post\n\x81@b.se\n", "neither UTF-8 nor Windows-1252"),
        (b"Namn;Ort\nEva;Lund\n", "no column with the e-mail address"),
        (b"E-post;Email\na@b.se;a@b.se\n", "“E-post”, “Email” mean the same"),
        (b'E-post\n"a@b.se\n', "cannot be read from row 2 on"),
        (b"E-post\n" + b"a@b.se\n" * 5_001, "5001 rows; 5000 can"),
        (b"E-post" + b";x" * 60 + b"\n1\n", "61 columns; the most is 60"),
        (b"x" * (MAX_BYTES + 1), "larger than 5 MB"),
    ],
)
def test_read_sheet_of_no_such_file_is_refused_in_words(data, said):
    with pytest.raises(ImportFileError) as refusal:
        read_sheet(data)

    assert said in str(refusal.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "latin-1"])
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
    assert "1 cells where there are 2 column names" in rows[0].problem


def test_read_sheet_numbers_rows_as_a_spreadsheet_does():
    data = b'E-post;Roll\n\na@b.example;"two\nlines"\n;\nc@d.example;x\n'

    assert [row.number for row in read_sheet(data).rows] == [3, 5]
