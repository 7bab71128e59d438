"""What may stand in a cell of a file, and what it means: read here, written here.

Reading raises ValueError with a sentence.
"""

import re
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _
from import_export.widgets import Widget

from crm.addresses import normalise_address
from crm.choices import Language
from crm.disarming import rearm
from crm.exceptions import AddressError
from crm.names import CONTROL, clean_line

LANGUAGE_NAMES = {
    Language.SWEDISH: {"sv", "sv-se", "svenska", "swedish"},
    Language.ENGLISH: {"en", "en-gb", "en-us", "engelska", "english"},
}
LANGUAGE_OF = {
    name: language.value for language, names in LANGUAGE_NAMES.items() for name in names
}
TOPIC_SEPARATOR = re.compile(r"[;|]")
DATE_FORMATS = ("%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%d.%m.%Y", "%Y-%m-%d %H:%M:%S")


def read_text(cell: str, *, signs: tuple[str, ...] = ("=", "@")) -> str:
    """Return the text of a cell that is one line, without what an export put before it.

    A line break is refused, not mended: names end in mail headers, and a cell with a
    break is either an attack or two cells. So is a formula; but not a text that begins
    with such a sign in the register too and was disarmed by an export of ours.
    """
    if cell.isalnum():
        return cell
    text = rearm(cell)
    if not text.isprintable() and CONTROL.search(text):
        raise ValueError(_("The cell has a line break or a control character in it."))
    if text is cell and text.startswith(signs):
        raise ValueError(
            _("The cell begins with “%(sign)s”: that is a formula, no text.")
            % {"sign": text[0]}
        )
    return clean_line(text)


def read_name(cell: str) -> str:
    """Return a name or title; besides, none begins with + or -."""
    return read_text(cell, signs=("=", "@", "+", "-"))


@lru_cache(maxsize=4096)
def read_date(cell: str) -> date | None:
    """Return the day a cell names; None for a blank one."""
    if not cell:
        return None
    for written in DATE_FORMATS:
        try:
            return datetime.strptime(cell, written).date()  # noqa: DTZ007 -- a day
        except ValueError:
            continue
    raise ValueError(
        _("“%(cell)s” is no date. Write it like 2026-03-01.") % {"cell": cell}
    )


def split_name(cell: str) -> tuple[str, str]:
    """Return (given name, family name) of a whole name.

    "Öberg, Åsa" is turned round; else the last word is the family name, with the small
    words before it ("van der", "af"), which is right more often than any other rule.
    """
    name = read_name(cell)
    family, comma, given = name.partition(",")
    if comma:
        return given.strip(), family.strip()
    words = name.split()
    at = max(len(words) - 1, 1)
    while at > 1 and words[at - 1].islower():
        at -= 1
    return " ".join(words[:at]), " ".join(words[at:])


class TextWidget(Widget):
    """A cell of text; a blank one is None, and then what is there stays."""

    def __init__(self, read=read_text, longest: int = 0) -> None:
        super().__init__()
        self.read = read
        self.longest = longest

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> str | None:
        text = self.read(value)
        if self.longest and len(text) > self.longest:
            raise ValueError(
                _("At most %(count)s characters.") % {"count": self.longest}
            )
        return text or None


class AddressWidget(Widget):
    """The e-mail address, in its one spelling."""

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> str:
        if not value:
            raise ValueError(_("The e-mail address is missing."))
        try:
            return normalise_address(read_text(value))
        except AddressError as error:
            raise ValueError(
                _("“%(address)s” is no e-mail address: %(reason)s")
                % {"address": value, "reason": error}
            ) from error


class LanguageWidget(Widget):
    """The language somebody reads, by code or by name."""

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> str | None:
        if not value:
            return None
        found = LANGUAGE_OF.get(value.casefold())
        if found is None:
            raise ValueError(
                _("“%(cell)s” is no language we write in. Use sv or en.")
                % {"cell": value}
            )
        return found
