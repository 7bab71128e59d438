"""Tables without persons as a file: CSV that Swedish Excel opens, or a workbook."""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from crm.disarming import disarm

# What a cell of a workbook cannot hold (XML 1.0 §2.2).
IMPOSSIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

Cell = str | int | float
# What Excel takes for a sheet's name.
LONGEST_NAME = 31


@dataclass(frozen=True)
class Table:
    name: str
    headings: list[str]
    rows: list[list[Cell]]


def write_csv(tables: Iterable[Table]) -> bytes:
    """Return the tables one under the other, each under its name."""
    rows: list[list[str]] = []
    for table in tables:
        rows += [[table.name], table.headings]
        rows += [[_text(cell) for cell in row] for row in table.rows]
        rows.append([])
    # Semicolons and a mark at the beginning: Swedish Excel opens it right.
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def write_xlsx(tables: Iterable[Table]) -> bytes:
    """Return a workbook with a sheet for each table; numbers are numbers."""
    workbook = Workbook(write_only=True)
    for table in tables:
        sheet = workbook.create_sheet(table.name[:LONGEST_NAME])
        sheet.append(table.headings)
        for row in table.rows:
            sheet.append([_cell(sheet, value) for value in row])
    data = io.BytesIO()
    workbook.save(data)
    return data.getvalue()


def _text(cell: Cell) -> str:
    return disarm(cell) if isinstance(cell, str) else str(cell)


def _cell(sheet: Any, value: Cell) -> Any:
    if not isinstance(value, str):
        return value
    # Text even where it looks like a formula.
    cell = WriteOnlyCell(sheet, IMPOSSIBLE.sub("", disarm(value)))
    cell.data_type = "s"
    return cell
