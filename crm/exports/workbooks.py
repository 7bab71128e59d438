"""Rows as an Excel workbook (ECMA-376), packed as they come.

openpyxl writes the whole sheet to a file before it packs it; this yields the first bytes
at once, and every cell is text, so that none is taken for a formula or a date.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
AT_A_TIME = 500
# Excel shows 1,048,576; what is more goes on another sheet.
ROWS_A_SHEET = 1_000_000
# What XML 1.0 cannot hold; the register's texts have none of it.
IMPOSSIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


class _Sink:
    """A file that hands on what was written to it."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits here."""

    def take(self) -> bytes:
        taken = b"".join(self._parts)
        self._parts = []
        return taken


def stream_workbook(
    rows: Iterable[list[str]], *, rows_a_sheet: int = ROWS_A_SHEET
) -> Iterator[bytes]:
    """Yield the rows as an XLSX workbook; further sheets where one would be too long."""
    sink = _Sink()
    lines = iter(rows)
    sheets = 0
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[arg-type]
        line = next(lines, None)
        while line is not None or not sheets:
            sheets += 1
            name = f"xl/worksheets/sheet{sheets}.xml"
            with archive.open(name, "w", force_zip64=True) as part:
                part.write(f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>'.encode())
                number = 0
                while line is not None and number < rows_a_sheet:
                    number += 1
                    part.write(_row(number, line))
                    line = next(lines, None)
                    if number % AT_A_TIME == 0:
                        yield sink.take()
                part.write(b"</sheetData></worksheet>")
        for name, text in _frame(sheets):
            archive.writestr(name, text)
    yield sink.take()


def _row(number: int, cells: list[str]) -> bytes:
    written = "".join(
        f'<c t="inlineStr"><is><t xml:space="preserve">{_text(cell)}</t></is></c>'
        if cell
        else "<c/>"
        for cell in cells
    )
    return f'<row r="{number}">{written}</row>'.encode()


def _text(cell: str) -> str:
    # A carriage return would be read back as a line feed.
    return escape(IMPOSSIBLE.sub("", cell), {"\r": "&#13;"})


def _frame(sheets: int) -> Iterator[tuple[str, str]]:
    """Yield the parts that make sheets a workbook."""
    numbers = range(1, sheets + 1)
    types = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" '
        f'ContentType="{KIND}.worksheet+xml"/>'
        for n in numbers
    )
    yield (
        "[Content_Types].xml",
        f'{HEAD}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>'
        f"{types}</Types>",
    )
    yield (
        "_rels/.rels",
        f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    )
    listed = "".join(
        f'<sheet name="{n}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers
    )
    yield (
        "xl/workbook.xml",
        f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets>'
        "</workbook>",
    )
    related = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/worksheet" '
        f'Target="worksheets/sheet{n}.xml"/>'
        for n in numbers
    )
    yield (
        "xl/_rels/workbook.xml.rels",
        f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{related}'
        "</Relationships>",
    )
