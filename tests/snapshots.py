"""Every table of the database as it is at a moment, to see what a request changed."""

import hashlib

from django.db import connection

Snapshot = dict[str, tuple[int, str]]


def read_tables() -> Snapshot:
    """Return for each table how many rows it has and a hash of what they say."""
    tables = {}
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(name)}")
            rows = sorted(map(repr, cursor.fetchall()))
            digest = hashlib.sha256("\n".join(rows).encode()).hexdigest()
            tables[name] = (len(rows), digest)
    return tables


def changed_tables(before: Snapshot, after: Snapshot) -> list[str]:
    """Return the names of the tables that differ, in order."""
    return [name for name in after if before[name] != after[name]]
