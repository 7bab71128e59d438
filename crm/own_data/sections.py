"""The registry: who knows what about a person, said in plain words.

A table that refers to contacts and is in no section makes a test fail
(``find_unregistered``). What newer layers hold they register themselves::

    register_section("letters", _("Letters"), find_letters,
                     covers=["newsletter.Delivery.contact"])
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db.models import ForeignKey
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from crm.models import Contact


@dataclass(frozen=True)
class Fact:
    """One thing that is known. ``key`` names it for programs, ``label`` for people.

    ``value`` is text, a number, a truth, a day, a moment, a list or a mapping of these;
    ``words`` say it where the value alone does not, such as a state.
    """

    key: str
    label: Any
    value: Any
    words: Any = ""

    @property
    def shown(self) -> str:
        """The value as people read it, in the active language; "" for nothing."""
        return str(self.words) if self.words else _show(self.value)


Record = list[Fact]
Find = Callable[[Contact], list[Record]]


@dataclass(frozen=True)
class Section:
    """Records of one kind. ``covers`` names the columns by which they refer to people."""

    key: str
    title: Any
    find: Find
    covers: frozenset[str]
    order: int


@dataclass(frozen=True)
class Reading:
    """What a section says about one person."""

    key: str
    title: str
    records: list[Record]


_sections: dict[str, Section] = {}


def register_section(
    key: str, title: Any, find: Find, *, covers: Collection[str] = (), order: int = 500
) -> None:
    """Let ``find(contact)`` tell what a part of the system holds.

    Sections are read by ``order``, small first. ``covers`` are columns
    "app.Model.field". Raises ValueError when the key is taken.
    """
    if key in _sections:
        raise ValueError(f"There is a section {key} already.")
    _sections[key] = Section(key, title, find, frozenset(covers), order)


def read_sections(contact: Contact) -> list[Reading]:
    """Return everything that is held about a contact, in the active language.

    Every section is there, also those with nothing in them. Reads only.
    """
    return [
        Reading(section.key, str(section.title), section.find(contact))
        for section in sorted(_sections.values(), key=lambda section: section.order)
    ]


def find_unregistered() -> list[str]:
    """Return the columns that refer to people and that no section covers."""
    covered = frozenset[str]().union(*(s.covers for s in _sections.values()))
    return sorted(set(find_references()) - covered)


def find_references() -> Iterator[str]:
    """Yield each column that refers to a contact, as "app.Model.field".

    By key (also of many-to-many tables), or by the keyed hash of an address.
    """
    for model in apps.get_models(include_auto_created=True):
        if model._meta.proxy or not model._meta.managed or model is Contact:
            continue
        for field in model._meta.local_fields:
            is_key = isinstance(field, ForeignKey) and field.related_model is Contact
            if is_key or field.name == "address_hash":
                yield f"{model._meta.label}.{field.name}"


def _show(value: Any) -> str:
    if value is None or value == "" or value == [] or value == {}:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "DATETIME_FORMAT")
    if isinstance(value, date):
        return date_format(value, "DATE_FORMAT")
    if isinstance(value, list):
        return ", ".join(map(_show, value))
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_show(each)}" for name, each in value.items())
    return str(value)
