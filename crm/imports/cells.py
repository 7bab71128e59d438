"""What may stand in a cell, and what it means. Raises ValueError with a sentence."""

import re
from datetime import date, datetime

from django.utils.translation import gettext as _
from import_export.widgets import ManyToManyWidget, Widget

from crm.addresses import normalise_address
from crm.choices import Language
from crm.exceptions import AddressError
from crm.imports.lookups import Lookups, UnknownNameError
from crm.models import Topic
from crm.names import CONTROL

LANGUAGE_NAMES = {
    Language.SWEDISH: {"sv", "sv-se", "svenska", "swedish"},
    Language.ENGLISH: {"en", "en-gb", "en-us", "engelska", "english"},
}
DATE_FORMATS = ("%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%d.%m.%Y")
TOPIC_SEPARATOR = re.compile(r"[;|]")


def read_text(cell: str) -> str:
    """Return the text of a cell that is one line.

    A line break is refused, not mended: names end in mail headers, and a cell with a
    break is either an attack or two cells. So is a formula, which some other programme
    would run when the register is exported again.
    """
    if CONTROL.search(cell):
        raise ValueError(_("The cell has a line break or a control character in it."))
    if cell.startswith(("=", "@")):
        raise ValueError(
            _("The cell begins with “%(sign)s”: that is a formula, no text.")
            % {"sign": cell[0]}
        )
    return cell


def read_name(cell: str) -> str:
    """Return a name or title; besides, none begins with + or -."""
    if cell.startswith(("+", "-")):
        raise ValueError(
            _("The cell begins with “%(sign)s”: that is a formula, no text.")
            % {"sign": cell[0]}
        )
    return read_text(cell)


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


class TextWidget(Widget):
    """A cell of text; a blank one is None, and then what is there stays."""

    def __init__(self, read=read_text):
        super().__init__()
        self.read = read

    def clean(self, value, row=None, **kwargs):
        return self.read(value) or None


class AddressWidget(Widget):
    """The e-mail address, in its one spelling."""

    def clean(self, value, row=None, **kwargs):
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

    def clean(self, value, row=None, **kwargs):
        if not value:
            return None
        for language, names in LANGUAGE_NAMES.items():
            if value.casefold() in names:
                return language.value
        raise ValueError(
            _("“%(cell)s” is no language we write in. Use sv or en.") % {"cell": value}
        )


class TopicsWidget(ManyToManyWidget):
    """Topics by name. import-export's own widget drops unknown ones without a word."""

    def __init__(self):
        super().__init__(Topic)
        self.lookups: Lookups | None = None

    def clean(self, value, row=None, **kwargs):
        names = [name.strip() for name in TOPIC_SEPARATOR.split(value or "")]
        topics, unknown = [], []
        for name in filter(None, names):
            try:
                topics.append(self.lookups.find_topic(read_name(name)))
            except UnknownNameError as error:
                unknown.append(str(error))
        if unknown:
            raise ValueError(" ".join(unknown))
        return list(dict.fromkeys(topics))
