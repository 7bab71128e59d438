"""Merge fields: ``[[given_name]]``, or ``[[given_name|colleague]]`` with what to say
when the contact has none. Filled once per person, after the mail has been compiled.

Where a field stands decides how its value is written: escaped in HTML, percent-encoded
in an address, as it is in text, on one line in a header. Values are filled in one pass,
so that ``[[…]]`` in somebody's name stays what it is.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from html import escape
from typing import Any, NamedTuple, Protocol
from urllib.parse import quote

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from crm.custom import all_fields, show_value
from crm.models import Affiliation, Contact, CustomField
from crm.names import clean_line
from newsletter.exceptions import MergeFieldError
from newsletter.unmerged import FIELD

# What the product itself puts in, address-safe as it is; not offered to editors.
OWN_FIELDS = ("unsubscribe_url", "preferences_url", "link_mark")
CONTACT_FIELDS = ("given_name", "family_name", "organisation")
CUSTOM = "custom_"
# What stands before a field that is part of a web address.
IN_ADDRESS = re.compile(
    r"""(?:\b(?:href|src)\s*=\s*(?:"[^"]*|'[^']*)|https?://[^\s"'<>]*)\Z""",
    re.IGNORECASE,
)
LONGEST_ADDRESS = 2000


class Field(NamedTuple):
    """A merge field where it stands in a text."""

    name: str
    fallback: str
    is_in_address: bool = False


