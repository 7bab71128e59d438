"""Rules about numbers that the register knows better."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from newsletter.blocks.register import count_members
from newsletter.choices import Severity
from newsletter.preflight.findings import Finding
from newsletter.preflight.letter import Letter

# "28 medlemsstäder", "omkring 30 städer", "about 30 cities", "30 members".
MEMBERS = re.compile(
    r"\b(?:(?P<about>omkring|cirka|ca\.?|drygt|ungefär|knappt|ett|about|around|some|"
    r"over|nearly|approximately)\s+)?(?P<number>\d{1,4}|ett?\s?tjugotal|tjugotal|"
    r"trettiotal|fyrtiotal|femtiotal)\s+"
    r"(?:\w+\s+)?(?P<of>medlemsstäder|medlemmar|städer|medlemskommuner|kommuner|partner|"
    r"parter|partners|member cities|members|cities|municipalities)\b",
    re.IGNORECASE,
)
WORDS = {"tjugotal": 20, "trettiotal": 30, "fyrtiotal": 40, "femtiotal": 50}
# What people call "about" the number.
NEAR = 0.2


def find_numbers_that_differ(letter: Letter) -> Iterator[Finding]:
    """The text says how many members the network has, and the register another number.

    With a word such as "omkring" before it, a number within a fifth is a note, since
    only the editor knows whether it is meant exactly.
    """
    network = letter.page.network
    if network is None:
        return
    known = count_members(network)
    if not known:
        return
    for block in letter.blocks:
        for text in block.paragraphs:
            for match in MEMBERS.finditer(text):
                said = _read_number(match["number"])
                if said in (None, known):
                    continue
                roughly = bool(match["about"]) and abs(said - known) <= NEAR * known
                yield Finding(
                    "member_count",
                    Severity.NOTE if roughly else Severity.WARNING,
                    _("The number differs from the register"),
                    _("The text says “%(words)s”; %(network)s has %(known)s members.")
                    % {"words": match[0], "network": network, "known": known},
                    block.id,
                    block.place,
                    f"{match[0]} {known}",
                )


def _read_number(words: str) -> int | None:
    if words.isdigit():
        return int(words)
    return WORDS.get(words.split()[-1].lower())
