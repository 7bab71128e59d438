"""A source becomes blocks: each recogniser looks at what comes next, in turn. Pure."""

from collections.abc import Callable, Sequence
from html import unescape

from django.utils.translation import gettext as _

from newsletter.pasting.contacts import find_contact, find_event_facts, find_resource
from newsletter.pasting.headings import find_heading, take_head
from newsletter.pasting.lists import (
    Found,
    find_line_list,
    find_numbered,
    find_points,
)
from newsletter.pasting.parts import Line, Part, Source
from newsletter.pasting.proposals import Outcome, Proposal, Setting, make_text
from newsletter.pasting.speech import find_dash_quote, find_quote
from newsletter.pasting.tables import caption_table, find_table, line_before
from newsletter.pasting.words import AUDIENCE, FUNDING
from newsletter.preflight.rules.languages import guess_language

type Recogniser = Callable[[Sequence[Part], Setting], Found | None]
LONGEST_LEAD = 600


def propose(source: Source, setting: Setting) -> Outcome:
    """Return the blocks that a source comes to, and all that was guessed."""
    parts = source.parts
    head, position = take_head(parts)
    proposals: list[Proposal] = []
    while position < len(parts):
        found, taken = _recognise(parts[position:], setting)
        for made in found:
            if made.kind == "indicator_table":
                caption_table(made, line_before(parts, position))
            _mark_language(made, setting)
        proposals += found
        position += taken
    proposals = _join_texts(proposals)
    return Outcome(head, _lead_in(proposals), source.remarks)


def find_text(parts: Sequence[Part], setting: Setting) -> Found:
    """Return a paragraph as text: what is left when nothing else fits."""
    line = parts[0]
    if not isinstance(line, Line):
        return [], 1
    made = make_text([line])
    if FUNDING.search(line.text):
        made.notes.append(
            _("The grant's own words come with the network, so this is left out.")
            if setting.has_funding
            else _(
                "What a grant asks for is kept with the grant in the register, and "
                "then stands in page and letter by itself."
            )
        )
        made.is_taken = not setting.has_funding
    elif AUDIENCE.match(line.text):
        note = _("It says whom the item is for.")
        value = {"text": made.plain}
        return [Proposal("audience", value, made.plain, [note])], 1
    return [made], 1


RECOGNISERS: list[Recogniser] = [
    find_table,
    find_event_facts,
    find_points,
    find_numbered,
    find_dash_quote,
    find_quote,
    find_contact,
    find_resource,
    find_line_list,
    find_heading,
    find_text,
]


def _recognise(parts: Sequence[Part], setting: Setting) -> Found:
    for recognise in RECOGNISERS:
        if found := recognise(parts, setting):
            return found
    raise AssertionError("find_text takes everything")


def _mark_language(made: Proposal, setting: Setting) -> None:
    """Mark a text that is plainly in another language than the item."""
    guessed = guess_language(_words_of(made))
    if not guessed or guessed == setting.language:
        return
    if made.kind == "resource_link":
        made.value["target_language"] = guessed
    elif made.kind in {"text", "lead", "quote"}:
        made.value["language"] = guessed
        made.notes.append(_("It is marked as being in another language."))


def _words_of(made: Proposal) -> str:
    if made.kind == "resource_link":
        return str(made.value["title"])
    return text_of_html(made.plain)


def text_of_html(markup: str) -> str:
    """Return the words of rich text that was written here."""
    source = "".join(
        part.partition(">")[2] if ">" in part else part for part in markup.split("<")
    )
    return " ".join(unescape(source).split())


def _join_texts(proposals: list[Proposal]) -> list[Proposal]:
    """Return the blocks with texts that follow one another as one."""
    joined: list[Proposal] = []
    for made in proposals:
        last = joined[-1] if joined else None
        if last and _go_together(last, made):
            last.value["text"] += made.value["text"]
            last.plain = last.value["text"]
            last.notes += made.notes
        else:
            joined.append(made)
    return joined


def _go_together(last: Proposal, made: Proposal) -> bool:
    return (
        last.kind == made.kind == "text"
        and last.value.get("language") == made.value.get("language")
        and last.is_taken
        and made.is_taken
        and not FUNDING.search(made.plain)
    )


def _lead_in(proposals: list[Proposal]) -> list[Proposal]:
    """Return the blocks with the first paragraph, if a text begins, as the lead."""
    if not proposals or proposals[0].kind != "text" or not proposals[0].is_taken:
        return proposals
    text = proposals[0]
    first, end, rest = text.value["text"].partition("</p>")
    is_plain = first.startswith("<p>") and "<a " not in first and "<b>" not in first
    words = text_of_html(first + end)
    if not is_plain or len(words) > LONGEST_LEAD or text.value.get("language"):
        return proposals
    note = _("The first paragraph became the lead.")
    lead = Proposal("lead", {"text": words}, first + end, [note])
    if not rest:
        return [lead, *proposals[1:]]
    text.value["text"] = text.plain = rest
    return [lead, *proposals]
