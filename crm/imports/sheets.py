"""A table and what its columns mean, put together: rows of named cells."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from crm.imports.columns import MANY, column_label
from crm.imports.reading import ImportFileError, Line, Table
from crm.imports.recognising import guess_mapping


@dataclass(slots=True)
class Row:
    """One row of the file. ``proof`` holds cells kept as evidence, by heading."""

    number: int
    cells: dict[str, str]
    problem: str = ""
    proof: dict[str, str] = field(default_factory=dict)


@dataclass
class Sheet:
    """A file ready to be imported. ``ignored`` names the columns that are left out."""

    columns: list[str]
    rows: list[Row]
    ignored: list[str] = field(default_factory=list)
    encoding: str = "UTF-8"
    notes: list[str] = field(default_factory=list)


def make_sheet(table: Table, mapping: dict[str, str] | None = None) -> Sheet:
    """Return the table's rows by column; without a mapping the headings are guessed.

    ``mapping`` says for each heading which column it means, "" for none. Raises
    ImportFileError when no column is the e-mail address or two mean the same.
    """
    if mapping is None:
        mapping = guess_mapping(table.headings, table.find_filled()).mapping
    columns = [mapping.get(heading, "") for heading in table.headings]
    check_mapping(list(zip(table.headings, columns, strict=True)))
    places = [
        (place, column)
        for place, column in enumerate(columns)
        if column not in ("", MANY)
    ]
    proofs = [
        (place, table.headings[place])
        for place, column in enumerate(columns)
        if column == MANY
    ]
    return Sheet(
        columns=[column for _place, column in places],
        rows=[_make_row(line, places, proofs) for line in table.lines],
        ignored=[
            heading or _("column %(number)s, without a name") % {"number": number}
            for number, (heading, column) in enumerate(
                zip(table.headings, columns, strict=True), 1
            )
            if not column
        ],
        encoding=table.encoding,
        notes=table.notes,
    )


def check_mapping(mapping: list[tuple[str, str]]) -> None:
    """Raise ImportFileError when a mapping lacks the address or says something twice."""
    by_column: dict[str, list[str]] = {}
    for heading, column in mapping:
        if column and column != MANY:
            by_column.setdefault(column, []).append(heading)
    for headings in by_column.values():
        if len(headings) > 1:
            raise ImportFileError(
                _("The columns %(names)s mean the same. Keep one of them.")
                % {"names": ", ".join(f"“{name}”" for name in headings)}
            )
    if "email" not in by_column:
        raise ImportFileError(
            _(
                "No column is the e-mail address, which decides whom a row is about. "
                "Say which one is “%(name)s”."
            )
            % {"name": column_label("email")}
        )


def _make_row(
    line: Line, places: list[tuple[int, str]], proofs: list[tuple[int, str]]
) -> Row:
    cells, most = line.cells, len(line.cells)
    return Row(
        line.number,
        {column: cells[place] if place < most else "" for place, column in places},
        line.problem,
        {
            heading: cells[place]
            for place, heading in proofs
            if place < most and cells[place]
        },
    )
