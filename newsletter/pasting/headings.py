"""Lines that name what follows, and the first lines, that name the whole. Pure."""

import re
from collections.abc import Sequence

from django.utils import translation
from django.utils.translation import gettext as _

from newsletter.pasting.lists import Found, make_stray
from newsletter.pasting.parts import Line, Part
from newsletter.pasting.proposals import Head, Proposal, Setting, make_text
from newsletter.pasting.words import (
    COLLABORATE,
    FACTS,
    FILE_NAME,
    FURNITURE,
    KINDS,
    PARTNERS,
    STATUS,
    find_month,
    lower_capitals,
)

MOST_WORDS, LONGEST = 10, 90
LONGEST_TITLE, LONGEST_KICKER = 200, 120
# With a colon behind it, a longer line introduces a list rather than a section.
MOST_WORDS_BEFORE_COLON = 3
ENDS = (".", ",", ";", "”", '"', "…")


def take_head(parts: Sequence[Part]) -> tuple[Head, int]:
    """Return what the first lines say of the whole, and how many lines that were."""
    lines = []
    for number, part in enumerate(parts[:2]):
        following = parts[number + 1] if number + 1 < len(parts) else None
        if not _names_the_whole(part, following, is_first=not number):
            break
        lines.append(lower_capitals(part.text))  # type: ignore[union-attr]
    head = Head()
    if not lines:
        return head, 0
    head.title, second = lines[0][:LONGEST_TITLE], "".join(lines[1:])
    if kind := KINDS.get(second.lower()):
        head.kind = kind
    elif second and FILE_NAME.fullmatch(head.title):
        head.title, head.kicker = second[:LONGEST_TITLE], head.title
        head.notes.append(
            _("“%(name)s” looks like the name of a file.") % {"name": head.kicker}
        )
    else:
        head.kicker = second[:LONGEST_KICKER]
    return head, len(lines)


def find_heading(parts: Sequence[Part], setting: Setting) -> Found | None:
    """Return a heading, or the block that its words ask for."""
    line, following = parts[0], (parts[1] if len(parts) > 1 else None)
    if not isinstance(line, Line):
        return None
    if FURNITURE.match(line.text) and not line.level and not line.marker:
        return [make_stray(line)], 1
    if not is_heading(line, following):
        return None
    words = line.text.rstrip(": ")
    if found := _find_special(words, parts, setting):
        return found
    shown = lower_capitals(words, _capitals_in(parts))
    made = Proposal("heading", {"text": shown[:150]}, make_text([line]).plain)
    if not line.level:
        made.notes.append(_("A short line alone was read as a heading."))
    if shown != words:
        made.notes.append(_("Its capitals became small letters: look at the names."))
    return [made], 1


def _find_special(words: str, parts: Sequence[Part], setting: Setting) -> Found | None:
    """Return the block that the words of a heading ask for, or a line astray."""
    line, following = parts[0], (parts[1] if len(parts) > 1 else None)
    assert isinstance(line, Line)  # noqa: S101 -- for mypy; the caller looked
    if not _has_text(following):
        if PARTNERS.fullmatch(words):
            note = _("The partners come from the register: the members of the network.")
            plain = make_text([line]).plain
            return [Proposal("partner_logos", {"heading": words}, plain, [note])], 1
        if not line.level and line.text.isupper():
            return [make_stray(line)], 1
    if FACTS.match(words):
        return _make_facts(lower_capitals(words, _capitals_in(parts)), parts)
    if isinstance(following, Line) and words.lower() in STATUS:
        return _make_status(words, [line, following])
    if isinstance(following, Line) and COLLABORATE.match(words):
        return _make_call(words, [line, following], setting)
    return None


def is_heading(line: Line, following: Part | None) -> bool:
    """Say whether a line names what follows it."""
    if line.level:
        return True
    words = line.text.split()
    if line.marker or line.is_quote or any(run.href for run in line.runs):
        return False
    if line.text.endswith(ENDS) or len(words) > MOST_WORDS or len(line.text) > LONGEST:
        return False
    if not line.text[:1].isalnum() and not line.is_bold:
        return False
    if line.text.endswith(":"):
        introduces = not isinstance(following, Line) or bool(following.marker)
        return len(words) <= MOST_WORDS_BEFORE_COLON and (
            following is None or not introduces
        )
    if isinstance(following, Line) and not following.gap:
        # A line in the middle of a paragraph, unless it is set apart by its weight.
        return line.is_bold
    return bool(line.gap)


def _names_the_whole(part: Part, following: Part | None, *, is_first: bool) -> bool:
    if not isinstance(part, Line) or part.marker or part.is_quote:
        return False
    if part.level:
        return part.level == 1 and is_first
    if part.text.endswith((".", ":", ",", ";")) or len(part.text) > LONGEST_KICKER:
        return False
    alone = following is None or bool(following.gap)
    has_link = any(run.href for run in part.runs)
    return alone and not has_link and part.text[:1].isalnum()


def _has_text(part: Part | None) -> bool:
    """Whether what follows is something that a heading can stand over."""
    if part is None:
        return False
    return not isinstance(part, Line) or not is_heading(part, None)


def _make_status(words: str, lines: list[Line]) -> Found:
    """Return where things stand: the paragraph under a heading that says so."""
    as_of = find_month(lines[1].text[:80])
    notes = [_("The first month it names was read as its date.")] if as_of else []
    value = {"label": words, "as_of": as_of, "text": make_text(lines[1:]).plain}
    return [Proposal("status", value, make_text(lines).plain, notes)], 2


def _make_call(words: str, lines: list[Line], setting: Setting) -> Found:
    """Return a call to collaborate, with the button that leads to its form."""
    with translation.override(setting.language):
        button = _("I want to take part")
    value = {"heading": words, "text": make_text(lines[1:]).plain, "button": button}
    note = _("On the web it gets a form: who answers stands in the register as a lead.")
    return [Proposal("collaborate", value, make_text(lines).plain, [note])], 2


def _make_facts(words: str, parts: Sequence[Part]) -> Found:
    """Return the facts under a heading that announces them."""
    taken: list[Line] = []
    for number, part in enumerate(parts[1:], start=1):
        following = parts[number + 1] if number + 1 < len(parts) else None
        is_paragraph = isinstance(part, Line) and not part.marker and not part.is_quote
        if not is_paragraph or is_heading(part, following):  # type: ignore[arg-type]
            break
        if len(part.text) < LONGEST:  # type: ignore[union-attr]
            break
        taken.append(part)  # type: ignore[arg-type]
    value = {"heading": words[:150], "text": make_text(taken).plain}
    plain = f"<h3>{make_text([parts[0]]).plain[3:-4]}</h3>" + value["text"]  # type: ignore[list-item]
    note = _("The heading announces facts, so they stand in their own box.")
    return [Proposal("facts", value, plain, [note])], 1 + len(taken)


def _capitals_in(parts: Sequence[Part]) -> frozenset[str]:
    """Return the words that are all capitals in the running text: EU, EPI, SWOT."""
    running = " ".join(
        part.text
        for part in parts
        if isinstance(part, Line) and part.text.endswith(".")
    )
    return frozenset(re.findall(r"\b[A-ZÅÄÖ]{2,6}\b", running))
