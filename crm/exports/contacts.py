"""Contacts as rows of cells, with the columns that an import reads back."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import get_language

from crm.custom import all_fields, write_value
from crm.disarming import disarm
from crm.imports.columns import CUSTOM, EXPORTED, HEADINGS
from crm.models import Contact
from crm.resources import ContactResource


def contact_rows(contacts: Iterable[Contact]) -> Iterator[list[str]]:
    """Yield the headings, then a row per contact and seat held today.

    A contact without a seat has one row. ``contacts`` have ``seats_today`` and their
    topics prefetched. Every cell is harmless to a spreadsheet programme.
    """
    position = 1 if get_language() == "en" else 0
    fields = all_fields()
    own = [f"{CUSTOM}{field.slug}" for field in fields]
    yield [disarm(HEADINGS[column][position]) for column in EXPORTED] + own
    resource = ContactResource()
    for contact in contacts:
        person = {
            **resource.write(contact),
            "topics": " | ".join(topic.name for topic in contact.topics.all()),
        }
        custom = [
            disarm(write_value(field, contact.custom.get(field.slug)))
            for field in fields
        ]
        # Set on the contact by the listing's prefetch.
        seats: list[Any] = getattr(contact, "seats_today", [])
        for affiliation in seats or [None]:
            cells = {**person, **_seat_cells(affiliation)}
            yield [disarm(cells.get(column, "")) for column in EXPORTED] + custom


def _seat_cells(affiliation: Any) -> dict[str, str]:
    """Return what an import knows about a seat, by column; nothing without one."""
    if affiliation is None:
        return {}
    seat = affiliation.seat
    since = affiliation.starts_on
    return {
        "organisation": seat.organisation.name,
        "role": seat.role.name,
        "network": seat.network.name if seat.network else "",
        "seat_title": seat.title,
        "seat_email": seat.email,
        "from": since.isoformat() if since else "",
    }
