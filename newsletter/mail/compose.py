"""An item becomes a mail: compiled once per language, cut once per variant.

Every block of the body is rendered and checked by itself, so that a fault can be named.
All of them go into one MJML document with a comment before and after each; the compiled
HTML is taken apart at these comments. A variant is the parts put together again without
the blocks its readers are not shown. Text likewise. What differs from person to person
stays a merge field (``newsletter.mail.merge``).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from crm.models import Segment
from newsletter.exceptions import CompositionError, MergeFieldError
from newsletter.mail.blocks import (
    Condition,
    MailBlock,
    read_blocks,
    render_block,
    select_segment_ids,
)
from newsletter.mail.funding import check_funding
from newsletter.mail.hashes import hash_content
from newsletter.mail.letter import describe_letter
from newsletter.mail.merge import find_fields
from newsletter.mail.mjml import check_fragment, compile_mjml
from newsletter.mail.plaintext import write_block, write_foot, write_head
from newsletter.models import Newsletter, NewsPage

__all__ = ["Composition", "Condition", "Rendered", "compose_page", "find_conditions"]

# Delivery.shown is a signed 64-bit number with one bit per condition.
MAX_CONDITIONS = 62
MARK = re.compile(r"<!--(/?)block:(\d+)-->")


@dataclass(frozen=True)
class Piece:
    """A part of a mail, and the conditions (as bits) that must all hold to show it."""

    content: str
    needs: int = 0


@dataclass(frozen=True)
class Rendered:
    """A variant: merge fields and the address for leaving still to be filled in."""

    subject: str
    html: str
    text: str
    content_hash: str


@dataclass(frozen=True)
class Composition:
    """An item in one language, ready to be cut into variants."""

    subject: str
    html: tuple[Piece, ...]
    text: tuple[Piece, ...]

    def cut(self, shown: int) -> Rendered:
        """Return what readers get for whom the conditions in ``shown`` hold."""
        html, text = _join(self.html, shown), _join(self.text, shown)
        digest = hash_content(self.subject, html, text)
        return Rendered(self.subject, html, text, digest)


def find_conditions(pages: Iterable[NewsPage]) -> list[Condition]:
    """Return the conditions of the blocks of all the pages, each once, in order.

    Raises CompositionError when there are more than a delivery has bits for.
    """
    found: dict[Condition, None] = {}
    for page in pages:
        for block in read_blocks(page):
            found.update(dict.fromkeys(block.conditions))
    if len(found) > MAX_CONDITIONS:
        raise CompositionError(
            _(
                "Blocks are limited in %(count)s ways; a letter can hold %(most)s. Let "
                "blocks share their limits, or tick several segments in one block."
            )
            % {"count": len(found), "most": MAX_CONDITIONS}
        )
    return list(found)


def compose_page(
    page: NewsPage, newsletter: Newsletter, conditions: list[Condition], *, locale: str
) -> Composition:
    """Return the item as a mail in the language ``locale``.

    ``conditions`` is the list of ``find_conditions`` for all languages of the send; a
    block's bits are counted in it. Raises CompositionError naming the block at fault,
    MergeFieldError (one of them) for a merge field that does not exist.
    """
    with translation.override(locale):
        blocks = read_blocks(page)
        _check_segments(blocks)
        letter = describe_letter(page, newsletter)
        needs = [_bits_of(block, conditions) for block in blocks]
        composition = Composition(
            subject=_check_fields(letter["subject"]),
            html=_compose_html(blocks, needs, letter),
            text=_compose_text(blocks, needs, letter),
        )
        shown_to_all = composition.cut(0)
        check_funding(page, shown_to_all.html, shown_to_all.text)
        return composition


def _compose_html(
    blocks: list[MailBlock], needs: list[int], letter: dict
) -> tuple[Piece, ...]:
    fragments = [_make_fragment(block, letter) for block in blocks]
    html = compile_mjml(
        render_to_string(
            "email/newsletter.mjml",
            {
                **letter,
                "fragments": list(enumerate(fragments)),
                # The editor's own button is the one button of the letter.
                "has_button": any(block.kind == "button" for block in blocks),
            },
        )
    )
    _check_fields(html)
    pieces, end = [], 0
    for match in MARK.finditer(html):
        closed = int(match[2]) if match[1] else None
        content = html[end : match.start()]
        pieces.append(Piece(content, 0 if closed is None else needs[closed]))
        end = match.end()
    return (*pieces, Piece(html[end:]))


def _make_fragment(block: MailBlock, letter: dict) -> str:
    """Return a block's MJML, or raise with the block's place and name in front."""
    try:
        fragment = render_block(block, letter)
        find_fields(fragment)
        check_fragment(fragment)
    except CompositionError as error:
        raise type(error)(
            _("Block %(position)s, “%(label)s”: %(problem)s")
            % {"position": block.position, "label": block.label, "problem": error}
        ) from error
    return fragment


def _compose_text(
    blocks: list[MailBlock], needs: list[int], letter: dict
) -> tuple[Piece, ...]:
    pieces = [Piece(write_head(letter))]
    pieces += [
        Piece(write_block(block, letter), mask)
        for block, mask in zip(blocks, needs, strict=True)
    ]
    return (*pieces, Piece(write_foot(letter)))


def _join(pieces: tuple[Piece, ...], shown: int) -> str:
    return "".join(p.content for p in pieces if p.needs & ~shown == 0)


def _bits_of(block: MailBlock, conditions: list[Condition]) -> int:
    return sum(1 << conditions.index(condition) for condition in block.conditions)


def _check_fields(text: str) -> str:
    """Return ``text`` when its merge fields exist; raise naming the head if not."""
    try:
        find_fields(text)
    except MergeFieldError as error:
        raise MergeFieldError(
            _("Title, subject or kicker: %(problem)s") % {"problem": error}
        ) from error
    return text


def _check_segments(blocks: list[MailBlock]) -> None:
    """Raise for a block limited to a segment that is no longer there."""
    wanted = select_segment_ids(c for block in blocks for c in block.conditions)
    there = (
        set(Segment.objects.filter(pk__in=wanted).values_list("pk", flat=True))
        if wanted
        else set()
    )
    for block in blocks:
        if any(pk not in there for pk in select_segment_ids(block.conditions)):
            raise CompositionError(
                _(
                    "Block %(position)s, “%(label)s”, is limited to a segment that has "
                    "been deleted. Choose another."
                )
                % {"position": block.position, "label": block.label}
            )
