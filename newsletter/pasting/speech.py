"""What people say: after a dash, or between quotation marks with a name below. Pure."""

import re
from collections.abc import Sequence

from django.utils.translation import gettext as _

from newsletter.pasting.lists import Found
from newsletter.pasting.parts import Line, Part
from newsletter.pasting.proposals import Proposal, Setting, make_text
from newsletter.pasting.words import NAME, SPEAKER

DASH = re.compile(r"[–—―]\s*(?=\S)|-\s+(?=\S.*\b(?:säger|says)\b)")
OPENING, CLOSING = "\"“”„»«'", "\"“”»«'"
SHORTEST_QUOTE = 40
ATTRIBUTION = re.compile(rf"[–—-]?\s*(?P<person>{NAME})(?:,\s*(?P<rest>.+))?$")
ON_OCCASION = re.compile(r"(?:vid|den|på|i|under|at|on|in)\b", re.IGNORECASE)


def find_dash_quote(parts: Sequence[Part], _setting: Setting) -> Found | None:
    """Return what somebody says after a dash; without a name it stays text."""
    line = parts[0]
    if not isinstance(line, Line) or not DASH.match(line.text):
        return None
    spoken = line.text[DASH.match(line.text).end() :]  # type: ignore[union-attr]
    plain = make_text([line]).plain
    said = SPEAKER.search(spoken)
    if said is None:
        note = _("A dash begins it, but nobody is named who says it.")
        return [Proposal("text", {"text": plain}, plain, [note])], 1
    value = {
        "text": spoken,
        "person": said["person"],
        "role": (said["role"] or "").strip(),
    }
    note = _("%(person)s was read as the speaker.") % {"person": said["person"]}
    return [Proposal("dash_quote", value, plain, [note])], 1


def find_quote(parts: Sequence[Part], _setting: Setting) -> Found | None:
    """Return a paragraph in quotation marks, or set as a quote, with who said it."""
    quoted = parts[0]
    if not isinstance(quoted, Line) or not _is_quoted(quoted):
        return None
    below: list[Line] = []
    for part in parts[1:3]:
        if not isinstance(part, Line) or part.level or len(part.text) > 160:
            break
        if below and part.gap:
            break
        below.append(part)
    for count in range(len(below), 0, -1):
        words = " ".join(line.text for line in below[:count]).rstrip(".")
        if match := ATTRIBUTION.match(words):
            value = {"text": quoted.text, **_describe(match)}
            note = _("%(person)s was read as the speaker.") % {
                "person": match["person"]
            }
            plain = make_text([quoted, *below[:count]]).plain
            return [Proposal("quote", value, plain, [note])], 1 + count
    return None


def _is_quoted(line: Line) -> bool:
    text = line.text
    in_marks = text[:1] in OPENING and text.rstrip(".")[-1:] in CLOSING
    return line.is_quote or (in_marks and len(text) >= SHORTEST_QUOTE)


def _describe(match: re.Match[str]) -> dict[str, str]:
    """Return person, role and occasion of a line under a quote."""
    role, _comma, occasion = (match["rest"] or "").partition(", ")
    if ON_OCCASION.match(role):
        role, occasion = "", match["rest"]
    return {
        "person": match["person"],
        "role": role.strip()[:160],
        "occasion": occasion.strip()[:160],
    }
