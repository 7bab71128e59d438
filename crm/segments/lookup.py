"""The rows that rules refer to, found together: one query per model."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Model
from django.utils.translation import gettext as _

Pointer = tuple[type[Model], int]


@dataclass(frozen=True)
class Lookup:
    """Which referred-to rows there are; ``Lookup.find`` makes it."""

    found: Mapping[type[Model], Mapping[int, Model]] = field(default_factory=dict)

    @classmethod
    def find(cls, pointers: Iterable[Pointer]) -> "Lookup":
        """Fetch the rows that the pointers name."""
        wanted: dict[type[Model], set[int]] = defaultdict(set)
        for model, pk in pointers:
            wanted[model].add(pk)
        return cls(
            {
                model: model._default_manager.in_bulk(ids)
                for model, ids in wanted.items()
            }
        )

    def names(self, model: type[Model], ids: Iterable[int]) -> list[str]:
        """Return what the rows are called, in the active language and given order."""
        rows = self.found.get(model, {})
        return [str(rows[pk]) if pk in rows else _("(deleted)") for pk in ids]

    def is_missing(self, pointer: Pointer) -> bool:
        """Return whether the row is no longer there."""
        model, pk = pointer
        return pk not in self.found.get(model, {})
