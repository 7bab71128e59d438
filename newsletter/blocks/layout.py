"""How a body lies on the public page: sections of cells in the letter grid."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from newsletter.blocks.funding import add_funding
from newsletter.blocks.register import RegisterValue, is_filled

# Which blocks take the wide column of the grid; the others run in the measure.
WIDE = {
    "steps", "indicator_table", "facts", "partner_logos", "audience", "status",
    "good_practice", "people_list", "member_list", "project_card", "event_facts",
    "publications", "media_list", "collaborate",
}  # fmt: skip
# Blocks that open a section of their own, under a rule, and what names it.
OPENERS = {
    "heading": "text",
    "facts": "heading",
    "partner_logos": "heading",
    "status": "label",
    "good_practice": "heading",
    "people_list": "heading",
    "member_list": "heading",
    "project_card": "title",
    "event_facts": "heading",
    "publications": "heading",
    "media_list": "heading",
    "collaborate": "heading",
    "funding_notice": "",
}


@dataclass
class Cell:
    """Blocks that follow one another in one column."""

    is_wide: bool
    blocks: list[Any] = field(default_factory=list)


@dataclass
class Section:
    """What stands between two rules; ``opener`` is the kind of block it begins with."""

    opener: str = ""
    title: str = ""
    anchor: str = ""
    cells: list[Cell] = field(default_factory=list)


def lay_out(children: Iterable[Any], page: Any = None) -> list[Section]:
    """Return the public blocks of an item as sections of cells, in reading order.

    Each section but the first has an anchor of its own to link to. Left out is what the
    register has nothing for. What a grant asks for is there in any case.
    """
    sections = [Section()]
    for child in select_public(add_funding(children, page)):
        if not is_filled(child, page):
            continue
        kind = child.block_type
        if kind in OPENERS:
            sections.append(_open_section(child, {s.anchor for s in sections}))
        cells = sections[-1].cells
        if not cells or kind in WIDE or cells[-1].is_wide:
            cells.append(Cell(kind in WIDE))
        cells[-1].blocks.append(child)
    return [section for section in sections if section.cells]


def select_public(children: Iterable[Any]) -> Iterator[Any]:
    """Yield the blocks that stand on the public page."""
    for child in children:
        if not is_limited(child) or child.value["is_public"]:
            yield child


def is_limited(child: Any) -> bool:
    """Whether a block is only for some readers."""
    limits = ("only_for", "not_for", "for_language")
    return bool(child.value) and any(child.value.get(name) for name in limits)


def _open_section(child: Any, taken: set[str]) -> Section:
    named_by = OPENERS[child.block_type]
    if isinstance(child.value, RegisterValue):
        title = child.value.section_title
    else:
        title = child.value[named_by] if named_by else _("Funding")
    anchor = base = slugify(title) or child.block_type
    number = 1
    while anchor in taken:
        number += 1
        anchor = f"{base}-{number}"
    return Section(child.block_type, title, anchor)
