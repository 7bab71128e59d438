"""Merge fields: ``[[given_name]]``, or ``[[given_name|colleague]]`` with what to say
when the contact has none. Filled once per person, after the mail has been compiled.

Where a field stands decides how its value is written: escaped in HTML, as it is in
text, on one line in a header. Values are filled in one pass, so that ``[[…]]`` in
somebody's name stays what it is.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from html import escape

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from crm.models import Affiliation, Contact
from crm.names import clean_line
from newsletter.exceptions import MergeFieldError

MERGE_FIELDS = ("given_name", "family_name", "organisation", "unsubscribe_url")
FIELD = re.compile(r"\[\[\s*([a-z_]+)\s*(?:\|([^\[\]<>]*))?\]\]")

# A text cut at its fields: text, (name, fallback), text, …
Split = tuple[str | tuple[str, str], ...]


def find_fields(text: str) -> set[str]:
    """Return the names of the merge fields in ``text``.

    Raises MergeFieldError for one that is not on the list and for ``[[`` that begins
    no field.
    """
    return {part[0] for part in split_fields(text) if isinstance(part, tuple)}


@lru_cache(maxsize=64)
def split_fields(text: str) -> Split:
    """Return ``text`` cut at its fields. Raises MergeFieldError as ``find_fields``."""
    parts: list[str | tuple[str, str]] = []
    end = 0
    for match in FIELD.finditer(text):
        parts.append(_check_plain(text[end : match.start()]))
        parts.append((_check_name(match[1]), match[2] or ""))
        end = match.end()
    parts.append(_check_plain(text[end:]))
    return tuple(parts)


def fill_html(text: str, values: Mapping[str, str]) -> str:
    """Return HTML with the values in place, escaped for text and attributes."""
    return "".join(
        part if isinstance(part, str) else _pick(part, values, escape)
        for part in split_fields(text)
    )


def fill_text(text: str, values: Mapping[str, str]) -> str:
    """Return plain text with the values in place."""
    return "".join(
        part if isinstance(part, str) else _pick(part, values, str)
        for part in split_fields(text)
    )


def fill_line(text: str, values: Mapping[str, str]) -> str:
    """Return the text of a header: filled, and without line breaks whatever came in."""
    return clean_line(fill_text(text, values))


def merge_values(contact: Contact) -> dict[str, str]:
    """Return what the fields mean for one contact today."""
    return merge_values_of([contact])[contact.pk]


def merge_values_of(contacts: Iterable[Contact]) -> dict[int, dict[str, str]]:
    """Return what the fields mean for each contact today, by its number; one query.

    ``organisation`` is that of the seat held longest, by its name in the contact's
    language. A contact without a name or a seat has "" there.
    """
    people = {contact.pk: contact for contact in contacts}
    seats = (
        Affiliation.objects.held(timezone.localdate())
        .filter(contact__in=people)
        .select_related("organisation")
        .order_by("-pk")
    )
    organisations = {seat.contact_id: seat.organisation for seat in seats}
    return {
        pk: _values_of(contact, organisations.get(pk)) for pk, contact in people.items()
    }


def _values_of(contact: Contact, organisation) -> dict[str, str]:
    with translation.override(contact.language):
        name = organisation.local_name if organisation else ""
    return {
        "given_name": clean_line(contact.given_name),
        "family_name": clean_line(contact.family_name),
        "organisation": clean_line(name),
    }


def _pick(field: tuple[str, str], values: Mapping[str, str], write) -> str:
    """Return the value; where there is none the fallback, which is written already."""
    name, fallback = field
    value = values.get(name)
    return write(value) if value else fallback


def _check_name(name: str) -> str:
    if name not in MERGE_FIELDS:
        raise MergeFieldError(
            _("There is no merge field [[%(name)s]]. There are: %(known)s.")
            % {"name": name, "known": ", ".join(f"[[{f}]]" for f in MERGE_FIELDS)}
        )
    return name


def _check_plain(text: str) -> str:
    if (at := text.find("[[")) >= 0:
        raise MergeFieldError(
            _("“%(text)s” begins a merge field that does not end.")
            % {"text": text[at : at + 20]}
        )
    return text
