"""How a body lies on the public page: sections of cells in the letter grid."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

# Which column of the grid a block takes; what is not named runs in the measure.
WIDE = {"steps", "indicator_table", "facts", "partner_logos"}
# Blocks that open a section of their own, under a rule.
OPENERS = {"heading", "facts", "partner_logos", "funding_notice"}


@dataclass
class Cell:
    """Blocks that follow one another in one column."""

    is_wide: bool
    blocks: list[Any] = field(default_factory=list)


@dataclass
class Section:
    """What stands between two rules; ``opener`` is the block it begins with."""

    opener: str = ""
    cells: list[Cell] = field(default_factory=list)


def is_limited(child: Any) -> bool:
    """Whether a block is only for some readers."""
    return bool(
        child.value and (child.value.get("only_for") or child.value.get("not_for"))
    )


def select_public(children: Iterable[Any]) -> Iterator[Any]:
    """Yield the blocks that stand on the public page."""
    for child in children:
        if not is_limited(child) or child.value["is_public"]:
            yield child


def lay_out(children: Iterable[Any]) -> list[Section]:
    """Return the public blocks as sections of cells, in reading order."""
    sections = [Section()]
    for child in select_public(children):
        kind = child.block_type
        if kind in OPENERS:
            sections.append(Section(kind))
        cells = sections[-1].cells
        if not cells or kind in WIDE or cells[-1].is_wide:
            cells.append(Cell(kind in WIDE))
        cells[-1].blocks.append(child)
    return [section for section in sections if section.cells]
