"""Contacts as vCards 3.0 (RFC 2426), which every address book takes."""

from collections.abc import Iterable, Iterator
from typing import Any

from crm.models import Contact
from crm.names import clean_line

CARD_TYPE = "text/vcard; charset=utf-8"
AT_A_TIME = 500
# Octets of a line (RFC 2426 §2.6), the blank of a folded one included.
LINE = 75


def stream_cards(contacts: Iterable[Contact]) -> Iterator[bytes]:
    """Yield a card per contact, with the first seat held today.

    ``contacts`` have ``seats_today`` and their topics prefetched.
    """
    waiting: list[str] = []
    for number, contact in enumerate(contacts, 1):
        waiting.append(_card(contact))
        if number % AT_A_TIME == 0:
            yield "".join(waiting).encode()
            waiting = []
    yield "".join(waiting).encode()


def _card(contact: Contact) -> str:
    family, given = _escape(contact.family_name), _escape(contact.given_name)
    lines = [
        "BEGIN:VCARD",
        "VERSION:3.0",
        f"N:{family};{given};;;",
        f"FN:{_escape(str(contact))}",
        f"EMAIL;TYPE=INTERNET,PREF:{_escape(contact.email)}",
        f"X-LANGUAGE:{contact.language}",
    ]
    if contact.phone:
        lines.append(f"TEL;TYPE=WORK:{_escape(contact.phone)}")
    seats: list[Any] = getattr(contact, "seats_today", [])
    if seats:
        seat = seats[0].seat
        lines.append(f"ORG:{_escape(seat.organisation.name)}")
        lines.append(f"TITLE:{_escape(seat.title or seat.role.name)}")
    if topics := [_escape(topic.name) for topic in contact.topics.all()]:
        lines.append(f"CATEGORIES:{','.join(topics)}")
    lines.append("END:VCARD")
    return "".join(f"{_fold(line)}\r\n" for line in lines)


def _escape(text: str) -> str:
    text = clean_line(text)
    for sign in "\\;,":
        text = text.replace(sign, f"\\{sign}")
    return text


def _fold(line: str) -> str:
    """Return the line in pieces of at most 75 octets, no letter cut in two."""
    pieces, piece, octets = [], "", 0
    for letter in line:
        size = len(letter.encode())
        if octets + size > LINE:
            pieces.append(piece)
            piece, octets = " ", 1
        piece += letter
        octets += size
    return "\r\n".join([*pieces, piece])