class Person(Protocol):
    """What is read of a contact; a row of a query will do."""

    @property
    def pk(self) -> int: ...
    @property
    def given_name(self) -> str: ...
    @property
    def family_name(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def custom(self) -> dict[str, Any]: ...


class FieldWords(NamedTuple):
    """A field as editors choose it: its name, what it is, what it says for who has none."""

    name: str
    label: str
    fallback: str


# A text cut at its fields: text, field, text, …
Split = tuple[str | Field, ...]


def known_fields() -> list[str]:
    """Return the fields that editors may use, the administrator's own ones last."""
    return [*CONTACT_FIELDS, *(CUSTOM + field.slug for field in _custom_fields())]


def describe_fields() -> list[FieldWords]:
    """Return what editors may put into a text, in words of the active language."""
    fixed = [
        FieldWords("given_name", _("Given name"), _("colleague")),
        FieldWords("family_name", _("Family name"), ""),
        FieldWords(
            "organisation",
            _("The organisation of the seat held longest"),
            _("your organisation"),
        ),
    ]
    own = [FieldWords(CUSTOM + f.slug, f.name, "") for f in _custom_fields()]
    return [*fixed, *own]


def find_fields(text: str) -> set[str]:
    """Return the names of the merge fields in ``text``.

    Raises MergeFieldError for one that is not on the list and for ``[[`` that begins
    no field.
    """
    names = {part.name for part in split_fields(text) if isinstance(part, Field)}
    _check_names(names)
    return names


def disarm_fields(text: Any) -> str:
    """Return ``text`` of the register with ``[[`` that begins no merge field.

    A word joiner, which nobody sees, parts the brackets: a name is never a field.
    """
    return str(text).replace("[[", "[\u2060[")


def find_used_fields(*texts: str) -> set[str]:
    """Return the names of the fields in all of the texts, whatever their names."""
    return {
        part.name
        for text in texts
        for part in split_fields(text)
        if isinstance(part, Field)
    }


@lru_cache(maxsize=64)
def split_fields(text: str) -> Split:
    """Return ``text`` cut at its fields, whatever their names.

    Raises MergeFieldError for ``[[`` that begins no field.
    """
    parts: list[str | Field] = []
    end = 0
    for match in FIELD.finditer(text):
        start = match.start()
        parts.append(_check_plain(text[end:start]))
        before = max(0, start - LONGEST_ADDRESS)
        in_address = bool(IN_ADDRESS.search(text, before, start))
        parts.append(Field(match[1], match[2] or "", in_address))
        end = match.end()
    parts.append(_check_plain(text[end:]))
    return tuple(parts)


def write_html(field: Field, value: str) -> str:
    """Return a value as it must stand in HTML at the field's place."""
    return escape(write_text(field, value))


def write_text(field: Field, value: str) -> str:
    """Return a value as it must stand in plain text at the field's place."""
    if field.is_in_address and field.name not in OWN_FIELDS:
        return quote(value, safe="")
    return value


def fill_html(text: str, values: Mapping[str, str]) -> str:
    """Return HTML with the values in place, escaped for text and attributes."""
    return "".join(
        part if isinstance(part, str) else _pick(part, values, write_html)
        for part in split_fields(text)
    )


def fill_text(text: str, values: Mapping[str, str]) -> str:
    """Return plain text with the values in place."""
    return "".join(
        part if isinstance(part, str) else _pick(part, values, write_text)
        for part in split_fields(text)
    )


def fill_line(text: str, values: Mapping[str, str]) -> str:
    """Return the text of a header: filled, and without line breaks whatever came in."""
    return clean_line(fill_text(text, values))


def merge_values(contact: Contact) -> dict[str, str]:
    """Return what the fields mean for one contact today."""
    return merge_values_of([contact])[contact.pk]


def merge_values_of(
    people: Iterable[Person], used: Collection[str] | None = None
) -> dict[int, dict[str, str]]:
    """Return what the fields mean for each contact today, by its number.

    One query; one more when somebody has values of custom fields. ``organisation`` is
    that of the seat held longest, by its name in the contact's language. What a contact
    does not have is "". With ``used`` fields that are not among them may be missing,
    and their queries are not made.
    """
    found = list(people)
    asks_organisation = used is None or "organisation" in used
    organisations = _find_organisations(found) if asks_organisation else {}
    asks_custom = used is None or any(name.startswith(CUSTOM) for name in used)
    has_custom = asks_custom and any(person.custom for person in found)
    fields = _custom_fields() if has_custom else []
    return {
        person.pk: _values_of(person, organisations.get(person.pk), fields)
        for person in found
    }


def _find_organisations(people: list[Person]) -> dict[int, tuple[str, str, str]]:
    """Return (own name, Swedish, English) of each contact's organisation."""
    seats = (
        Affiliation.objects.held(timezone.localdate())
        .filter(contact__in=[person.pk for person in people])
        .order_by("-pk")
        .values_list(
            "contact_id",
            "organisation__name",
            "organisation__name_sv",
            "organisation__name_en",
        )
    )
    return {pk: (name, sv, en) for pk, name, sv, en in seats}


def _values_of(
    person: Person,
    organisation: tuple[str, str, str] | None,
    fields: list[CustomField],
) -> dict[str, str]:
    name, swedish, english = organisation or ("", "", "")
    local = english if person.language == "en" else swedish
    values = {
        "given_name": clean_line(person.given_name),
        "family_name": clean_line(person.family_name),
        "organisation": clean_line(local or name),
    }
    if fields:
        values.update(_custom_values_of(person, fields))
    return values


def _custom_values_of(person: Person, fields: list[CustomField]) -> dict[str, str]:
    # Dates and numbers as the reader writes them.
    with translation.override(person.language):
        return {
            CUSTOM + field.slug: clean_line(
                show_value(field, person.custom.get(field.slug))
            )
            for field in fields
        }


def _custom_fields() -> list[CustomField]:
    return [field for field in all_fields() if field.is_merge_field]


def _pick(field: Field, values: Mapping[str, str], write) -> str:
    """Return the value; where there is none the fallback, which is written already."""
    value = values.get(field.name)
    return write(field, value) if value else field.fallback


def _check_names(names: set[str]) -> None:
    if names <= {*OWN_FIELDS, *CONTACT_FIELDS}:
        return
    known = known_fields()
    for name in sorted(names - {*OWN_FIELDS, *known}):
        raise MergeFieldError(
            _("There is no merge field [[%(name)s]]. There are: %(known)s.")
            % {"name": name, "known": ", ".join(f"[[{f}]]" for f in known)}
        )


def _check_plain(text: str) -> str:
    if (at := text.find("[[")) >= 0:
        raise MergeFieldError(
            _("“%(text)s” begins a merge field that does not end.")
            % {"text": text[at : at + 20]}
        )
    return text
