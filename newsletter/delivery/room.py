"""Memory for statements over everybody, for as long as they run."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

# Of the process that freezes or of the database server; what is not needed is not taken.
ROOM_MB = 256


@contextmanager
def room_for_everybody() -> Iterator[None]:
    """Let the database keep what it works on in memory, within the current transaction.

    With its four megabytes PostgreSQL looks every reader up in every condition anew;
    with its two SQLite writes an index ordered by hashes to the disk and reads it back,
    page by page. PostgreSQL forgets this when the transaction ends.
    """
    is_sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        if is_sqlite:
            cursor.execute("PRAGMA cache_size")
            (before,) = cursor.fetchone()
            cursor.execute(f"PRAGMA cache_size = {-1024 * ROOM_MB}")
        else:
            cursor.execute(f"SET LOCAL work_mem = '{ROOM_MB}MB'")
        try:
            yield
        finally:
            if is_sqlite:
                cursor.execute(f"PRAGMA cache_size = {before}")
