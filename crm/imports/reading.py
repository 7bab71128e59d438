"""From the bytes of a CSV file to rows of named cells. Pure: no database."""

import csv
import io
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from crm.exceptions import CrmError
from crm.imports.columns import HEADINGS, column_label, find_column

MAX_BYTES = 5 * 1024 * 1024
# One transaction, which on SQLite keeps other writers waiting (at most 20 seconds).
MAX_ROWS = 5_000
MAX_COLUMNS = 60
# Swedish Excel writes semicolons, since the comma is its decimal sign.
DELIMITERS = (";", ",", "\t")
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
WORKBOOK_MARKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


class ImportFileError(CrmError):
    """A file that cannot be imported at all; the sentence says why and what to do."""


@dataclass
class Row:
    """One row below the headings. ``number`` is the one a spreadsheet shows beside it."""

    number: int
    cells: dict[str, str]
    problem: str = ""


@dataclass
class Sheet:
    """A file as read. ``ignored`` names the columns that no import understands."""

    columns: list[str]
    rows: list[Row]
    ignored: list[str] = field(default_factory=list)
    encoding: str = "UTF-8"


def read_sheet(data: bytes) -> Sheet:
    """Return the sheet in a CSV file.

    UTF-8 with or without BOM, else Windows-1252 (which contains the letters of Latin-1);
    comma, semicolon or tab. Raises ImportFileError for everything that is no such file,
    is too large, or has no column with the e-mail address.
    """
    _refuse_foreign(data)
    text, encoding = _decode(data)
    lines = _parse(text)
    headings = next((cells for _number, cells in lines if any(cells)), [])
    if not headings:
        raise ImportFileError(_("The file is empty."))
    columns, ignored = _match_headings(headings)
    body = [(n, cells) for n, cells in lines if cells is not headings and any(cells)]
    if not body:
        raise ImportFileError(_("The file has column names, but no row below them."))
    if len(body) > MAX_ROWS:
        raise ImportFileError(
            _("The file has %(count)s rows; %(most)s can be imported at a time.")
            % {"count": len(body), "most": MAX_ROWS}
        )
    return Sheet(
        columns=[column for column in columns if column],
        rows=[_make_row(number, cells, columns) for number, cells in body],
        ignored=ignored,
        encoding=encoding,
    )


def _refuse_foreign(data: bytes) -> None:
    if len(data) > MAX_BYTES:
        raise ImportFileError(
            _("The file is larger than %(size)s MB. Split it.")
            % {"size": MAX_BYTES // (1024 * 1024)}
        )
    if data.startswith(WORKBOOK_MARKS):
        raise ImportFileError(
            _("This is an Excel workbook. Save it as “CSV UTF-8” and choose that file.")
        )
    if data.startswith(UTF16_MARKS) or b"\x00" in data:
        raise ImportFileError(
            _(
                "The file is stored as UTF-16 (“Unicode text”), or is no text at all. "
                "Save it as “CSV UTF-8” and choose that file."
            )
        )


def _decode(data: bytes) -> tuple[str, str]:
    try:
        return data.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252"), "Windows-1252"
    except UnicodeDecodeError as error:
        raise ImportFileError(
            _(
                "The letters of the file cannot be read: it is neither UTF-8 nor "
                "Windows-1252. Save it as “CSV UTF-8” and choose that file."
            )
        ) from error


def _parse(text: str) -> list[tuple[int, list[str]]]:
    """Return (number, cells) of every row, counted as a spreadsheet counts them."""
    first, _break, rest = text.partition("\n")
    told = first.strip().casefold()
    # Excel's own first line, which it does not show as a row.
    if told in {f"sep={mark}" for mark in DELIMITERS}:
        text, marks = rest, (told[-1],)
    else:
        marks = DELIMITERS
    delimiter = max(marks, key=lambda mark: _count_known(text, mark))
    # No universal newlines here: a break inside a quoted cell is the cell's own.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines = []
    try:
        for number, cells in enumerate(reader, 1):
            lines.append((number, [cell.strip() for cell in cells]))
    except csv.Error as error:
        raise ImportFileError(
            _(
                "The file cannot be read from row %(row)s on: a quotation mark is "
                "missing or stands in the wrong place (%(reason)s)."
            )
            % {"row": len(lines) + 1, "reason": error}
        ) from error
    return lines


def _count_known(text: str, delimiter: str) -> int:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        headings = next((cells for cells in reader if any(cells)), [])
    except csv.Error:
        return 0
    return sum(1 for heading in headings if find_column(heading))


def _match_headings(headings: list[str]) -> tuple[list[str | None], list[str]]:
    """Return the column of each heading, and the headings that mean none."""
    if len(headings) > MAX_COLUMNS:
        raise ImportFileError(
            _("The file has %(count)s columns; the most is %(most)s.")
            % {"count": len(headings), "most": MAX_COLUMNS}
        )
    columns = [find_column(heading) for heading in headings]
    for column in HEADINGS:
        same = [h for h, c in zip(headings, columns, strict=True) if c == column]
        if len(same) > 1:
            raise ImportFileError(
                _("The columns %(names)s mean the same. Keep one of them.")
                % {"names": ", ".join(f"“{name}”" for name in same)}
            )
    if "email" not in columns:
        raise ImportFileError(
            _(
                "There is no column with the e-mail address. The first row must hold "
                "the column names, one of them “%(name)s”."
            )
            % {"name": column_label("email")}
        )
    ignored = [
        heading or _("column %(number)s, without a name") % {"number": number}
        for number, (heading, column) in enumerate(
            zip(headings, columns, strict=True), 1
        )
        if not column
    ]
    return columns, ignored


def _make_row(number: int, cells: list[str], columns: list[str | None]) -> Row:
    problem = ""
    if len(cells) != len(columns):
        problem = _(
            "The row has %(cells)s cells where there are %(columns)s column names. "
            "A separator is missing or too many, or a line was broken off."
        ) % {"cells": len(cells), "columns": len(columns)}
    padded = cells + [""] * (len(columns) - len(cells))
    named = zip(columns, padded, strict=False)
    return Row(number, {column: cell for column, cell in named if column}, problem)
