"""The number of the pages that hold: drawn anew after every change that pages may show.

It stands in one row of the database, so that all processes and hosts go by the same. It
is drawn by lot instead of counted up: after a backup was put back, a counter would come
to numbers again that other pages were kept under.
"""

import logging
import secrets
import threading
from typing import Any

from django.db import Error, connection

from home.models.generation import PageGeneration

logger = logging.getLogger(__name__)

TABLE = PageGeneration._meta.db_table
READ = f"SELECT number FROM {TABLE} WHERE id = {PageGeneration.ROW}"  # noqa: S608 -- names of our own
# One statement on both databases, whether the row is there or not.
WRITE = (
    f"INSERT INTO {TABLE} (id, number) VALUES ({PageGeneration.ROW}, %s)"  # noqa: S608 -- names of our own
    " ON CONFLICT (id) DO UPDATE SET number = excluded.number"
)
BITS = 62

# A change was committed here whose number could not be drawn: the database was busy.
_owing = threading.Event()


def read_generation() -> int | None:
    """Return the number that holds now, in one query; 0 before the first change.

    None where the database does not say, or where this process still owes it a number:
    then nothing that is kept may be used.
    """
    if _owing.is_set():
        return None
    try:
        with connection.wrap_database_errors:
            connection.ensure_connection()
            return _ask_for_number()
    except Error:
        # A lost connection; the next one who asks opens another.
        connection.close()
        return None


def _ask_for_number() -> int:
    """Ask past the cursors of Django and psycopg, which cost more than all the rest."""
    if connection.vendor == "postgresql":
        result = connection.connection.pgconn.exec_(READ.encode())
        if result.error_message:
            raise Error(result.error_message.decode(errors="replace"))
        return int(result.get_value(0, 0)) if result.ntuples else 0
    row = connection.connection.execute(READ).fetchone()
    return row[0] if row else 0


def begin_generation() -> None:
    """Let every page that is kept be forgotten, everywhere. Call it after the commit.

    Should the database refuse, this process keeps no page until a later change gets
    through; others use theirs until they are too old (``PAGE_CACHE_SECONDS``).
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute(WRITE, [secrets.randbits(BITS)])
    except Error:
        if _is_installed():
            _owing.set()
            logger.warning("Kept pages could not be forgotten: the database is busy")
        return
    _owing.clear()


def begin_after_migrating(**kwargs: Any) -> None:
    """Receiver of ``post_migrate``: with a new release pages may look different."""
    begin_generation()


def _is_installed() -> bool:
    """Say whether the table is there: the first migrations write before it is made."""
    try:
        return TABLE in connection.introspection.table_names()
    except Error:
        return True
