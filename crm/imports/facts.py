"""What a row's cells say about its person, against what is there."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError

from crm.cells import read_text, split_name
from crm.custom import all_fields, read_value
from crm.imports.columns import CUSTOM, column_label
from crm.imports.outcome import RowError
from crm.imports.people import FACTS, Person
from crm.resources import ContactResource

NAMING = ("given_name", "family_name")


# People share names; no two share a telephone number or so.
SHARED = ("given_name", "family_name", "language")
REMEMBERED = 20_000


class FactReader:
    """Reads the cells of one sheet. ``fields``: the administrator's own, by column."""

    def __init__(self, columns: Iterable[str]) -> None:
        resource = ContactResource()
        self._readers = [
            (column, column_label(column), _remember(column, resource))
            for column in columns
            if column in FACTS
        ]
        self.fields = {f"{CUSTOM}{field.slug}": field for field in all_fields()}

    def read(
        self, cells: dict[str, str], person: Person, *, is_new: bool
    ) -> tuple[dict[str, Any], list[RowError]]:
        """Return the facts that differ from what is there, and what cannot be read."""
        values: dict[str, Any] = {}
        errors: list[RowError] = []
        for column, label, read in self._readers:
            cell = cells[column]
            # What stands there as it is kept needs no reading: most cells of a file
            # that is imported again. A sign in front may be one of an export's.
            if not cell or (not is_new and _is_kept(cell, getattr(person, column))):
                continue
            try:
                value = read(cell)
            except ValueError as error:
                errors.append(RowError(label, str(error)))
                continue
            if value is not None and (is_new or value != getattr(person, column)):
                values[column] = value
        if cells.get("full_name"):
            self._read_full_name(cells["full_name"], person, values, errors)
        if self.fields:
            self._read_custom(cells, person, values, errors)
        return values, errors

    def _read_full_name(
        self, cell: str, person: Person, values: dict, errors: list[RowError]
    ) -> None:
        try:
            parts = dict(zip(NAMING, split_name(cell), strict=True))
        except ValueError as error:
            errors.append(RowError(column_label("full_name"), str(error)))
            return
        # Somebody who is known by these words has been split by hand.
        if " ".join(parts.values()).strip() == str(person):
            return
        for column, part in parts.items():
            if part and part != getattr(person, column):
                values[column] = part

    def _read_custom(
        self,
        cells: dict[str, str],
        person: Person,
        values: dict,
        errors: list[RowError],
    ) -> None:
        custom = {}
        for column, field in self.fields.items():
            if not cells.get(column):
                continue
            try:
                value = read_value(field, read_text(cells[column]))
            except (ValueError, ValidationError) as error:
                said = error.messages[0] if hasattr(error, "messages") else str(error)
                errors.append(RowError(field.name, said))
                continue
            if value is not None and value != person.custom.get(field.slug):
                custom[field.slug] = value
        if custom:
            values["custom"] = {**person.custom, **custom}


def _remember(column: str, resource: ContactResource) -> Callable[[str], Any]:
    """Return what reads a cell of the column; what many rows share is read once."""
    read = resource.fields[column].widget.clean
    return lru_cache(maxsize=REMEMBERED)(read) if column in SHARED else read


def _is_kept(cell: str, value: str) -> bool:
    return cell == value and cell[0].isalnum()
