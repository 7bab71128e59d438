"""Seats as rows of text, with who holds them today; vacant ones too."""

from collections.abc import Iterable, Iterator

from django.utils.translation import get_language

from crm.disarming import disarm
from crm.imports.columns import HEADINGS
from crm.models import Seat

COLUMNS = (
    *("organisation", "role", "network", "seat_title", "seat_email"),
    *("given_name", "family_name", "email", "from"),
)


def seat_rows(seats: Iterable[Seat]) -> Iterator[list[str]]:
    """Yield the headings, then a row per seat; those of a vacant one end blank.

    The seats come as their listing reads them, with ``held_today``. The headings are
    those that an import reads. Every cell is harmless to a spreadsheet programme.
    """
    position = 1 if get_language() == "en" else 0
    yield [disarm(HEADINGS[column][position]) for column in COLUMNS]
    for seat in seats:
        yield [disarm(cell) for cell in (*_about(seat), *_holder(seat))]


def _about(seat: Seat) -> tuple[str, ...]:
    network = seat.network.name if seat.network else ""
    return seat.organisation.name, seat.role.name, network, seat.title, seat.email


def _holder(seat: Seat) -> tuple[str, ...]:
    # Nobody shares a seat for a single day.
    for held in getattr(seat, "held_today", ()):
        contact, since = held.contact, held.starts_on
        names = (contact.given_name, contact.family_name, contact.email)
        return (*names, since.isoformat() if since else "")
    return "", "", "", ""
