"""What there is to look at: an item in one language, and whom it goes to."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from wagtail import blocks
from wagtail.rich_text import RichText

from newsletter.blocks.register import RegisterValue
from newsletter.choices import DigestExtent
from newsletter.mail.richtext import Node, read_rich_text
from newsletter.models import DigestPage, Newsletter, NewsPage
from newsletter.models.digest import Entry

# Blocks whose text field is no text for people.
NO_TEXT = (blocks.URLBlock, blocks.EmailBlock, blocks.ChoiceBlock, blocks.RegexBlock)
TEXT = (blocks.CharBlock, blocks.TextBlock)
PAGE_LINK = re.compile(r"<a\b(?=[^>]*\blinktype=\"page\")[^>]*\bid=\"(\d+)\"[^>]*>")
NOWHERE = "#"


@dataclass(frozen=True)
class Link:
    """A link: its words and where it leads; "#" for nowhere."""

    text: str
    href: str


@dataclass(frozen=True)
class Audience:
    """Whom the letter goes to, in numbers; None where that is not known yet.

    ``lacking`` says how many of them have nothing for a merge field, ``languages`` how
    many read each language, ``before`` how many got the last send of the newsletter.
    """

    people: int | None = None
    before: int | None = None
    lacking: dict[str, int] = field(default_factory=dict)
    languages: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class LetterBlock:
    """A block of the body, with the texts and links in it."""

    child: Any
    position: int
    page: Any = None

    @property
    def kind(self) -> str:
        return self.child.block_type

    @property
    def id(self) -> str:
        return str(self.child.id or "")

    @property
    def value(self) -> Any:
        return self.child.value

    @property
    def is_fed(self) -> bool:
        """Whether its content is read from the register."""
        return isinstance(self.value, RegisterValue)

    @property
    def content(self) -> Any:
        """What the register has for it, in the active language; None for other blocks."""
        return self.value.read(self.page) if self.is_fed else None

    @property
    def language(self) -> str:
        """The language it is marked with; "" for that of the item."""
        return (self.value.get("language") or "") if self.value else ""

    @property
    def place(self) -> str:
        """The block's name with its number, as the editor counts."""
        return f"{self.position}. {self.child.block.label}"

    @cached_property
    def rich_texts(self) -> list[tuple[str, Node]]:
        """(source, tree) of every rich text in it; links that lead nowhere have "#"."""
        return [
            (value.source, read_rich_text(value, lambda url: url or NOWHERE))
            for value in _walk(self.child.block, self.value)
            if isinstance(value, RichText)
        ]

    @cached_property
    def paragraphs(self) -> list[str]:
        """Every text for people in it, a paragraph or field at a time."""
        found = []
        for value in _walk(self.child.block, self.value):
            if isinstance(value, RichText):
                found += list(_paragraphs_of(read_rich_text(value)))
            elif value:
                found.append(str(value))
        return [text for text in found if text.strip()]

    @cached_property
    def links(self) -> list[Link]:
        """The links in its texts, in reading order."""
        return [
            Link(" ".join(node.text.split()), node.attrs.get("href", NOWHERE))
            for _source, tree in self.rich_texts
            for node in tree.find_all("a")
        ]

    @cached_property
    def linked_pages(self) -> list[int]:
        """The pages of this site that its texts link to, by number."""
        return [
            int(number)
            for source, _tree in self.rich_texts
            for number in PAGE_LINK.findall(source)
        ]


@dataclass(frozen=True)
class Letter:
    """An item in one language as it would be sent."""

    page: NewsPage
    newsletter: Newsletter | None
    audience: Audience = field(default_factory=Audience)

    @property
    def locale(self) -> str:
        return self.page.locale.language_code

    @cached_property
    def blocks(self) -> list[LetterBlock]:
        return [
            LetterBlock(child, position, self.page)
            for position, child in enumerate(self.page.body, start=1)
        ]

    @cached_property
    def entries(self) -> list[Entry]:
        """The items of a digest; none for any other item."""
        return self.page.list_entries() if isinstance(self.page, DigestPage) else []

    @cached_property
    def whole_items(self) -> list["Letter"]:
        """The items that stand whole in a digest, each to be looked at like a letter."""
        return [
            Letter(entry.item, self.newsletter, self.audience)
            for entry in self.entries
            if entry.extent == DigestExtent.FULL
        ]

    def find(self, kind: str) -> list[LetterBlock]:
        """Return the blocks of a kind."""
        return [block for block in self.blocks if block.kind == kind]


def _walk(block: Any, value: Any) -> Iterator[Any]:
    """Yield the texts for people in a block's value, in its order."""
    if isinstance(block, blocks.StructBlock):
        for name, child in block.child_blocks.items():
            yield from _walk(child, (value or {}).get(name))
    elif isinstance(block, blocks.ListBlock):
        for item in value or []:
            yield from _walk(block.child_block, item)
    elif isinstance(block, blocks.RichTextBlock):
        if value:
            yield value
    elif isinstance(block, TEXT) and not isinstance(block, NO_TEXT):
        yield value or ""


def _paragraphs_of(tree: Node) -> Iterator[str]:
    for child in tree.children:
        if isinstance(child, str):
            yield child
        elif child.tag in {"ul", "ol"}:
            yield from (" ".join(item.text.split()) for item in child.find_all("li"))
        else:
            yield " ".join(child.text.split())
