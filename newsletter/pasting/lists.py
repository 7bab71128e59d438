"""Points, numbered points, steps with dates, and lines that are a list. Pure."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from newsletter.pasting.parts import (
    BULLET,
    NUMBER,
    Line,
    Part,
    Run,
    drop_start,
    text_of,
    write_runs,
)
from newsletter.pasting.proposals import Proposal, Setting
from newsletter.pasting.words import FURNITURE, PERIOD, read_date

LONGEST_TITLE = 80
LEAD_WORDS = re.compile(
    r"(?:[^,.:;(]|[.:](?=\S)){3,80}?(?=[,;]|[.:](?:\s|$)|\s+[–—]\s|\s+\()"
)
STEP = re.compile(r"(?P<label>[^():]{3,150}?)\s*\((?P<period>[^()]{4,40})\)\s*:?\s*")
# From so many lines on, lines that follow one another at once are a list.
LEAST_LINES = 3
type Found = tuple[list[Proposal], int]


def find_points(parts: Sequence[Part], _setting: Setting) -> Found | None:
    """Return a list of points and how many parts it took; None where there is none."""
    taken, strays = _take_marked(parts, BULLET)
    if not taken:
        return None
    top = min(line.depth for line in taken)
    items: list[dict[str, Any]] = []
    for line in taken:
        if line.depth > top and items:
            items[-1]["points"].append(line.text[:300])
        else:
            items.append({"text": f"<p>{write_runs(line.runs)}</p>", "points": []})
    notes = _note_breaks(taken)
    return _with_strays(
        Proposal("bullet_list", {"items": items}, _write_list("ul", taken), notes),
        taken,
        strays,
    )


def find_numbered(parts: Sequence[Part], _setting: Setting) -> Found | None:
    """Return a numbered list, as steps where each point has its dates."""
    taken, strays = _take_marked(parts, NUMBER)
    if not taken:
        return None
    plain = _write_list("ol", taken)
    notes = _note_breaks(taken)
    if steps := _read_steps(taken):
        notes.append(_("The dates in brackets became the dates of the steps."))
        made = Proposal("steps", {"steps": steps}, plain, notes)
    elif items := _read_items(taken):
        notes.append(_("The first words of each point became its title."))
        made = Proposal("ordered_list", {"items": items}, plain, notes)
    else:
        made = Proposal("text", {"text": plain}, plain, notes)
    return _with_strays(made, taken, strays)


def find_line_list(parts: Sequence[Part], _setting: Setting) -> Found | None:
    """Return short lines that follow one another at once as points."""
    taken: list[Line] = []
    for part in parts:
        if not isinstance(part, Line) or (taken and part.gap) or not _is_item(part):
            break
        taken.append(part)
    if len(taken) < LEAST_LINES:
        return None
    items = [
        {"text": f"<p>{write_runs(line.runs)}</p>", "points": []} for line in taken
    ]
    note = _("%(count)s lines became points of a list.") % {"count": len(taken)}
    plain = _write_list("ul", taken)
    return [Proposal("bullet_list", {"items": items}, plain, [note])], len(taken)


def _is_item(line: Line) -> bool:
    return (
        not (line.marker or line.level or line.is_quote)
        and len(line.text) <= 250
        and not line.text.endswith((".", ":", ","))
    )


def _take_marked(parts: Sequence[Part], marker: str) -> tuple[list[Line], list[Line]]:
    """Return the points at the start, and the page numbers that stood between them."""
    taken: list[Line] = []
    strays: list[Line] = []
    waiting: list[Line] = []
    for part in parts:
        if not isinstance(part, Line):
            break
        if part.marker == marker:
            taken.append(part)
            strays += waiting
            waiting = []
        elif taken and _is_furniture(part):
            waiting.append(part)
        else:
            break
    return taken, strays


def _is_furniture(line: Line) -> bool:
    is_capitals = line.text.isupper() and len(line.text.split()) <= 3
    return not line.marker and bool(FURNITURE.match(line.text) or is_capitals)


def _with_strays(made: Proposal, taken: list[Line], strays: list[Line]) -> Found:
    return [made, *map(make_stray, strays)], len(taken) + len(strays)


def make_stray(line: Line) -> Proposal:
    """Return a line of a page's head or foot, left out unless the editor wants it."""
    text = f"<p>{write_runs(line.runs)}</p>"
    note = _("It looks like a page's head, foot or number, and is left out.")
    return Proposal("text", {"text": text}, text, [note], is_taken=False)


def _note_breaks(taken: list[Line]) -> list[str]:
    """Return a note for a list that a page break had cut in two."""
    usual = min(line.gap for line in taken[1:]) if len(taken) > 1 else 0
    breaks = [n for n, line in enumerate(taken) if n and line.gap > usual + 1]
    if not breaks:
        return []
    sizes = [b - a for a, b in pairwise([0, *breaks, len(taken)])]
    return [
        _("Lists of %(sizes)s points became one: the gap looked like a page break.")
        % {"sizes": " + ".join(map(str, sizes))}
    ]


def _read_steps(taken: list[Line]) -> list[dict[str, str]]:
    """Return the points as steps, if every one of them says when; else []."""
    steps = []
    for line in taken:
        match = STEP.match(line.text)
        period = PERIOD.fullmatch(match["period"].strip()) if match else None
        rest = drop_start(line.runs, match.end()) if match else ()
        if not (match and period and rest):
            return []
        steps.append(
            {
                "label": match["label"].strip(),
                "start": read_date(period[1]),
                "end": read_date(period[2] or period[1]),
                "text": f"<p>{write_runs(rest)}</p>",
            }
        )
    return steps


def _read_items(taken: list[Line]) -> list[dict[str, str]]:
    """Return the points with a title each, if all have one; else []."""
    items = []
    for line in taken:
        title, rest = _split_title(line.runs)
        if not title or not text_of(rest).strip(" .,:;–"):
            return []
        items.append({"title": title, "text": f"<p>{write_runs(rest)}</p>"})
    return items


def _split_title(runs: tuple[Run, ...]) -> tuple[str, tuple[Run, ...]]:
    first = runs[0]
    if first.is_bold and len(runs) > 1 and len(first.text) <= 150:
        title = first.text.strip()
        return title.rstrip(".:, "), drop_start(runs, len(first.text))
    match = LEAD_WORDS.match(first.text)
    if not match or len(match[0]) > LONGEST_TITLE:
        return "", runs
    return match[0].strip(), drop_start(runs, match.end())


def _write_list(tag: str, taken: list[Line]) -> str:
    points = "".join(f"<li>{write_runs(line.runs)}</li>" for line in taken)
    return f"<{tag}>{points}</{tag}>"
