"""What the editor of a segment lets people pick from, and how it is found.

A short list goes into the page whole and is searched there; organisations and contacts
are searched in the register while somebody types.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from crm.models import Contact, Organisation, Segment
from crm.names import make_sort_key

Option = tuple[str, str]
FOUND_AT_ONCE = 20


@dataclass(frozen=True)
class ChoiceSource:
    """A list of (value, label) that is short enough to go into the page."""

    choices: Callable[[], Iterable[tuple[Any, Any]]]
    search_name = ""

    def options(self) -> list[Option]:
        """Return every option, in the active language."""
        return [(str(value), str(label)) for value, label in self.choices()]

    def find(self, values: Iterable[str]) -> list[Option]:
        """Return those of the values that are there, in the order given."""
        labels = dict(self.options())
        return [(value, labels[value]) for value in values if value in labels]

    def read(self, value: str) -> str:
        """Return the stored form of a value."""
        return value


@dataclass(frozen=True)
class RowSource:
    """All rows of a model with few of them: roles, networks, topics, segments."""

    model: type[Model]
    search_name = ""

    def options(self) -> list[Option]:
        """Return every row, named in the active language and in that order."""
        named = [(str(row.pk), str(row)) for row in self.model._default_manager.all()]
        return sorted(named, key=lambda option: make_sort_key(option[1]))

    def find(self, values: Iterable[str]) -> list[Option]:
        """Return those of the rows that are there, in the order given."""
        return find_rows(self.model, values, str)

    def read(self, value: str) -> int:
        """Return the row's id."""
        return int(value)


@dataclass(frozen=True)
class SearchSource:
    """Rows of a model with many of them, searched while somebody types.

    ``permission`` is what the searching person needs, besides work with segments.
    """

    search_name: str
    model: type[Model]
    match: Callable[[str], Q]
    label: Callable[[Any], str] = str
    permission: str = ""

    def options(self) -> list[Option]:
        """Return nothing: the options come as somebody searches."""
        return []

    def find(self, values: Iterable[str]) -> list[Option]:
        """Return those of the rows that are there, in the order given."""
        return find_rows(self.model, values, self.label)

    def search(self, text: str) -> list[Option]:
        """Return the first rows in which every word of the text is found."""
        rows: QuerySet[Model] = self.model._default_manager.all()
        for word in text.split():
            rows = rows.filter(self.match(word))
        return [(str(row.pk), self.label(row)) for row in rows[:FOUND_AT_ONCE]]

    def read(self, value: str) -> int:
        """Return the row's id."""
        return int(value)


Source = ChoiceSource | RowSource | SearchSource


def find_rows(
    model: type[Model], values: Iterable[str], label: Callable[[Any], str]
) -> list[Option]:
    """Return (id, label) of the rows that are there; what is no id is left out."""
    ids = [int(value) for value in values if str(value).isdecimal()]
    rows = model._default_manager.in_bulk(ids)
    return [(str(pk), label(rows[pk])) for pk in ids if pk in rows]


def match_organisation(word: str) -> Q:
    """Return: the word is in one of the organisation's names, whatever its accents."""
    return (
        Q(sort_key__contains=make_sort_key(word))
        | Q(name_sv__icontains=word)
        | Q(name_en__icontains=word)
    )


def match_contact(word: str) -> Q:
    """Return: the word is in the contact's name or begins the address."""
    return Q(sort_key__contains=make_sort_key(word)) | Q(
        email__startswith=word.casefold()
    )


def label_contact(contact: Contact) -> str:
    """Return the name with the address, since two people may share a name."""
    if not contact.full_name:
        return contact.email
    return _("%(name)s, %(address)s") % {
        "name": contact.full_name,
        "address": contact.email,
    }


ORGANISATIONS = SearchSource("organisations", Organisation, match_organisation)
CONTACTS = SearchSource(
    "contacts", Contact, match_contact, label_contact, "crm.view_contact"
)
SEARCHED = {source.search_name: source for source in (ORGANISATIONS, CONTACTS)}


def may_search(user: Any, source: SearchSource) -> bool:
    """Return whether somebody may look through a source: works with segments, at least."""
    if isinstance(user, AnonymousUser):
        return False
    if source.permission and not user.has_perm(source.permission):
        return False
    name = Segment._meta.model_name
    return any(user.has_perm(f"crm.{verb}_{name}") for verb in ("add", "change"))
