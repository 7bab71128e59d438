"""Tables in Excel workbooks (XLSX), read as values only.

A workbook is a ZIP of XML, so it is looked at before it is opened: how large it would
unpack (zipfile reads no more than a member declares), whether it is locked, and whether
its XML brings a document type, without which there are no entities, own or external.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from openpyxl import load_workbook

from crm.imports.reading import ImportFileError, Line, Table, check_rows

# A workbook unpacks to about ten times its size; a bomb to a thousand times.
MAX_MEMBERS = 2_000
UNPACKED_PER_MB = 12
MAX_RATIO = 250
SMALL = 1024 * 1024
LAST_ROW = 1_048_576
DOCTYPE = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")


def read_workbook(data: bytes) -> Table:
    """Return the table on the first visible sheet of a workbook.

    Dates become ISO days, whole numbers lose their ".0". A cell with a formula counts
    as the value that the programme stored with it; a row that has one without a value
    gets a problem. Raises ImportFileError.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_unpacked(archive)
            has_formulas = _look_through(archive)
        notes: list[str] = []
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = _choose_sheet(book, notes)
        rows = list(_rows(sheet))
        unknown = _find_unknown(data, sheet.title, rows, notes) if has_formulas else {}
    except ImportFileError:
        raise
    except Exception as error:
        # Of a damaged file openpyxl raises whatever comes: KeyError, ParseError …
        raise ImportFileError(
            _("The workbook is damaged. Open it in Excel and save it once more.")
        ) from error
    return _make_table(rows, unknown, notes)


def _check_unpacked(archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    if any(member.flag_bits & 1 for member in members):
        raise ImportFileError(
            _("The workbook is locked by a password. Save it without one.")
        )
    most = settings.CRM_IMPORT_MAX_MB * UNPACKED_PER_MB * 1024 * 1024
    is_bomb = any(
        member.file_size > SMALL
        and member.file_size > MAX_RATIO * max(member.compress_size, 1)
        for member in members
    )
    if (
        is_bomb
        or len(members) > MAX_MEMBERS
        or sum(member.file_size for member in members) > most
    ):
        raise ImportFileError(
            _("The workbook would unpack to far too much. Save the sheet as CSV.")
        )
    if "[Content_Types].xml" not in archive.namelist():
        raise ImportFileError(_("This ZIP file is no Excel workbook."))


def _look_through(archive: zipfile.ZipFile) -> bool:
    """Refuse document types; return whether any sheet has formulas."""
    has_formulas = False
    for member in archive.infolist():
        if not member.filename.casefold().endswith((".xml", ".rels", ".vml")):
            continue
        with archive.open(member) as part:
            tail = b""
            while block := part.read(SMALL):
                # Two blocks may cut a word in two.
                seen = tail + block
                if DOCTYPE.search(seen) or b"\x00" in block:
                    raise ImportFileError(
                        _("The workbook holds XML that no spreadsheet writes.")
                    )
                has_formulas = has_formulas or bool(FORMULA.search(seen))
                tail = block[-16:]
    return has_formulas


def _choose_sheet(book: Any, notes: list[str]) -> Any:
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if not sheets:
        raise ImportFileError(_("The workbook has no sheet that can be seen."))
    if len(sheets) > 1:
        notes.append(
            _("The workbook has %(count)s sheets; only “%(name)s” is read.")
            % {"count": len(sheets), "name": sheets[0].title}
        )
    return sheets[0]


def _rows(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    """Yield (number, cells) of every row that has any; blank cells at the end are cut."""
    # What the sheet says of its own size may be wrong.
    sheet.reset_dimensions()
    width = settings.CRM_IMPORT_MAX_COLUMNS + 1
    count = 0
    for number, values in enumerate(
        sheet.iter_rows(max_row=LAST_ROW, max_col=width, values_only=True), 1
    ):
        cells = [_show(value) for value in values]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield number, cells
            check_rows(count)
            count += 1


def _show(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**15:
        return str(int(value))
    if isinstance(value, datetime):
        is_day = value.time() == time()
        return value.date().isoformat() if is_day else value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value).strip()


def _find_unknown(
    data: bytes, title: str, rows: list[tuple[int, list[str]]], notes: list[str]
) -> dict[int, str]:
    """Return the cells whose formula has no stored value, by row number."""
    known = dict(rows)
    unknown: dict[int, str] = {}
    count = 0
    sheet = load_workbook(io.BytesIO(data), read_only=True, data_only=False)[title]
    sheet.reset_dimensions()
    width = settings.CRM_IMPORT_MAX_COLUMNS + 1
    for row in sheet.iter_rows(max_row=LAST_ROW, max_col=width):
        for cell in row:
            if cell.data_type != "f":
                continue
            count += 1
            stored = known.get(cell.row, [])
            if len(stored) < cell.column or not stored[cell.column - 1]:
                unknown.setdefault(cell.row, cell.coordinate)
    if count:
        notes.append(
            _(
                "Cells with formulas were read as the values last calculated. Look "
                "whether they are right."
            )
        )
    return unknown


def _make_table(
    rows: list[tuple[int, list[str]]], unknown: dict[int, str], notes: list[str]
) -> Table:
    headings = rows[0][1] if rows else []
    width = len(headings)
    lines = []
    for number, cells in rows[1:]:
        problem = ""
        if number in unknown:
            problem = _(
                "Cell %(cell)s holds a formula whose value is not stored. Open the "
                "workbook in Excel, save it, and choose it again."
            ) % {"cell": unknown[number]}
        elif len(cells) > width:
            problem = _("The row has a cell to the right of the last column name.")
        lines.append(Line(number, cells + [""] * (width - len(cells)), problem))
    seen = {number for number, _cells in rows}
    lines += [
        Line(number, [""] * width, _("Cell %(cell)s holds a formula.") % {"cell": cell})
        for number, cell in unknown.items()
        if number not in seen
    ]
    return Table(headings, lines, kind="xlsx", notes=notes)
