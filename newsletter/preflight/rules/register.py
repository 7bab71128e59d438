"""Rules about what the register puts into a letter, and what a grant obliges it to say."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from newsletter.blocks.funding import FUNDING, make_notices
from newsletter.choices import Severity
from newsletter.preflight.findings import Finding
from newsletter.preflight.letter import Letter

# The funds of the European Union that a network like this meets, and how they are named.
FUNDED = re.compile(
    r"\b(?:AMIF|AMIF-|ESF\+?|Interreg|Erasmus\+|Horisont (?:2020|Europa)|"
    r"Horizon (?:2020|Europe)|asyl-, migrations- och integrationsfonden)\b|"
    r"grant agreement|received funding from",
    re.IGNORECASE,
)


def find_empty_partners(letter: Letter) -> Iterator[Finding]:
    """The block for partners is there, and there are none."""
    for block in letter.find("partner_logos"):
        if not block.content:
            yield Finding(
                "no_partners",
                Severity.ERROR,
                _("There are no partners to show"),
                _(
                    "The block is empty, since the register knows no members of the "
                    "item's network or project. Add them there, or take the block away."
                ),
                block.id,
                block.place,
            )


def find_missing_funding(letter: Letter) -> Iterator[Finding]:
    """What a grant asks for: words to say, and a grant behind the block that says them.

    The statement itself is put in by itself (``newsletter.blocks.funding``).
    """
    notices = make_notices(letter.page)
    for notice in notices:
        if not notice.statement.strip():
            yield Finding(
                "no_statement",
                Severity.ERROR,
                _("The grant has no statement"),
                _(
                    "%(grant)s pays for this, and has no words to say so. Write them "
                    "with the grant in the register: nothing is sent without them."
                )
                % {"grant": notice.grant},
                about=str(notice.grant),
            )
    placed = letter.find(FUNDING)
    if placed and not notices:
        yield Finding(
            "no_grant",
            Severity.ERROR,
            _("There is no grant behind the funding notice"),
            _(
                "The item has no network with a grant, so the block says nothing. "
                "Choose the network, or take the block away."
            ),
            placed[0].id,
            placed[0].place,
        )


def find_unstated_funding(letter: Letter) -> Iterator[Finding]:
    """The text speaks of money from a fund, and no grant stands behind the item."""
    if make_notices(letter.page):
        return
    for block in letter.blocks:
        for text in block.paragraphs:
            if match := FUNDED.search(text):
                yield Finding(
                    "missing_funding",
                    Severity.WARNING,
                    _("The funding notice may be missing"),
                    _(
                        "“%(words)s” speaks of a fund, and the item has no grant. "
                        "Choose the network or project that is paid for, or show its "
                        "card: then the statement comes by itself."
                    )
                    % {"words": match[0]},
                    block.id,
                    block.place,
                    match[0],
                )
                return
