"""Taking an import back: every field as before but ``updated_at``.

What people said and which addresses are stopped is left as it is. A table row is put
back only if it still is what the import made of it; one that somebody edited since, or
that something else refers to by now, is left alone and listed.

Rows are looked at in the opposite order of their making, a thousand at a time.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import uuid4

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from crm.choices import ChangeAction
from crm.imports.log import UNDO_ACTION, log_contacts
from crm.imports.references import find_referred
from crm.imports.restoring import put_back, remove
from crm.imports.tables import snapshots, to_json
from crm.imports.topic_links import THROUGH, add_links, remove_links
from crm.models import (
    Affiliation,
    Contact,
    ImportBatch,
    ImportChange,
    Organisation,
    Role,
    Seat,
    SeatTask,
    Topic,
)

# What depends on others comes first.
MODELS: dict[str, type[Model]] = {
    "seattask": SeatTask,
    "affiliation": Affiliation,
    "seat": Seat,
    "contact": Contact,
    "organisation": Organisation,
    "role": Role,
    "topic": Topic,
}
# Columns nobody edits: when a row was written, and copies that are kept elsewhere.
NOT_COMPARED = {
    "contact": {"updated_at"},
    "affiliation": {
        *("role_id", "network_id", "organisation_id"),
        *("kind", "country", "region"),
    },
}
CHUNK = 1_000
UNDO_DAYS = 90
Report = Callable[[int, int], None]


class Kept(NamedTuple):
    """A table row that undo leaves alone; ``why``: edited, gone, referred or clash."""

    model: str
    object_id: int
    row_number: int
    why: str
    columns: tuple[str, ...] = ()


@dataclass
class Undo:
    """What undoing does, or would do: table rows restored and removed, and those kept."""

    restored: int = 0
    removed: int = 0
    kept: list[Kept] = field(default_factory=list)


@dataclass
class Trace:
    """All changes of one table row by one import, as one: before the first, after the last."""

    object_id: int
    row_number: int
    is_made: bool
    before: dict[str, Any]
    after: dict[str, Any]


def can_undo(batch: ImportBatch) -> bool:
    """Say whether the record of an import is still kept."""
    return bool(
        batch.applied_at
        and batch.applied_at > timezone.now() - timedelta(days=UNDO_DAYS)
        and batch.changes.exists()
    )


def undo_until(batch: ImportBatch) -> datetime | None:
    """Return when the record of an import ends; None while it is not in."""
    return batch.applied_at and batch.applied_at + timedelta(days=UNDO_DAYS)


def preview_undo(batch: ImportBatch, report: Report | None = None) -> Undo:
    """Return what undoing would do now. Writes nothing."""
    undo = Undo()
    total, done = batch.changes.count(), 0
    going: dict[type[Model], set[int]] = defaultdict(set)
    for name, traces in _read_traces(batch):
        step = _Step(batch, name, traces, going)
        step.judge(undo)
        done += step.size
        if report:
            report(min(done, total), total)
    return undo


def undo_import(
    batch: ImportBatch, report: Report | None = None, *, by: Any = None
) -> Undo:
    """Put back what the import changed; return what was done and what was left alone.

    Each thousand rows in a transaction of its own, so that others can write meanwhile;
    an undo that dies goes on where it was when it is asked for again.
    """
    undo = Undo()
    total, done = batch.changes.count(), 0
    for name, traces in _read_traces(batch):
        with transaction.atomic():
            step = _Step(batch, name, traces, defaultdict(set))
            step.judge(undo)
            step.carry_out(undo)
            _log(batch, step, by)
            done += step.size
            if report:
                report(min(done, total), total)
    return undo


def _read_traces(batch: ImportBatch) -> Iterator[tuple[str, list[Trace]]]:
    """Yield the table rows of the import by table, what was made last first."""
    for name in MODELS:
        keys = list(
            batch.changes.filter(model=name)
            .order_by("-object_id")
            .values_list("object_id", flat=True)
            .distinct()
        )
        for start in range(0, len(keys), CHUNK):
            yield name, _gather(batch, name, keys[start : start + CHUNK])


def _gather(batch: ImportBatch, name: str, keys: list[int]) -> list[Trace]:
    traces: dict[int, Trace] = {}
    changes = batch.changes.filter(model=name, object_id__in=keys)
    for change in changes.order_by("pk"):
        trace = traces.get(change.object_id)
        if trace is None:
            traces[change.object_id] = Trace(
                change.object_id,
                change.row_number,
                change.action == ChangeAction.CREATED,
                change.before,
                change.after,
            )
        else:
            trace.after = change.after
    return [traces[key] for key in keys if key in traces]


class _Step:
    """One table's rows of one chunk: judged, then put back."""

    def __init__(
        self,
        batch: ImportBatch,
        name: str,
        traces: list[Trace],
        going: dict[type[Model], set[int]],
    ) -> None:
        self.batch = batch
        self.name = name
        self.model = MODELS[name]
        self.traces = traces
        self.size = len(traces)
        # What would be gone or put back before: no longer counts as referring.
        self.going = going
        self.to_restore: list[Trace] = []
        self.to_remove: list[Trace] = []

    def judge(self, undo: Undo) -> None:
        """Sort the rows into those to put back, to remove and to leave alone."""
        current = self._look()
        untouched = []
        for trace in self.traces:
            now = current.get(trace.object_id)
            if now is None:
                if not trace.is_made:
                    undo.kept.append(self._keep(trace, "gone"))
            elif self._is_back(trace, now):
                continue  # an earlier undo that died came as far as this
            elif columns := self._differences(trace.after, now):
                undo.kept.append(self._keep(trace, "edited", columns))
            else:
                untouched.append(trace)
        self.to_restore = [trace for trace in untouched if not trace.is_made]
        made = [trace for trace in untouched if trace.is_made]
        referred = find_referred(
            self.model,
            [trace.object_id for trace in made],
            batch=self.batch,
            but=self.going,
        )
        for trace in made:
            if trace.object_id in referred:
                undo.kept.append(self._keep(trace, "referred"))
            else:
                self.to_remove.append(trace)
        # Who is put back lets go of the topics that the import made.
        self.going[self.model] |= {
            trace.object_id for trace in (*self.to_remove, *self.to_restore)
        }
        undo.restored += len(self.to_restore)
        undo.removed += len(self.to_remove)

    def carry_out(self, undo: Undo) -> None:
        """Remove and put back; what the database refuses is left alone and listed."""
        remove(self.model, [trace.object_id for trace in self.to_remove])
        # Somebody else sits there now, or a seat is called that again.
        refused = put_back(
            self.model,
            ((trace.object_id, self._old(trace)) for trace in self.to_restore),
        )
        back = [trace for trace in self.to_restore if trace.object_id not in refused]
        undo.restored -= len(refused)
        undo.kept += [
            self._keep(trace, "clash")
            for trace in self.to_restore
            if trace.object_id in refused
        ]
        if self.model is Contact:
            _put_topics_back(back)

    def _old(self, trace: Trace) -> dict[str, Any]:
        """Return the columns to put back, with their values before the import."""
        before, after = trace.before, trace.after
        return {
            column: before[column]
            for column in self._compared(before)
            if column != "topics" and before[column] != after.get(column)
        }

    def _look(self) -> dict[int, dict[str, Any]]:
        keys = [trace.object_id for trace in self.traces]
        found = snapshots(self.model, keys, but=NOT_COMPARED.get(self.name, ()))
        if self.model is Contact:
            chosen = defaultdict(list)
            links = THROUGH.objects.filter(contact__in=keys)
            for contact, topic in links.values_list("contact", "topic"):
                chosen[contact].append(topic)
            for pk, row in found.items():
                row["topics"] = sorted(chosen[pk])
        return found

    def _compared(self, row: dict[str, Any]) -> list[str]:
        left_out = NOT_COMPARED.get(self.name, set())
        return [column for column in row if column not in left_out]

    def _differences(self, stored: dict, now: dict) -> tuple[str, ...]:
        return tuple(
            column
            for column in self._compared(stored)
            if not _is_same(stored[column], now.get(column))
        )

    def _is_back(self, trace: Trace, now: dict) -> bool:
        return bool(trace.before) and not self._differences(trace.before, now)

    def _keep(self, trace: Trace, why: str, columns: Iterable[str] = ()) -> Kept:
        return Kept(self.name, trace.object_id, trace.row_number, why, tuple(columns))


