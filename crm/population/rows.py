"""Rows into a table as fast as the database takes them, past the ORM's objects.

Only for invented data: no signals, no history, no ``save()``. PostgreSQL gets them by
COPY, SQLite by executemany.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.core.management.color import no_style
from django.db import connection
from django.db.models import DateField, Field, JSONField, Max, Model


class RowWriter:
    """Writes rows of one model. ``names`` are the fields (attnames) each row brings.

    Fields that are not named get the model's own default, the same in every row.
    """

    def __init__(self, model: type[Model], *names: str) -> None:
        self.model = model
        fields = {field.attname: field for field in model._meta.concrete_fields}
        rest = [
            field
            for name, field in fields.items()
            if name not in names and not field.has_db_default()
        ]
        self.columns = [fields[name].column for name in names]
        self.columns += [field.column for field in rest]
        self.adapters = [
            (place, adapt)
            for place, name in enumerate(names)
            if (adapt := _find_adapter(fields[name]))
        ]
        self.constants = tuple(_default(field) for field in rest)

    def next_id(self) -> int:
        """Return the first id that is free."""
        last = self.model._default_manager.aggregate(last=Max("pk"))["last"]
        return (last or 0) + 1

    def write(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Insert the rows; their order is that of ``names``."""
        ready = (self._adapt(row) for row in rows)
        table = connection.ops.quote_name(self.model._meta.db_table)
        columns = ", ".join(map(connection.ops.quote_name, self.columns))
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                    for row in ready:
                        copy.write_row(row)
            else:
                places = ", ".join(["%s"] * len(self.columns))
                cursor.executemany(
                    f"INSERT INTO {table} ({columns}) VALUES ({places})",  # noqa: S608 -- names of our own tables
                    ready,
                )

    def _adapt(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        ready = list(row)
        for place, adapt in self.adapters:
            ready[place] = adapt(row[place])
        return (*ready, *self.constants)


def reset_sequences(*models: type[Model]) -> None:
    """Let the next row that the ORM makes take a free id."""
    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), list(models)):
            cursor.execute(sql)


def analyse() -> None:
    """Let the planner know what is in the tables now."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _find_adapter(field: Field) -> Callable[[Any], Any] | None:
    if isinstance(field, DateField | JSONField):
        # DateTimeField is a DateField too.
        return lambda value: field.get_db_prep_save(value, connection)
    return None


def _default(field: Field) -> Any:
    # pre_save sets the time of fields that note when a row was made.
    value = field.get_default()
    if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
        value = field.pre_save(field.model(), add=True)
    return field.get_db_prep_save(value, connection)
