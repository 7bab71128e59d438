"""The blocks of an item as a mail needs them: cut to their extent, with conditions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.template.loader import get_template

from newsletter.blocks.funding import FUNDING, add_funding, make_notices
from newsletter.blocks.register import RegisterValue
from newsletter.choices import ConditionKind, DigestExtent, Extent
from newsletter.mail.urls import make_absolute
from newsletter.models import DigestPage, NewsPage
from newsletter.models.digest import Entry
from newsletter.public_blocks import ROUTES, block_url

type ConditionKey = int | str | tuple[int, ...]


@dataclass(frozen=True)
class Condition:
    """What must be so of a reader, or with ``include`` false must not be so.

    ``key`` is the segment's id, the language's code, the topic's id, or the ids of
    several segments or topics, one of which is enough.
    """

    kind: ConditionKind
    key: ConditionKey
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
        key = data["key"]
        if isinstance(key, list):
            # JSON knows no tuples.
            key = tuple(key)
        return cls(ConditionKind(data["kind"]), key, data["include"])

    @property
    def ids(self) -> tuple[int, ...]:
        """The numbers in the key: of a segment, of a topic or of several."""
        if isinstance(self.key, tuple):
            return self.key
        return () if self.kind == ConditionKind.LANGUAGE else (int(self.key),)


# What must be so of a reader to get a letter at all, by its language.
type Limits = Mapping[str, Condition]


def select_segment_ids(conditions: Iterable[Condition]) -> list[int]:
    """Return the ids of the segments that the conditions ask for, each once, in order."""
    asked = (c.ids for c in conditions if c.kind == ConditionKind.SEGMENT)
    return list(dict.fromkeys(pk for ids in asked for pk in ids))


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

    @property
    def is_empty(self) -> bool:
        """Whether it stands on something of the register that is not there."""
        return not self.context.get("content", True)


def read_blocks(page: NewsPage) -> list[MailBlock]:
    """Return the blocks of the page that are mailed, in order; of a digest its items too."""
    found = _read_body(page)
    if isinstance(page, DigestPage):
        entries = page.list_entries()
        for number, entry in enumerate(entries):
            before = entries[number - 1] if number else None
            position = len(page.body) + 1 + number
            found += _read_entry(entry, before, position, page)
    return found


def find_reader_limits(pages: Mapping[str, NewsPage]) -> Limits:
    """Return ``find_reader_limit`` of each version that has one, by language."""
    found = {locale: find_reader_limit(page) for locale, page in pages.items()}
    return {locale: limit for locale, limit in found.items() if limit}


def find_reader_limit(page: NewsPage) -> Condition | None:
    """Return what must be so of a reader to get the letter at all; None for nothing.

    Somebody who cares for none of the topics of a personal digest would get only its
    introduction, and is left out. An item without topics is for everybody.
    """
    if not isinstance(page, DigestPage) or not page.is_personal:
        return None
    entries = page.list_entries()
    if not entries or not all(entry.topic_ids for entry in entries):
        return None
    every = sorted({pk for entry in entries for pk in entry.topic_ids})
    return Condition(ConditionKind.TOPICS, tuple(every))


def render_block(block: MailBlock, letter: dict[str, Any]) -> str:
    """Return the block's MJML: one or more sections; "" for one with nothing to show."""
    if block.is_empty:
        return ""
    template = get_template(f"email/blocks/{block.kind}.mjml")
    return template.render(
        {
            **letter,
            **block.context,
            "value": block.value,
            "is_opening": block.is_opening,
        }
    )


def _read_body(page: NewsPage) -> list[MailBlock]:
    return [
        _read_block(child, position, page)
        for position, child in enumerate(add_funding(page.body, page), start=1)
        if _extent_of(child) != Extent.ABSENT
    ]


def _read_entry(
    entry: Entry, before: Entry | None, position: int, digest: DigestPage
) -> list[MailBlock]:
    """Return an item of a digest: its headline, and what else of it is mailed."""
    item = entry.item
    limits: tuple[Condition, ...] = ()
    if digest.is_personal and entry.topic_ids:
        limits = (Condition(ConditionKind.TOPICS, entry.topic_ids),)
    web_url = make_absolute(item.url)
    head = MailBlock(
        kind="digest_item",
        label=item.title,
        position=position,
        value=entry,
        is_opening=False,
        conditions=limits,
        context={
            "item": item,
            "web_url": web_url,
            # A whole item has rules of its own; a heavier one shows where it ends.
            "is_apart": DigestExtent.FULL
            in (entry.extent, before.extent if before else ""),
        },
    )
    if entry.extent != DigestExtent.FULL:
        return [head]
    return [
        head,
        *(
            replace(
                block,
                label=f"{item.title}: {block.label}",
                position=position,
                conditions=tuple(dict.fromkeys((*limits, *block.conditions))),
                # Where the rest of the item is, not of the digest.
                context={**block.context, "web_url": web_url},
            )
            for block in _read_body(item)
        ),
    ]


def _read_block(child: Any, position: int, page: NewsPage) -> MailBlock:
    is_opening = _extent_of(child) == Extent.TEASER
    value = child.block.cut_opening(child.value) if is_opening else child.value
    return MailBlock(
        kind=child.block_type,
        label=str(child.block.label),
        position=position,
        value=value,
        is_opening=is_opening,
        conditions=read_conditions(child),
        context=_read_context(child, value, page),
    )


def _extent_of(child: Any) -> str:
    return child.value["extent"] if child.value else Extent.FULL


def read_conditions(child: Any) -> tuple[Condition, ...]:
    """Return what must be so of a reader to be shown a block of the body."""
    if not child.value:
        return ()
    found = [
        Condition(ConditionKind.SEGMENT, _as_key(child.value[name]), include)
        for name, include in (("only_for", True), ("not_for", False))
        if child.value[name]
    ]
    if child.value["for_language"]:
        found.append(Condition(ConditionKind.LANGUAGE, child.value["for_language"]))
    return tuple(found)


def _as_key(numbers: list[str]) -> ConditionKey:
    """Return the same key for the same segments, in whatever order they were ticked."""
    ids = sorted({int(number) for number in numbers})
    return ids[0] if len(ids) == 1 else tuple(ids)


def _read_context(child: Any, value: Any, page: NewsPage) -> dict[str, Any]:
    """Return the block's language mark, and what the register adds to it."""
    context = {"lang": value["language"] if value else ""}
    if child.block_type in ROUTES:
        path = block_url(page, child.block_type, child.id)
        context["block_url"] = make_absolute(path)
    if isinstance(value, RegisterValue):
        context["content"] = value.read(page)
    if child.block_type == FUNDING:
        context["notices"] = make_notices(page)
    return context
