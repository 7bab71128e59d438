"""Rows of the database as they are, written many at a time.

Django's own bulk writing costs several times what the database takes, since it prepares
every value of every row. These functions take values the database can store at once;
``prepare`` makes them where it is more than text and numbers.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, models
from django.db.models import Model

Values = Sequence[Any]


def column_of(model: type[Model], name: str) -> Any:
    """Return the field behind a column; bare, since relations point back too."""
    return model._meta.get_field(name)


def prepare(model: type[Model], column: str, value: Any) -> Any:
    """Return a value as the database stores it in that column."""
    return column_of(model, column).get_db_prep_save(value, connection)


def insert_rows(
    model: type[Model], columns: Sequence[str], rows: Sequence[Values]
) -> None:
    """Insert rows of prepared values, in the order of ``columns``; keys are given out.

    PostgreSQL gets one statement with an array per column, SQLite one prepared
    statement. JSON is passed as text.
    """
    if not rows:
        return
    quote = connection.ops.quote_name
    fields = [column_of(model, column) for column in columns]
    names = ", ".join(quote(field.column) for field in fields)
    into = f"INSERT INTO {quote(model._meta.db_table)} ({names})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            arrays = ", ".join(f"%s::{_array_type(field)}" for field in fields)
            sql = f"{into} SELECT * FROM UNNEST({arrays})"  # noqa: S608 -- our own names
            cursor.execute(sql, [list(values) for values in zip(*rows, strict=True)])
        else:
            marks = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"{into} VALUES ({marks})", rows)


def reserve_keys(model: type[Model], count: int) -> range | list[int]:
    """Return so many keys that no row has or will get; for rows that bring their own.

    Inside a transaction: SQLite lets nobody else write until it ends.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id'))"
                " FROM generate_series(1, %s)",
                [table, count],
            )
            return [row[0] for row in cursor.fetchall()]
        # The last key ever given out, also of rows that are gone (AUTOINCREMENT).
        cursor.execute(
            "SELECT seq FROM sqlite_sequence WHERE name = %s", [model._meta.db_table]
        )
        last = (cursor.fetchone() or (0,))[0]
    return range(last + 1, last + count + 1)


def update_rows(
    model: type[Model], columns: Sequence[str], rows: Sequence[Values]
) -> None:
    """Update rows by key: prepared values in the order of ``columns``, the key last."""
    if not rows:
        return
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    fields = [column_of(model, column) for column in columns]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            arrays = [f"%s::{_array_type(field)}" for field in fields]
            names = ", ".join(f"v{place}" for place in range(len(fields)))
            puts = ", ".join(
                f"{quote(field.column)} = new.v{place}"
                for place, field in enumerate(fields)
            )
            source = f"UNNEST({', '.join(arrays)}, %s::bigint[]) AS new({names}, pk)"
            sql = f"UPDATE {table} SET {puts} FROM {source} WHERE {table}.id = new.pk"  # noqa: S608
            cursor.execute(sql, [list(values) for values in zip(*rows, strict=True)])
        else:
            puts = ", ".join(f"{quote(field.column)} = %s" for field in fields)
            cursor.executemany(f"UPDATE {table} SET {puts} WHERE id = %s", rows)  # noqa: S608


def to_json(value: Any) -> str:
    """Return JSON text; days and moments as ISO text, whole to the microsecond."""
    return _encode(value)


def snapshot(row: Model) -> dict[str, Any]:
    """Return every column of a row by name, as it goes into JSON; not the key."""
    return {
        field.attname: _plain(getattr(row, field.attname))
        for field in row._meta.concrete_fields
        if not field.primary_key
    }


def snapshots(
    model: type[Model], ids: Iterable[int], *, but: Iterable[str] = ()
) -> dict[int, dict[str, Any]]:
    """Return ``snapshot`` of the rows with these keys as they are now; one query."""
    left_out = set(but)
    columns = [
        field.attname
        for field in model._meta.concrete_fields
        if not field.primary_key and field.attname not in left_out
    ]
    rows = model._default_manager.filter(pk__in=list(ids)).order_by()
    return {
        row.pop("pk"): {column: _plain(value) for column, value in row.items()}
        for row in rows.values("pk", *columns)
    }


def restore_value(model: type[Model], column: str, stored: Any) -> Any:
    """Return a value of a snapshot as Python has it."""
    field = column_of(model, column)
    if isinstance(field, models.JSONField):
        return stored
    return field.to_python(stored)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def _show(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a snapshot.")


_encode = json.JSONEncoder(default=_show, ensure_ascii=False).encode


def _array_type(field: Any) -> str:
    # Without the length: a cast would cut what is too long instead of refusing it.
    return (
        f"{field.rel_db_type(connection) if field.is_relation else field.db_type(connection)}".partition(
            "("
        )[0]
        + "[]"
    )
