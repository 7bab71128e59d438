"""Contacts as rows of cells, with the columns that an import reads back."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language

from crm.custom import all_fields, write_value
from crm.disarming import disarm
from crm.exports.people import Person, Place, read_people
from crm.imports.columns import CUSTOM, EXPORTED, HEADINGS, SEAT_COLUMNS
from crm.models import Contact, CustomField


def contact_rows(contacts: QuerySet[Contact]) -> Iterator[list[str]]:
    """Yield the headings, then a row per contact and seat held today.

    A contact without a seat has one row. Every cell is harmless to a spreadsheet
    programme. A thousand contacts at a time is all there is in memory.
    """
    position = 1 if get_language() == "en" else 0
    fields = all_fields()
    own = [f"{CUSTOM}{field.slug}" for field in fields]
    yield [disarm(HEADINGS[column][position]) for column in EXPORTED] + own
    for person in read_people(contacts):
        about = list(map(disarm, _person_cells(person)))
        custom = _custom_cells(person.custom, fields)
        for place in person.seats or [None]:
            yield [*about, *map(disarm, _seat_cells(place)), *custom]


def _person_cells(person: Person) -> tuple[str, ...]:
    """Return the cells about a person, in the order of ``EXPORTED``."""
    return (
        person.given_name,
        person.family_name,
        person.email,
        person.language,
        person.phone,
        person.paused_until.isoformat() if person.paused_until else "",
        " | ".join(person.topics),
    )


def _seat_cells(place: Place | None) -> tuple[str, ...]:
    """Return the cells about a seat, in the order of ``SEAT_COLUMNS``; blank for none."""
    if place is None:
        return ("",) * len(SEAT_COLUMNS)
    return (
        place.organisation,
        place.role,
        place.network,
        place.title,
        place.email,
        place.since.isoformat() if place.since else "",
    )


def _custom_cells(custom: dict[str, Any], fields: list[CustomField]) -> list[str]:
    return [disarm(write_value(field, custom.get(field.slug))) for field in fields]
