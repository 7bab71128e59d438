"""Contacts as a table in a file, with the columns that an import reads back."""

import csv
import io
from collections.abc import Iterable, Iterator

from django.utils.translation import get_language
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from crm.imports.columns import EXPORTED, HEADINGS
from crm.models import Contact

# What a spreadsheet programme may take for a formula (OWASP, CSV injection), and the
# full-width signs that some take for the same.
FORMULA_SIGNS = tuple("=+-@\t\r\n＝＋－＠")
CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def contact_rows(contacts: Iterable[Contact]) -> Iterator[list[str]]:
    """Yield the headings, then a row per contact and seat held today.

    A contact without a seat has one row. ``contacts`` have ``seats_today`` and their
    topics prefetched. Every cell is harmless to a spreadsheet programme.
    """
    position = 1 if get_language() == "en" else 0
    yield [HEADINGS[column][position] for column in EXPORTED]
    for contact in contacts:
        person = person_cells(contact)
        for affiliation in contact.seats_today or [None]:
            cells = {**person, **seat_cells(affiliation)}
            yield [disarm(cells.get(column, "")) for column in EXPORTED]


def person_cells(contact: Contact) -> dict[str, str]:
    """Return what an import knows about a person, by column."""
    return {
        "given_name": contact.given_name,
        "family_name": contact.family_name,
        "email": contact.email,
        "language": contact.language,
        "phone": contact.phone,
        "topics": " | ".join(topic.name for topic in contact.topics.all()),
    }


def seat_cells(affiliation) -> dict[str, str]:
    """Return what an import knows about a seat, by column; nothing without one."""
    if affiliation is None:
        return {}
    seat = affiliation.seat
    since = affiliation.starts_on
    return {
        "organisation": seat.organisation.name,
        "role": seat.role.name,
        "network": seat.network.name if seat.network else "",
        "seat_title": seat.title,
        "seat_email": seat.email,
        "from": since.isoformat() if since else "",
    }


def disarm(cell: str) -> str:
    """Return the cell with an apostrophe before what would be run as a formula."""
    return f"'{cell}" if cell.startswith(FORMULA_SIGNS) else cell


def write_csv(rows: Iterable[list[str]]) -> bytes:
    """Return the rows as CSV that Swedish Excel opens right: semicolons and a BOM."""
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def write_xlsx(rows: Iterable[list[str]]) -> bytes:
    """Return the rows as a workbook in which every cell is text."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet()
    for row in rows:
        sheet.append([_text_cell(sheet, value) for value in row])
    data = io.BytesIO()
    workbook.save(data)
    return data.getvalue()


def _text_cell(sheet, value: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value)
    cell.data_type = "s"
    return cell
