"""Contacts as vCards 3.0 (RFC 2426), which every address book takes."""

from collections.abc import Iterator

from django.db.models import QuerySet

from crm.exports.people import Person, read_people
from crm.models import Contact
from crm.names import clean_line

CARD_TYPE = "text/vcard; charset=utf-8"
AT_A_TIME = 500
# Octets of a line (RFC 2426 §2.6), the blank of a folded one included.
LINE = 75


def stream_cards(contacts: QuerySet[Contact]) -> Iterator[bytes]:
    """Yield a card per contact, with the first seat held today."""
    waiting: list[str] = []
    for number, person in enumerate(read_people(contacts), 1):
        waiting.append(_card(person))
        if number % AT_A_TIME == 0:
            yield "".join(waiting).encode()
            waiting = []
    yield "".join(waiting).encode()


def _card(person: Person) -> str:
    family, given = _escape(person.family_name), _escape(person.given_name)
    lines = [
        "BEGIN:VCARD",
        "VERSION:3.0",
        f"N:{family};{given};;;",
        f"FN:{_escape(person.name)}",
        f"EMAIL;TYPE=INTERNET,PREF:{_escape(person.email)}",
        f"X-LANGUAGE:{person.language}",
    ]
    if person.phone:
        lines.append(f"TEL;TYPE=WORK:{_escape(person.phone)}")
    if person.seats:
        place = person.seats[0]
        lines.append(f"ORG:{_escape(place.organisation)}")
        lines.append(f"TITLE:{_escape(place.title or place.role)}")
    if topics := [_escape(name) for name in person.topics]:
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
