"""What a merge changed, row by row, as plain JSON that outlives it.

A change is ``{"pk": …, "before": {…}, "after": {…}}`` with the columns that differ, by
the names of their attributes. ``after`` is null for a row that went and ``before`` for
one that came; the other one then has every column.
"""

from collections.abc import Mapping
from copy import deepcopy
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Field, ForeignKey, JSONField, Model, QuerySet

Row = dict[str, Any]
Change = dict[str, Any]

# Says when a row was last saved, not what is in it.
CLOCKS = {"updated_at"}


def read_rows(rows: QuerySet) -> dict[Any, Row]:
    """Return every column of the rows as JSON, by primary key."""
    return {row.pk: read_row(row) for row in rows}


def read_row(row: Model) -> Row:
    """Return every column of a row as JSON, by the name of its attribute."""
    return {
        field.attname: _to_json(getattr(row, field.attname))
        for field in row._meta.concrete_fields
    }


def compare_rows(before: Mapping[Any, Row], after: Mapping[Any, Row]) -> list[Change]:
    """Return what changed between two readings of the same rows."""
    changes = []
    for pk in {**before, **after}:
        old, new = before.get(pk), after.get(pk)
        if old is not None and new is not None:
            differing = [column for column in old if old[column] != new[column]]
            old = {column: old[column] for column in differing}
            new = {column: new[column] for column in differing}
        if old != new:
            changes.append({"pk": pk, "before": old, "after": new})
    return changes


def restore_row(model: type[Model], change: Change) -> bool:
    """Take one change back; return False when the row has to be left alone.

    That is so when it was edited in the same columns since, was removed, or no longer
    fits what the database holds together.
    """
    try:
        with transaction.atomic():
            return _restore(model, change)
    except IntegrityError:
        return False


def insert_row(model: type[Model], row: Row) -> bool:
    """Put a row back under its own key; False when something it needs is gone."""
    values = _to_python(model, row)
    if values is None:
        return False
    # raw: the times of the row stay what they were.
    model(**values).save_base(raw=True, force_insert=True)
    return True


def update_row(model: type[Model], pk: Any, row: Row) -> bool:
    """Write columns of a row; False when something they refer to is gone."""
    values = _to_python(model, row)
    if values is None:
        return False
    model._base_manager.filter(pk=pk).update(**values)
    return True


def _restore(model: type[Model], change: Change) -> bool:
    current = model._base_manager.filter(pk=change["pk"]).first()
    before, after = change["before"], change["after"]
    if after is None:
        return current is None and insert_row(model, before)
    if current is None:
        return before is None
    now = read_row(current)
    if any(now[c] != value for c, value in after.items() if c not in CLOCKS):
        return False
    if before is None:
        model._base_manager.filter(pk=change["pk"]).delete()
        return True
    kept = {c for c in CLOCKS & set(after) if now[c] != after[c]}
    return update_row(
        model, change["pk"], {c: v for c, v in before.items() if c not in kept}
    )


def _to_json(value: Any) -> Any:
    # datetime's own form keeps microseconds, which Django's encoder would cut.
    if isinstance(value, date | datetime):
        return value.isoformat()
    # The row may be written to afterwards; what was read stays.
    return deepcopy(value) if isinstance(value, dict | list) else value


def _to_python(model: type[Model], row: Row) -> Row | None:
    """Return the columns as Python values; None when a row that they need is gone.

    A key that may be empty is emptied when what it refers to is gone.
    """
    fields = {field.attname: field for field in model._meta.concrete_fields}
    values: Row = {}
    for column, value in row.items():
        field = fields[column]
        if not _is_there(field, value):
            if not field.null:
                return None
            value = None
        values[column] = value if _is_plain(field) else field.to_python(value)
    return values


def _is_plain(field: Field) -> bool:
    return isinstance(field, ForeignKey | JSONField)


def _is_there(field: Field, value: Any) -> bool:
    if not isinstance(field, ForeignKey) or value is None:
        return True
    name = field.target_field.name
    return field.related_model._base_manager.filter(**{name: value}).exists()
