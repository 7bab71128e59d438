"""The blocks of an item as a mail needs them: cut to their extent, with conditions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.template.loader import get_template

from newsletter.blocks.register import find_grant, list_partners
from newsletter.choices import ConditionKind, Extent
from newsletter.models import NewsPage


@dataclass(frozen=True)
class Condition:
    """What must be so of a reader, or with ``include`` false must not be so.

    ``key`` is the segment's id, the language's code or the topic's id, as ``kind`` says.
    """

    kind: ConditionKind
    key: int | str
    include: bool = True

    def as_data(self) -> dict[str, Any]:
        """Return it as ``Campaign.conditions`` keeps it."""
        return {
            "kind": self.kind.value,
            "key": self.key,
            "include": self.include,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Condition":
        """Return what ``as_data`` wrote."""
        return cls(ConditionKind(data["kind"]), data["key"], data["include"])


def select_segment_ids(conditions: Iterable[Condition]) -> list[int]:
    """Return the ids of the segments that the conditions ask for, each once, in order."""
    asked = (c.key for c in conditions if c.kind == ConditionKind.SEGMENT)
    return list(dict.fromkeys(int(key) for key in asked))


@dataclass(frozen=True)
class MailBlock:
    """A block that goes into the mail. ``position`` counts as the editor does."""

    kind: str
    label: str
    position: int
    value: Any
    is_opening: bool
    conditions: tuple[Condition, ...]
    context: dict[str, Any]


def read_blocks(page: NewsPage) -> list[MailBlock]:
    """Return the blocks of the page that are mailed, in order."""
    return [
        _read_block(child, position, page)
        for position, child in enumerate(page.body, start=1)
        if _extent_of(child) != Extent.ABSENT
    ]


def render_block(block: MailBlock, letter: dict[str, Any]) -> str:
    """Return the block's MJML: one or more sections."""
    template = get_template(f"email/blocks/{block.kind}.mjml")
    return template.render(
        {
            **letter,
            **block.context,
            "value": block.value,
            "is_opening": block.is_opening,
        }
    )


def _read_block(child: Any, position: int, page: NewsPage) -> MailBlock:
    is_opening = _extent_of(child) == Extent.TEASER
    return MailBlock(
        kind=child.block_type,
        label=str(child.block.label),
        position=position,
        value=child.block.cut_opening(child.value) if is_opening else child.value,
        is_opening=is_opening,
        conditions=_read_conditions(child),
        context=_read_context(child, page),
    )


def _extent_of(child: Any) -> str:
    return child.value["extent"] if child.value else Extent.FULL


def _read_conditions(child: Any) -> tuple[Condition, ...]:
    if not child.value:
        return ()
    limits = (("only_for", True), ("not_for", False))
    return tuple(
        Condition(ConditionKind.SEGMENT, int(child.value[name]), include)
        for name, include in limits
        if child.value[name]
    )


def _read_context(child: Any, page: NewsPage) -> dict[str, Any]:
    """Return the block's language mark, and what the register adds to it."""
    context = {"lang": child.value["language"] if child.value else ""}
    if child.block_type == "partner_logos":
        context["partners"] = list_partners(page.network)
    if child.block_type == "funding_notice":
        context["grant"] = find_grant(page)
    return context
