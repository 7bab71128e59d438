"""Tables of vCards (versions 2.1, 3 and 4), as address books export them."""

import re
import warnings
from typing import Any

import vobject
from django.utils.translation import gettext as _
from vobject.base import ParseError

from crm.imports.reading import Line, Table, check_rows
from crm.imports.text_files import decode

# The headings stand for what they hold; ``columns`` reads them as such.
HEADINGS = [
    *("first name", "last name", "e-mail", "phone", "language"),
    *("company", "job title", "categories"),
]
CARD = re.compile(
    r"^BEGIN:VCARD[ \t]*\r?\n(.*?)^END:VCARD", re.MULTILINE | re.DOTALL | re.IGNORECASE
)


def is_card_file(data: bytes) -> bool:
    """Say whether the bytes begin like a vCard."""
    start = data[:200].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \r\n")
    return start[:11].upper() == b"BEGIN:VCARD"


def read_cards(data: bytes) -> Table:
    """Return a table with a row per card; the number counts the cards.

    A card that cannot be read has a problem of its own and spoils no other. Photos and
    what else is in it are passed over.
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
        cells = _take(card)
    except (ParseError, ValueError, AttributeError, IndexError, StopIteration) as error:
        problem = _("The card cannot be read: %(reason)s") % {"reason": error}
        return Line(number, [""] * len(HEADINGS), problem)
    return Line(number, [" ".join(cell.split()) for cell in cells])


def _take(card: Any) -> list[str]:
    contents = card.contents
    given, family = _name(contents)
    return [
        given,
        family,
        _preferred(contents.get("email", [])),
        _preferred(contents.get("tel", [])).removeprefix("tel:"),
        _preferred(contents.get("lang", [])),
        _flat(contents["org"][0].value, ", ") if "org" in contents else "",
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
    """Return the value marked as preferred, else the first one."""
    for row in rows:
        marks = [mark.casefold() for mark in row.params.get("TYPE", [])]
        if "pref" in marks or "PREF" in row.params:
            return str(row.value)
    return str(rows[0].value) if rows else ""


def _flat(value: Any, between: str = " ") -> str:
    if isinstance(value, list | tuple):
        return between.join(part for part in map(_flat, value) if part)
    return str(value or "").strip()
