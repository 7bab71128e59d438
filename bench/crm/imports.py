"""Imports and their undoing, against the database's own upsert of the same rows.

The bound writes the same contacts and their topics and nothing else: no reading, no
checking, no comparing, no record to undo it by, no history. Everything is rolled back.
"""

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection, transaction

from bench.crm.figures import once, say
from crm.choices import ImportState
from crm.imports.files import read_table
from crm.imports.importing import apply_sheet, try_sheet
from crm.imports.outcome import ImportOptions
from crm.imports.people import hash_of
from crm.imports.sheets import make_sheet
from crm.imports.undoing import undo_import
from crm.models import Contact, ImportBatch, Topic
from crm.names import make_sort_key

ROWS = 20_000
HEAD = ("Förnamn", "Efternamn", "E-post", "Språk", "Telefon", "Ämnen")
COLUMNS = (
    *("given_name", "family_name", "email", "language", "phone"),
    *("sort_key", "address_hash", "biography", "notes", "custom"),
    *("created_at", "updated_at"),
)
KEPT = ("email", "created_at")


def measure_imports() -> None:
    """Measure files of people who are new, unchanged and changed."""
    for kind, rows in (
        ("new", list(_new_people())),
        ("unchanged", list(_known_people())),
        ("changed", list(_known_people(phone="+46 8 1"))),
    ):
        bound = _measure_upsert(rows)
        with transaction.atomic():
            _measure_import(kind, rows, bound)
            transaction.set_rollback(True)


def _measure_import(kind: str, rows: list[tuple], bound: float) -> None:
    """Preview, import and undo; the time of reading the file is in both of the first."""
    data = _write_file(rows)
    options = ImportOptions()
    read, sheet = once(lambda: make_sheet(read_table(data)))
    tried, outcome = once(lambda: try_sheet(sheet, options, kept=200))
    batch = ImportBatch.objects.create(
        file_name="bench.csv", state=ImportState.APPLYING
    )
    done, _outcome = once(
        lambda: apply_sheet(batch, sheet, options, expected=outcome.digests)
    )
    for name, taken in (("preview", read + tried), ("import", read + done)):
        rate = 1000 * len(rows) / taken
        note = f"{outcome.counts[kind]:,} rows, {rate:,.0f} rows/s"
        say("import", f"{kind}: {name}", taken, bound, note)
    if changes := batch.changes.count():
        undone, _undo = once(lambda: undo_import(batch))
        say("import", f"{kind}: undo", undone, bound, f"{changes:,} rows of tables")


def _measure_upsert(rows: list[tuple]) -> float:
    """Return the milliseconds that the database takes for the rows and their topics."""
    topics = dict(Topic.objects.values_list("name_sv", "pk"))
    people = [_columns(row) for row in rows]
    links = [(row[2], topics[name]) for row in rows for name in row[5].split(" | ")]
    with transaction.atomic():
        taken, _done = once(lambda: UPSERTS[connection.vendor](people, links))
        transaction.set_rollback(True)
    return taken


def _upsert_sqlite(people: list[tuple], links: list[tuple]) -> None:
    marks = ", ".join(["%s"] * len(COLUMNS))
    with connection.cursor() as cursor:
        cursor.executemany(f"{_into()} VALUES ({marks}) {_on_conflict()}", people)
        cursor.executemany(
            "INSERT OR IGNORE INTO crm_contact_topics (contact_id, topic_id)"
            " SELECT id, %s FROM crm_contact WHERE email = %s",
            [(topic, email) for email, topic in links],
        )


def _upsert_postgres(people: list[tuple], links: list[tuple]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE staged (LIKE crm_contact INCLUDING DEFAULTS)"
            " ON COMMIT DROP"
        )
        cursor.execute("ALTER TABLE staged DROP COLUMN id")
        cursor.execute("CREATE TEMP TABLE linked (email text, topic bigint)")
        _copy(cursor, f"staged ({', '.join(COLUMNS)})", people)
        _copy(cursor, "linked", links)
        names = ", ".join(COLUMNS)
        cursor.execute(f"{_into()} SELECT {names} FROM staged {_on_conflict()}")
        cursor.execute(
            "INSERT INTO crm_contact_topics (contact_id, topic_id)"
            " SELECT id, topic FROM linked JOIN crm_contact USING (email)"
            " ON CONFLICT DO NOTHING"
        )


UPSERTS: dict[str, Callable[[list[tuple], list[tuple]], None]] = {
    "sqlite": _upsert_sqlite,
    "postgresql": _upsert_postgres,
}


def _copy(cursor: Any, target: str, rows: list[tuple]) -> None:
    with cursor.copy(f"COPY {target} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _into() -> str:
    return f"INSERT INTO crm_contact ({', '.join(COLUMNS)})"


def _on_conflict() -> str:
    puts = [f"{column} = excluded.{column}" for column in COLUMNS if column not in KEPT]
    return f"ON CONFLICT (email) DO UPDATE SET {', '.join(puts)}"


def _columns(row: tuple) -> tuple:
    given, family, email, language, phone, _topics = row
    key = make_sort_key(family, given) or email
    at = "2026-01-01 00:00:00+00:00"
    facts = (given, family, email, language, phone)
    return (*facts, key, hash_of(email), "", "", "{}", at, at)


def _new_people() -> Iterator[tuple]:
    """Yield people whose names are in the register and whose addresses are not."""
    topics = list(Topic.objects.values_list("name_sv", flat=True)[:4])
    names = Contact.objects.order_by("pk").values_list("given_name", "family_name")
    for number, (given, family) in enumerate(names[:ROWS]):
        address = f"bench.{number}@import{number % 97}.example"
        chosen = f"{topics[number % 2]} | {topics[2 + number % 2]}"
        yield (given, family, address, "sv", f"+46 8 {number:06}", chosen)


def _known_people(phone: str = "") -> Iterator[tuple]:
    """Yield people as the register has them, with another telephone number if given."""
    people = Contact.objects.order_by("pk").filter(topics__isnull=False).distinct()
    for person in people.prefetch_related("topics")[:ROWS]:
        names = " | ".join(topic.name_sv for topic in person.topics.all())
        yield (
            *(person.given_name, person.family_name, person.email),
            *(person.language, phone or person.phone, names),
        )


def _write_file(rows: list[tuple]) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows([HEAD, *rows])
    return text.getvalue().encode()
