"""Whom to ask, where to read more, when and where it is. Pure."""

import re
from collections.abc import Sequence
from dataclasses import replace

from django.utils import translation
from django.utils.translation import gettext as _

from newsletter.pasting.inline import E_MAIL
from newsletter.pasting.lists import Found
from newsletter.pasting.parts import Line, Part, drop_start, write_runs
from newsletter.pasting.proposals import Proposal, Setting, make_text
from newsletter.pasting.words import EVENT_LABEL, NAME

CONTACT = re.compile(
    rf"(?:(?P<role>[^:,.@]{{3,60}}):\s*)?(?P<name>{NAME})?"
    rf"(?:,\s*(?P<organisation>[^,:@]{{2,100}}))?"
    rf"[,:\s]*(?i:på adressen|e-post|e-mail|mejl|at|via|på)?[:\s]*(?P<email>{E_MAIL})\.?$"
)
# The last sentence of a paragraph, when all it says is where to write.
LAST_SENTENCE = re.compile(
    rf"(?:^|(?<=[.!?])\s)(?P<role>[^.!?:@]{{3,60}}?)[:\s]\s*(?P<email>{E_MAIL})\.?$"
)
QUOTED = re.compile(r"[\"“”„»](.{5,200}?)[\"“”»]")
LEAST_FACTS = 2


def find_event_facts(parts: Sequence[Part], setting: Setting) -> Found | None:
    """Return day, time and place that stand with their labels, line by line."""
    rows: list[tuple[str, str]] = []
    taken: list[Line] = []
    for part in parts:
        if not isinstance(part, Line) or part.marker or part.level:
            break
        match = EVENT_LABEL.match(part.text)
        if match:
            rows.append((match["label"], match["value"]))
        elif rows and not part.gap and len(part.text) <= 80:
            # An address goes on below the place.
            rows[-1] = (rows[-1][0], f"{rows[-1][1]}, {part.text}")
        else:
            break
        taken.append(part)
    if len(rows) < LEAST_FACTS:
        return None
    plain = make_text(taken).plain
    if setting.has_event:
        note = _("The item's event says when and where, so its block stands here.")
        return [Proposal("event_facts", {}, plain, [note])], len(taken)
    note = _(
        "If you enter the event in the register and choose it for the item, its own "
        "block can say this, with a file for the calendar."
    )
    with translation.override(setting.language):
        heading = _("Time and place")
    return [Proposal("facts", {"heading": heading, "text": plain}, plain, [note])], len(
        taken
    )


def find_contact(parts: Sequence[Part], _setting: Setting) -> Found | None:
    """Return a line that says whom to write to, or a website and an address alone."""
    line = parts[0]
    if not isinstance(line, Line) or line.marker or line.level:
        return None
    return _find_bare(parts) or _find_named(line) or _find_in_last_sentence(line)


def find_resource(parts: Sequence[Part], setting: Setting) -> Found | None:
    """Return a title with its address on the next line, or a link that stands alone."""
    line = parts[0]
    if not isinstance(line, Line) or line.marker or line.level or "@" in line.text:
        return None
    address = _only_link(line)
    if address and line.text != line.runs[0].href and not _is_bare_address(line.text):
        value = {"title": line.text[:200], "url": address}
        return [Proposal("resource_link", value, make_text([line]).plain)], 1
    following = parts[1] if len(parts) > 1 else None
    if not isinstance(following, Line) or following.gap:
        return None
    address = _only_link(following)
    if not address or not address.startswith("http") or len(line.text) > 300:
        return None
    value = {**_name_resource(line.text), "url": address}
    note = _("The address on the next line became the link of “%(title)s”.") % {
        "title": value["title"]
    }
    plain = make_text([line, following]).plain
    return [Proposal("resource_link", value, plain, [note])], 2


def _name_resource(text: str) -> dict[str, str]:
    """Return title and description: of a quoted title, the words round it."""
    text = text.rstrip(": ")
    quoted = QUOTED.search(text)
    if not quoted:
        return {"title": text[:200], "description": ""}
    rest = (text[: quoted.start()] + text[quoted.end() :]).strip(" :,")
    return {
        "title": quoted[1],
        "description": re.sub(r"\s+(?:med titeln|titled)$", "", rest),
    }


def _only_link(line: Line) -> str:
    """Return where a line leads that is one link and nothing else; "" otherwise."""
    words = [run for run in line.runs if run.text.strip(" .,;<>")]
    return words[0].href if len(words) == 1 else ""


def _is_bare_address(text: str) -> bool:
    return bool(re.match(r"(?:https?://|www\.)\S+$", text))


def _find_bare(parts: Sequence[Part]) -> Found | None:
    """Return a website and an e-mail address that stand on lines of their own."""
    value: dict[str, str] = {}
    taken: list[Line] = []
    for part in parts[:3]:
        if not isinstance(part, Line) or (taken and part.gap):
            break
        href = _only_link(part)
        name = "email" if href.startswith("mailto:") else "website"
        if not href or name in value or not _shows_address(part.text):
            break
        value[name] = href.removeprefix("mailto:")
        taken.append(part)
    if "email" not in value and len(taken) < 2:
        return None
    return [Proposal("contact", value, make_text(taken).plain)], len(taken)


def _shows_address(text: str) -> bool:
    return _is_bare_address(text) or bool(re.fullmatch(rf"{E_MAIL}\.?", text))


def _find_named(line: Line) -> Found | None:
    match = CONTACT.fullmatch(line.text)
    if not match or not (match["name"] or match["role"]):
        return None
    value = {
        name: (match[name] or "").strip()
        for name in ("name", "role", "organisation", "email")
    }
    note = _("It was read as whom to contact.")
    return [Proposal("contact", value, make_text([line]).plain, [note])], 1


def _find_in_last_sentence(line: Line) -> Found | None:
    match = LAST_SENTENCE.search(line.text)
    if not match:
        return None
    before = line.text[: match.start()].strip()
    value = {"role": match["role"].strip(), "email": match["email"]}
    note = _("The last sentence says where to write, and became a contact.")
    sentence = f"<p>{write_runs(drop_start(line.runs, match.start()))}</p>"
    made = [Proposal("contact", value, sentence, [note])]
    if before:
        made.insert(0, make_text([_cut_line(line, len(before))]))
    return made, 1


def _cut_line(line: Line, length: int) -> Line:
    """Return the line's first ``length`` characters."""
    runs, left = [], length
    for run in line.runs:
        if left > 0:
            runs.append(replace(run, text=run.text[:left]))
        left -= len(run.text)
    return Line(tuple(runs), gap=line.gap)
