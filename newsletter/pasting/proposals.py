"""What comes out of a pasted text: blocks to be, and what was guessed about each. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from typing import Any

from newsletter.pasting.parts import Line, Run, write_paragraphs


@dataclass(frozen=True)
class Setting:
    """What is known of the item that the text is pasted into."""

    language: str = "sv"
    has_event: bool = False
    has_funding: bool = False


@dataclass
class Proposal:
    """A block to be: its kind, its stored value, and what was guessed.

    ``plain`` is the same as rich text, should the guess be wrong. One that is not
    ``is_taken`` is left out unless the editor says otherwise.
    """

    kind: str
    value: dict[str, Any]
    plain: str = ""
    notes: list[str] = field(default_factory=list)
    is_taken: bool = True

    @property
    def is_guess(self) -> bool:
        """Whether there is something to decide about it."""
        return bool(self.plain) and self.kind != "text"

    def as_text(self) -> "Proposal":
        """Return it as a block of text."""
        return Proposal("text", {"text": self.plain or self.value.get("text", "")})

    def as_block(self) -> dict[str, Any]:
        """Return it as a StreamField keeps it."""
        return {"type": self.kind, "value": self.value}


@dataclass
class Head:
    """What the first lines say of the item as a whole; "" where they say nothing."""

    title: str = ""
    kicker: str = ""
    kind: str = ""
    notes: list[str] = field(default_factory=list)


@dataclass
class Outcome:
    """All that a pasted text came to."""

    head: Head
    proposals: list[Proposal]
    remarks: list[str]


def make_text(lines: Iterable[Line], *notes: str, language: str = "") -> Proposal:
    """Return paragraphs as a block of text."""
    value = {"text": write_paragraphs(line.runs for line in lines)}
    if language:
        value["language"] = language
    return Proposal("text", value, value["text"], list(notes))


def make_plain(rows: Iterable[Iterable[Run]]) -> str:
    """Return rows of runs as paragraphs of rich text."""
    return write_paragraphs(rows)


def paragraph(text: str) -> str:
    """Return words as a paragraph of rich text."""
    return f"<p>{escape(text, quote=False)}</p>"
