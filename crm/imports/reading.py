"""From the bytes of a file to a table of cells, or a sentence that says why not.

Knows no database. What its columns mean is decided later (``recognising``, ``sheets``).
"""

from dataclasses import dataclass, field

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.exceptions import CrmError

ZIP_MARK = b"PK\x03\x04"
OLE_MARK = b"\xd0\xcf\x11\xe0"
LOOKED_AT = 1_000
# How files begin that are no table: PDF, PNG, JPEG, GIF, RTF, and packed ones.
OTHER_MARKS = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"{\\rtf",
    b"\x1f\x8b",
    b"7z\xbc",
)
# A web page, which some systems hand out as .xls.
PAGE_MARKS = (b"<!doctype", b"<html", b"<table", b"<?xml")


class ImportFileError(CrmError):
    """A file that cannot be imported at all; the sentence says why and what to do."""


@dataclass(slots=True)
class Line:
    """One row below the headings. ``number`` is the one a spreadsheet shows beside it.

    ``problem`` says what is wrong with the row as such; "" when nothing is.
    """

    number: int
    cells: list[str]
    problem: str = ""


@dataclass
class Table:
    """A file as read. ``notes`` are sentences about how it was read."""

    headings: list[str]
    lines: list[Line]
    kind: str = "csv"
    encoding: str = "UTF-8"
    notes: list[str] = field(default_factory=list)

    def find_filled(self) -> set[str]:
        """Return the headings that have a cell below them in the first rows."""
        seen = [line.cells for line in self.lines[:LOOKED_AT]]
        return {
            heading
            for place, heading in enumerate(self.headings)
            if any(place < len(cells) and cells[place] for cells in seen)
        }


def check_size(data: bytes) -> None:
    """Raise ImportFileError for a file larger than ``CRM_IMPORT_MAX_MB`` megabytes."""
    if len(data) > max_bytes():
        raise ImportFileError(
            _("The file is larger than %(size)s MB. Split it.")
            % {"size": settings.CRM_IMPORT_MAX_MB}
        )


def max_bytes() -> int:
    """Return how large a file may be, in bytes."""
    return settings.CRM_IMPORT_MAX_MB * 1024 * 1024


def check_table(table: Table) -> Table:
    """Return the table; raises ImportFileError when it is empty or too large."""
    if not any(any(map(str.isalnum, heading)) for heading in table.headings):
        raise ImportFileError(_("The file is empty."))
    most = settings.CRM_IMPORT_MAX_COLUMNS
    if len(table.headings) > most:
        raise ImportFileError(
            _("The file has %(count)s columns; the most is %(most)s.")
            % {"count": len(table.headings), "most": most}
        )
    if not table.lines:
        raise ImportFileError(_("The file has column names, but no row below them."))
    table.headings = _tell_apart(table.headings)
    return table


def _tell_apart(headings: list[str]) -> list[str]:
    """Return the headings with a number behind those that stand there twice."""
    seen: dict[str, int] = {}
    named = []
    for heading in headings:
        seen[heading] = seen.get(heading, 0) + 1
        again = heading and seen[heading] > 1
        named.append(f"{heading} ({seen[heading]})" if again else heading)
    return named


def check_rows(count: int) -> None:
    """Raise ImportFileError for more than ``CRM_IMPORT_MAX_ROWS`` rows."""
    if count > settings.CRM_IMPORT_MAX_ROWS:
        raise ImportFileError(
            _("The file has more than %(most)s rows. Split it.")
            % {"most": settings.CRM_IMPORT_MAX_ROWS}
        )


def ragged(cells: int, columns: int) -> str:
    """Return what is wrong with a row that has too few or too many cells; or ""."""
    if cells == columns:
        return ""
    return ngettext(
        "The row has %(cells)s cell where there are %(columns)s column names. "
        "A separator is missing or too many, or a line was broken off.",
        "The row has %(cells)s cells where there are %(columns)s column names. "
        "A separator is missing or too many, or a line was broken off.",
        cells,
    ) % {"cells": cells, "columns": columns}
