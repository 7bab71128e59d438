"""Tables in text: CSV with commas, semicolons or tabs, in the encodings people have."""

import codecs
import csv
import io

from django.utils.translation import gettext as _

from crm.imports.reading import ImportFileError, Line, Table, check_rows, ragged

# Swedish Excel writes semicolons, since the comma is its decimal sign.
DELIMITERS = (";", ",", "\t")
# Between several values of a kind in one cell of Google Contacts.
BETWEEN = " ::: "
# UTF-32 begins like UTF-16, so it is looked for first.
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_text_file(data: bytes) -> Table:
    """Return the table in a CSV file.

    UTF-8 with or without BOM, UTF-16 with BOM (Excel's "Unicode text"), else
    Windows-1252, which contains the letters of Latin-1. Raises ImportFileError.
    """
    text, encoding = decode(data)
    lines = _parse(text)
    head = next((cells for _number, cells in lines if any(cells)), [])
    headings = [cell.lstrip("\ufeff") for cell in head]
    body = [
        Line(number, cells, ragged(len(cells), len(headings)))
        for number, cells in lines
        if cells is not head and any(cells)
    ]
    return Table(headings, body, encoding=encoding, notes=_keep_first(headings, body))


def _keep_first(headings: list[str], lines: list[Line]) -> list[str]:
    """Keep the first of several values in a cell of Google's; return a note if any."""
    places = [
        place
        for place, heading in enumerate(headings)
        if heading.casefold().endswith(" - value")
    ]
    several = [
        (line.cells, place)
        for line in lines
        for place in places
        if place < len(line.cells) and BETWEEN in line.cells[place]
    ]
    for cells, place in several:
        cells[place] = cells[place].partition(BETWEEN)[0]
    if not several:
        return []
    note = _("Where a cell holds several addresses or numbers, the first is read.")
    return [note]


def decode(data: bytes) -> tuple[str, str]:
    """Return the text of the bytes and the encoding found. Raises ImportFileError."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _decode_as(data, encoding), encoding.upper()
    if (place := data.find(b"\x00")) >= 0:
        raise ImportFileError(
            _(
                "The file holds NUL characters, the first in line %(line)s: it is no "
                "text, or UTF-16 without a mark. Save it as “CSV UTF-8” and choose "
                "that file."
            )
            % {"line": data.count(b"\n", 0, place) + 1}
        )
    try:
        return data.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        return _decode_as(data, "cp1252"), "Windows-1252"


def _decode_as(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise ImportFileError(
            _(
                "The letters of the file cannot be read: it is neither UTF-8, UTF-16 "
                "nor Windows-1252. Save it as “CSV UTF-8” and choose that file."
            )
        ) from error
    if (place := text.find("\x00")) >= 0:
        raise ImportFileError(
            _(
                "The file holds NUL characters, the first in line %(line)s. Save it as "
                "“CSV UTF-8” anew."
            )
            % {"line": text.count("\n", 0, place) + 1}
        )
    return text


def _parse(text: str) -> list[tuple[int, list[str]]]:
    """Return (number, cells) of every row, counted as a spreadsheet counts them."""
    first, _break, rest = text.partition("\n")
    told = first.strip().casefold()
    # Excel's own first line, which it does not show as a row.
    if told in {f"sep={mark}" for mark in DELIMITERS}:
        text, delimiter = rest, told[-1]
    else:
        delimiter = _find_delimiter(text)
    # No universal newlines here: a break inside a quoted cell is the cell's own.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines: list[tuple[int, list[str]]] = []
    try:
        for number, cells in enumerate(reader, 1):
            lines.append((number, [cell.strip() for cell in cells]))
            check_rows(len(lines) - 1)
    except csv.Error as error:
        raise ImportFileError(
            _(
                "The file cannot be read from row %(row)s on: a quotation mark is "
                "missing or stands in the wrong place (%(reason)s)."
            )
            % {"row": len(lines) + 1, "reason": error}
        ) from error
    return lines


def _find_delimiter(text: str) -> str:
    """Return the separator that splits the headings into most parts."""
    return max(DELIMITERS, key=lambda mark: _count_parts(text, mark))


def _count_parts(text: str, delimiter: str) -> int:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        headings = next((cells for cells in reader if any(cells)), [])
    except csv.Error:
        return 0
    return sum(1 for heading in headings if any(map(str.isalnum, heading)))
