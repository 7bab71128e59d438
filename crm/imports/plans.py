"""What is to be done about one row, and that in words."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from crm.choices import Language
from crm.custom import show_value
from crm.imports.columns import column_label
from crm.imports.facts import NAMING
from crm.imports.outcome import Change, RowError, RowOutcome
from crm.imports.people import Person
from crm.imports.said import Hearing
from crm.imports.seating import SeatPlan
from crm.imports.sheets import Row
from crm.models import CustomField, Topic

SILENCE = Hearing()


@dataclass(slots=True)
class RowPlan:
    """A row with what it would do; ``status`` is a RowStatus.

    ``is_written``: False for a row with an error and for somebody who was erased.
    ``values``: columns of the person to set; ``olds`` what stood there, nothing for
    somebody new. ``topics`` are the person's topics from now on, None to leave them;
    ``left`` those before, None when they stay as they are.
    """

    row: Row
    status: str
    email: str
    person: Person
    is_written: bool = False
    values: dict[str, Any] = field(default_factory=dict)
    olds: dict[str, Any] = field(default_factory=dict)
    topics: list[Topic] | None = None
    left: list[Topic] | None = None
    seat: SeatPlan | None = None
    hearing: Hearing = SILENCE
    notes: tuple[str, ...] = ()
    errors: tuple[RowError, ...] = ()

    def essence(self) -> tuple[Any, ...]:
        """Return everything that the row would do, to be compared and nothing else."""
        return (
            self.row.number,
            self.status,
            self.email,
            self.values,
            self.olds,
            _slugs(self.topics),
            _slugs(self.left),
            self.seat and self.seat.changes,
            self.hearing.changes,
            self.notes,
            self.errors,
        )


class Describer:
    """Says in words what plans do; only those that are shown are asked about."""

    def __init__(self, fields: Mapping[str, CustomField]) -> None:
        self._fields = list(fields.values())

    def describe(self, plan: RowPlan) -> RowOutcome:
        """Return the row's outcome as the preview shows it."""
        changes = list(self._compare(plan))
        if plan.left is not None:
            before, now = map(_name_all, (plan.left, plan.topics or []))
            changes.append(Change(column_label("topics"), before, now))
        changes += plan.seat.changes if plan.seat else []
        changes += plan.hearing.changes
        return RowOutcome(
            plan.row.number,
            plan.status,
            _name_of(plan.row),
            plan.email,
            tuple(changes),
            plan.notes,
            plan.errors,
        )

    def _compare(self, plan: RowPlan) -> Iterable[Change]:
        for column, value in plan.values.items():
            old = plan.olds.get(column, "")
            if column == "custom":
                yield from self._compare_custom(old or {}, value)
            elif plan.olds or column not in NAMING:
                # Who a new row is about stands beside what is written about them.
                show = _show_language if column == "language" else str
                yield Change(column_label(column), show(old or ""), show(value))

    def _compare_custom(
        self, old: Mapping[str, Any], new: Mapping[str, Any]
    ) -> Iterable[Change]:
        for own in self._fields:
            pair = old.get(own.slug), new.get(own.slug)
            if pair[0] != pair[1]:
                before, now = (show_value(own, value) for value in pair)
                yield Change(own.name, before, now)


def digest_of(plans: Iterable[RowPlan], created: Iterable[str]) -> str:
    """Return what stands for all that some rows would do, and would create."""
    essences = [plan.essence() for plan in plans]
    return hashlib.sha256(repr((essences, list(created))).encode()).hexdigest()[:16]


def _slugs(topics: list[Topic] | None) -> tuple[str, ...] | None:
    return None if topics is None else tuple([topic.slug for topic in topics])


def _name_all(topics: Iterable[Topic]) -> str:
    return ", ".join(sorted(str(topic) for topic in topics))


def _show_language(code: str) -> str:
    return str(Language(code).label) if code else ""


def _name_of(row: Row) -> str:
    cells = row.cells
    name = f"{cells.get('given_name', '')} {cells.get('family_name', '')}".strip()
    return name or cells.get("full_name", "")
