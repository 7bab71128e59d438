"""Random registers, random files and random edits, for what must hold of any of them."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from hypothesis import strategies as st

from crm.choices import FieldType, InteractionKind, LawfulBasis
from crm.models import (
    Affiliation,
    Contact,
    CustomField,
    Interaction,
    Organisation,
    Purpose,
    Seat,
    Topic,
)
from crm.seats import fill_seat
from tests.factories import (
    make_contact,
    make_network,
    make_organisation,
    make_purpose,
    make_role,
    make_topic,
)

PEOPLE = [f"p{number}@b.example" for number in range(6)]
NAMES = ["", "Åsa", "Bo", "'=1+1", "Per-Olof"]
OFFICES = ["Norrhamn", "Ekstad", "Nyby"]
ROLES = ["samordnare", "expert", "ny roll"]
TITLES = ["", "Chef", "Strateg"]
TOPICS = ["", "skola", "arbete; skola", "fiske"]
DAYS = ["", "2024-03-01", "2026-02-01"]
COLUMNS = (
    *("E-post", "Förnamn", "Efternamn", "Telefon", "Språk", "Ämnen", "Kost"),
    *("Organisation", "Roll", "Titel", "Funktionsadress", "Från"),
)
# What undo leaves as it is, and what says what was done.
NOT_COMPARED = (
    *("crm_consententry", "crm_consentstate", "crm_suppression", "crm_importbatch"),
    *("crm_importchange", "wagtailcore_modellogentry", "crm_job"),
    *("django_content_type", "sqlite_sequence", "django_session"),
    # The trigrams of names and addresses, as SQLite keeps them.
    *(
        f"crm_{thing}_parts{end}"
        for thing in ("contact", "seat")
        for end in ("", "_data", "_idx", "_docsize", "_config")
    ),
)


@dataclass
class World:
    """A small register to import into."""

    purpose: Purpose


def rows(*, seats: bool = True) -> st.SearchStrategy:
    """Return a strategy of file rows: cells in the order of ``COLUMNS``."""
    seat = st.tuples(
        st.sampled_from(["", *OFFICES]),
        st.sampled_from(ROLES),
        st.sampled_from(TITLES),
        st.sampled_from(["", "office@b.example"]),
        st.sampled_from(DAYS),
    ).map(lambda cells: cells if cells[0] else ("",) * 5)
    person = st.tuples(
        st.sampled_from(NAMES),
        st.sampled_from(NAMES),
        st.sampled_from(["", "1", "+46 8 1"]),
        st.sampled_from(["", "sv", "engelska"]),
        st.sampled_from(TOPICS),
        st.sampled_from(["", "vego"]),
    )
    several = st.lists(
        st.tuples(
            st.sampled_from(PEOPLE), person, seat if seats else st.just(("",) * 5)
        ),
        min_size=1,
        max_size=6,
        unique_by=lambda row: row[0],
    )
    return several.map(lambda found: [(a, *p, *s) for a, p, s in found])


def write_file(found: list[tuple]) -> str:
    """Return the rows as the text of a CSV file."""
    text = io.StringIO()
    csv.writer(text).writerows([COLUMNS, *found])
    return text.getvalue()


def make_world(draw: Callable) -> World:
    """Make a register with some of the people, seats and names that files use."""
    CustomField.objects.create(
        slug="diet", name_sv="Kost", name_en="Diet", type=FieldType.TEXT
    )
    topics = [make_topic(name_sv=name, slug=name) for name in ("skola", "arbete")]
    roles = [make_role(name_sv=name) for name in ROLES[:2]]
    offices = [make_organisation(name=name) for name in OFFICES[:2]]
    make_network(name="Nätet")
    for address in draw(st.lists(st.sampled_from(PEOPLE), unique=True)):
        make_contact(
            email=address,
            given_name=draw(st.sampled_from(["Åsa", "Eva"])),
            family_name="Ek",
            topics=draw(st.lists(st.sampled_from(topics), unique_by=id)),
            custom=draw(st.sampled_from([{}, {"diet": "fisk"}])),
        )
    for office in offices:
        for role in draw(st.lists(st.sampled_from(roles), unique_by=id)):
            seat = Seat.objects.create(
                organisation=office, role=role, title=draw(st.sampled_from(TITLES))
            )
            holder = Contact.objects.order_by("email").last()
            if holder and draw(st.booleans()):
                fill_seat(seat, holder, starts_on=date(2020, 1, 1))
    return World(make_purpose(lawful_basis=LawfulBasis.CONSENT))


# --- Edits between import and undo


def edit_phone(contact: Contact) -> None:
    contact.phone = "edited"
    contact.save()


def add_note(contact: Contact) -> None:
    Interaction.objects.create(
        kind=InteractionKind.NOTE, contact=contact, text="Called."
    )


def drop_topics(contact: Contact) -> None:
    contact.topics.clear()


def leave_seats(contact: Contact) -> None:
    for held in Affiliation.objects.filter(contact=contact, ends_on=None):
        held.ends_on = date(2026, 12, 31)
        held.save()


def delete(contact: Contact) -> None:
    contact.delete()


def rename_offices(contact: Contact) -> None:
    for organisation in Organisation.objects.filter(
        seats__affiliations__contact=contact
    ):
        organisation.name_en = "Renamed"
        organisation.save()


def use_topic(contact: Contact) -> None:
    for topic in Topic.objects.filter(slug="fiske"):
        contact.topics.add(topic)


EDITS = [
    *(edit_phone, add_note, drop_topics, leave_seats),
    *(delete, rename_offices, use_topic),
]


def edits() -> st.SearchStrategy:
    """Return a strategy of edits: (what is done, to whom)."""
    return st.lists(
        st.tuples(st.sampled_from(EDITS), st.sampled_from(PEOPLE)), max_size=3
    )


# --- The whole database


def read_everything() -> dict[tuple[str, Any], tuple]:
    """Return every row of every compared table by table and key.

    Rows between two tables are known by the two, since their own keys are nobody's.
    """
    found: dict[tuple[str, Any], tuple] = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table in NOT_COMPARED:
                continue
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                cells = dict(zip(names, row, strict=True))
                cells.pop("updated_at", None)
                if table == "crm_contact_topics":
                    key: Any = (cells.pop("contact_id"), cells.pop("topic_id"))
                    cells = {}
                else:
                    key = cells.get("id", tuple(map(str, cells.values())))
                found[table, key] = tuple(map(str, cells.values()))
    return found
