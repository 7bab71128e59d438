"""Tables. Pure."""

from collections.abc import Sequence
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from newsletter.pasting.lists import Found
from newsletter.pasting.parts import Grid, Line, Part, Run, text_of, write_runs
from newsletter.pasting.proposals import Proposal, Setting
from newsletter.pasting.words import lower_capitals

LONGEST_HEADER = 120
LONGEST_HEADING = 80


def find_table(parts: Sequence[Part], setting: Setting) -> Found | None:
    """Return a table; more than two columns are folded into two."""
    grid = parts[0]
    if not isinstance(grid, Grid):
        return None
    if len(grid.rows) < 2:
        row = tuple(run for cell in grid.rows[0] for run in (*cell, Run(" ")))
        return [_as_text([row])], 1
    head, *rows = [[text_of(cell) for cell in row] for row in grid.rows]
    plain = "".join(
        "<p>" + " · ".join(write_runs(cell) for cell in row if cell) + "</p>"
        for row in grid.rows
    )
    if not all(
        row[0] and any(row[1:]) and len(row[0]) <= LONGEST_HEADER for row in rows
    ):
        note = _("A table with empty cells in its first column became text.")
        return [Proposal("text", {"text": plain}, plain, [note])], 1
    with translation.override(setting.language):
        first, second = _("What"), _("Value")
    notes = [_("The first row was read as the table's headings.")]
    value: dict[str, Any] = {
        "caption": "",
        "first_heading": head[0][:LONGEST_HEADING] or first,
        "rows": [
            {"header": lower_capitals(row[0]), "text": _join_cells(head, row)}
            for row in rows
        ],
    }
    if len(head) > 2:
        notes.append(_("More than two columns were folded into two."))
    value["second_heading"] = ", ".join(filter(None, head[1:]))[:LONGEST_HEADING]
    value["second_heading"] = value["second_heading"] or second
    return [Proposal("indicator_table", value, plain, notes)], 1


def caption_table(made: Proposal, before: str) -> None:
    """Give a table the line before it as its caption, for those who hear it read."""
    made.value["caption"] = before.rstrip(": ")[:200]
    if not before:
        made.notes.append(_("Say in the block what the table shows."))


def _join_cells(head: list[str], row: list[str]) -> str:
    if len(row) == 2:
        return row[1]
    named = zip(head[1:], row[1:], strict=True)
    return "\n".join(
        f"{name}: {cell}" if name else cell for name, cell in named if cell
    )


def _as_text(rows: list[tuple[Run, ...]]) -> Proposal:
    plain = "".join(f"<p>{write_runs(row)}</p>" for row in rows)
    return Proposal("text", {"text": plain}, plain)


def line_before(parts: Sequence[Part], position: int) -> str:
    """Return the line before a table if it announces it; "" otherwise."""
    before = parts[position - 1] if position else None
    if not isinstance(before, Line) or before.marker:
        return ""
    announces = before.level or before.text.endswith(":")
    return before.text if announces else ""
