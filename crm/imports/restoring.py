"""Putting table rows back as an import found them, and removing those it made.

Many at a time: what Django does for each row (signals, a look at everything that could
refer to it) the undo has done already, for all of them together.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import Model, QuerySet

from crm.imports.tables import column_of, prepare, restore_value, to_json, update_rows
from crm.models import (
    Affiliation,
    ConsentEntry,
    ConsentState,
    Contact,
    Seat,
    SeatTask,
)

# Of these an import makes many; the others may have listeners to their deletion.
MANY = (SeatTask, Affiliation, Seat, Contact)
# What an import wrote about people it made, and goes with them.
LEDGER = (ConsentState, ConsentEntry)
# A row's key and the columns to put back, as ``tables.snapshot`` has them.
Old = tuple[int, Mapping[str, Any]]


def put_back(model: type[Model], rows: Iterable[Old]) -> set[int]:
    """Write the old values into the rows; return the keys the database refused.

    One statement for each set of columns. Inside a transaction; where a statement is
    refused, its rows are tried one by one.
    """
    groups: dict[tuple[str, ...], list[tuple]] = defaultdict(list)
    makers: dict[str, Callable[[Any], Any]] = {}
    for key, values in rows:
        for column in values:
            makers.setdefault(column, _make_maker(model, column))
        if values:
            ready = (makers[column](value) for column, value in values.items())
            groups[tuple(values)].append((*ready, key))
    refused: set[int] = set()
    for columns, group in groups.items():
        if not _try(model, columns, group):
            refused |= {row[-1] for row in group if not _try(model, columns, [row])}
    return refused


def remove(model: type[Model], keys: list[int]) -> None:
    """Delete rows that nothing but the record of their making refers to."""
    if not keys:
        return
    rows = model._default_manager.filter(pk__any_of=keys)
    if model not in MANY:
        rows.delete()
        return
    for link in model._meta.many_to_many:
        through: Any = link.remote_field.through
        _delete(through._base_manager, link.m2m_field_name(), keys)
    if model is Contact:
        for table in LEDGER:
            _delete(table._base_manager, "contact", keys)
    _delete(model._base_manager, "pk", keys)


def _try(model: type[Model], columns: tuple[str, ...], rows: list[tuple]) -> bool:
    try:
        with transaction.atomic():
            update_rows(model, columns, rows)
    except IntegrityError:
        return False
    return True


def _delete(manager: Any, column: str, keys: list[int]) -> None:
    rows: QuerySet = manager.filter(**{f"{column}__any_of": keys})
    rows._raw_delete(rows.db)


def _make_maker(model: type[Model], column: str) -> Callable[[Any], Any]:
    """Return what makes of a snapshot's value one that ``update_rows`` takes."""
    field = column_of(model, column)
    if isinstance(field, models.JSONField):
        return to_json
    if isinstance(field, models.CharField | models.TextField):
        return lambda stored: stored
    return lambda stored: prepare(model, column, restore_value(model, column, stored))