def _log(batch: ImportBatch, step: _Step, by: Any) -> None:
    """Say in the contacts' histories that their import was taken back."""
    if step.model is not Contact:
        return
    contacts = Contact.objects.in_bulk([trace.object_id for trace in step.to_restore])
    labels = {pk: str(contact) for pk, contact in contacts.items()}
    log_contacts(UNDO_ACTION, labels, batch, context=uuid4(), by=by)


def _is_same(stored: Any, now: Any) -> bool:
    """Compare as JSON does, where 1 is neither true nor 1.0, whatever is inside."""
    if type(stored) is type(now) and not isinstance(now, dict | list):
        return bool(stored == now)
    return to_json(stored) == to_json(now)


def _put_topics_back(traces: list[Trace]) -> None:
    """Let contacts follow the topics from before; they follow those of the import."""
    pairs = [
        (trace.object_id, set(trace.before["topics"]), set(trace.after["topics"]))
        for trace in traces
        if "topics" in trace.before
    ]
    remove_links((pk, topic) for pk, before, after in pairs for topic in after - before)
    add_links((pk, topic) for pk, before, after in pairs for topic in before - after)


def forget_contacts(ids: Iterable[int]) -> int:
    """Remove what imports wrote down about contacts; return how many rows.

    For those who were erased or deleted: nothing about them is to be left.
    """
    deleted, _rows = ImportChange.objects.filter(
        model="contact", object_id__in=list(ids)
    ).delete()
    return deleted
