"""Tables of vCards (versions 2.1, 3 and 4), as address books export them."""

import re
import warnings
from typing import Any

import vobject
from django.utils.translation import gettext as _
from vobject.base import ParseError

from crm.disarming import disarm
from crm.imports.reading import Line, Table, check_rows
from crm.imports.text_files import decode

# The headings stand for what they hold; ``columns`` reads them as such.
HEADINGS = [
    *("first name", "last name", "e-mail", "phone", "language"),
    *("company", "job title", "categories"),
]
# A telephone number needs no mark, and would look odd with one.
NUMBER = re.compile(r"\+[\d ()./-]+")
# What KIND says of a person (RFC 6350 §6.1.4); most cards say nothing.
PERSON = ("individual", "")
CARD = re.compile(
    r"^BEGIN:VCARD[ \t]*\r?\n(.*?)^END:VCARD", re.MULTILINE | re.DOTALL | re.IGNORECASE
)


def is_card_file(data: bytes) -> bool:
    """Say whether the bytes begin like a vCard."""
    start = data[:200].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \r\n")
    return start[:11].upper() == b"BEGIN:VCARD"


def read_cards(data: bytes) -> Table:
    """Return a table with a row per card; the number counts the cards.

    A card that cannot be read, or is about no person, has a problem of its own and
    spoils no other. Photos and what else is in it are passed over, of an organisation
    everything but its name (departments are further components, RFC 6350 §6.6.4).
    """
    text, encoding = decode(data)
    lines = []
    for number, found in enumerate(CARD.finditer(text), 1):
        check_rows(number)
        lines.append(_read_card(number, found[0]))
    return Table(HEADINGS, lines, kind="vcard", encoding=encoding)


def _read_card(number: int, text: str) -> Line:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            card = vobject.readOne(
                f"{text}\r\n", ignoreUnreadable=True, allowQP=True, transform=True
            )
        cells, problem = _take(card), _find_problem(card)
    except (ParseError, ValueError, AttributeError, IndexError, StopIteration) as error:
        problem = _("The card cannot be read: %(reason)s") % {"reason": error}
        return Line(number, [""] * len(HEADINGS), problem)
    return Line(number, [_as_text(cell) for cell in cells], problem)


def _as_text(cell: str) -> str:
    """Return a cell in one line; what a spreadsheet would run is text in a card."""
    text = " ".join(cell.split())
    return text if NUMBER.fullmatch(text) else disarm(text)


def _find_problem(card: Any) -> str:
    """Return what is wrong with a card that can be read; "" when nothing is."""
    kinds = card.contents.get("kind", [])
    if kinds and str(kinds[0].value).casefold() not in PERSON:
        return _("The card is about an organisation, a group or a place, not a person.")
    return ""


def _take(card: Any) -> list[str]:
    contents = card.contents
    given, family = _name(contents)
    return [
        given,
        family,
        _preferred(contents.get("email", [])),
        _preferred(contents.get("tel", [])).removeprefix("tel:"),
        _preferred(contents.get("lang", []) or contents.get("x-language", [])),
        _flat(contents["org"][0].value[:1]) if "org" in contents else "",
        _preferred(contents.get("title", [])),
        "; ".join(_flat(row.value, "; ") for row in contents.get("categories", [])),
    ]


def _name(contents: dict) -> tuple[str, str]:
    if "n" in contents:
        name = contents["n"][0].value
        given = " ".join(filter(None, [_flat(name.given), _flat(name.additional)]))
        if given or name.family:
            return given, _flat(name.family)
    whole = _preferred(contents.get("fn", []))
    given, _blank, family = whole.rpartition(" ")
    return given, family


def _preferred(rows: list) -> str:
    """Return the value marked as the most preferred, else the first one."""
    return str(min(rows, key=_rank).value) if rows else ""


def _rank(row: Any) -> int:
    """Return how preferred a value is, 1 to 100 as in vCard 4 (RFC 6350 §5.3)."""
    marks = [mark.casefold() for mark in row.params.get("TYPE", [])]
    if "pref" in marks:
        return 1
    rank = "".join(row.params.get("PREF", []))
    # Version 2.1 has the bare word.
    return int(rank) if rank.isdecimal() else 1 if "PREF" in row.params else 101


def _flat(value: Any, between: str = " ") -> str:
    if isinstance(value, list | tuple):
        return between.join(part for part in map(_flat, value) if part)
    return str(value or "").strip()
