"""Writing what was planned: a chunk of rows at a time, each table row with its trail.

Every table row made or changed leaves an ``ImportChange`` with all its columns before
and after, in the same transaction; ``undoing`` reads them.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.utils import timezone
from wagtail.log_actions import log

from crm.choices import ConsentAction, LawfulBasis, SuppressionReason
from crm.consent import record_first, suppress
from crm.imports.log import IMPORT_ACTION, log_contacts
from crm.imports.lookups import Lookups
from crm.imports.outcome import RowStatus
from crm.imports.people import COLUMNS, Person
from crm.imports.planning import CHUNK
from crm.imports.plans import RowPlan
from crm.imports.said import BOUNCED, LEFT, OBJECTED, YES
from crm.imports.seat_writing import write_seats
from crm.imports.tables import (
    insert_rows,
    prepare,
    reserve_keys,
    snapshot,
    snapshots,
    to_json,
    update_rows,
)
from crm.imports.topic_links import THROUGH, remove_links
from crm.imports.trail import Trail
from crm.models import Contact, ImportBatch, Purpose

# Columns an import may set on somebody who is known, with what follows from them.
SETTABLE = (
    *("given_name", "family_name", "sort_key", "phone", "language"),
    *("paused_until", "custom"),
)
# What ``Person.facts`` gives, in its order, and all columns of a new row.
WRITTEN = tuple(Person("").facts())
INSERTED = (*COLUMNS, "updated_at")
ACTIONS = {
    YES: ConsentAction.GIVEN,
    LEFT: ConsentAction.WITHDRAWN,
    OBJECTED: ConsentAction.OBJECTED,
}
# A contact's key, what they said, when, the proof of it.
Entry = tuple[int, ConsentAction, datetime, dict[str, Any]]


class Writer:
    """Writes the chunks of one batch; each call inside a transaction of its caller."""

    def __init__(self, batch: ImportBatch, lookups: Lookups) -> None:
        self.batch = batch
        self.lookups = lookups
        self.trail = Trail(batch)
        self._context = uuid4()
        self._source = source_of(batch)
        self._yeses: list[Entry] = []
        # Whoever said no elsewhere and comes in new: no mail without a yes either.
        self._mailed_unasked = list(
            Purpose.objects.exclude(lawful_basis=LawfulBasis.CONSENT)
        )

    def write(self, plans: Iterable[RowPlan]) -> None:
        """Do what the plans say. Raises IntegrityError, or CrmError from ``crm.seats``."""
        self.now = timezone.now()
        plans = [plan for plan in plans if plan.is_written]
        self._write_made(plans)
        new = {id(p.person): p for p in reversed(plans) if not p.person.pk}
        known = [p for p in plans if p.person.pk and (p.values or p.left is not None)]
        self._insert(list(reversed(new.values())))
        self._update(known)
        write_seats(plans, self.trail)
        self._write_said(plans, new)
        self._write_log(plans)
        self.trail.write()
        self.lookups.forget_posts()

    def _write_made(self, plans: list[RowPlan]) -> None:
        """Make the organisations, roles and topics that the rows created."""
        for made in self.lookups.made:
            made.save()
            log(made, "wagtail.create", user=self.batch.by)
            number = plans[0].row.number
            self.trail.made(number, str(made._meta.model_name), made.pk, snapshot(made))
        self.lookups.made.clear()

    def _insert(self, plans: list[RowPlan]) -> None:
        """Insert the new people with their topics."""
        if not plans:
            return
        blank = Contact(created_at=self.now, updated_at=self.now)
        stored = {c: prepare(Contact, c, getattr(blank, c)) for c in INSERTED}
        trail = snapshot(blank)
        trail.pop("updated_at")
        rest = [column for column in INSERTED if column not in WRITTEN]
        constants = tuple(stored[column] for column in rest)
        keys = reserve_keys(Contact, len(plans))
        rows, links = [], []
        for pk, plan in zip(keys, plans, strict=True):
            person, topics = plan.person, _topics_of(plan)
            facts = person.facts()
            person.pk, person.topics = pk, tuple(topics)
            rows.append((pk, *_stored(facts), *constants))
            links += [(pk, topic) for topic in topics]
            self.trail.made(
                plan.row.number, "contact", pk, {**trail, **facts, "topics": topics}
            )
        insert_rows(Contact, ("id", *WRITTEN, *rest), rows)
        insert_rows(THROUGH, ("contact_id", "topic_id"), links)

    def _update(self, plans: list[RowPlan]) -> None:
        """Update the people who are known, and their topics."""
        if not plans:
            return
        found = snapshots(Contact, {p.person.pk for p in plans}, but=["updated_at"])
        changed: dict[tuple[str, ...], list[tuple]] = defaultdict(list)
        added, removed = [], []
        now = prepare(Contact, "updated_at", self.now)
        for plan in plans:
            person, pk = plan.person, plan.person.pk
            old, new = list(person.topics), list(person.topics)
            if plan.left is not None:
                new = _topics_of(plan)
            before = {**found[pk], "topics": old}
            facts = person.facts()
            found[pk] = {**before, **facts}
            person.topics = tuple(new)
            self.trail.changed(
                plan.row.number, "contact", pk, before, {**found[pk], "topics": new}
            )
            columns = tuple(c for c in SETTABLE if facts[c] != before[c])
            stored = dict(zip(WRITTEN, _stored(facts), strict=True))
            changed[columns].append((*(stored[c] for c in columns), now, pk))
            added += [(pk, topic) for topic in sorted({*new} - {*old})]
            removed += [(pk, topic) for topic in {*old} - {*new}]
        # Columns that stay are left out, and with them their indexes.
        for columns, rows in changed.items():
            update_rows(Contact, (*columns, "updated_at"), rows)
        insert_rows(THROUGH, ("contact_id", "topic_id"), added)
        remove_links(removed)

    def _write_said(self, plans: list[RowPlan], new: dict[int, RowPlan]) -> None:
        """Write down at once who is not to be mailed; keep each yes for ``finish``."""
        said = [(plan, plan.hearing.said) for plan in plans if plan.hearing.said]
        if not said or self.batch.purpose is None:
            return
        refusals: dict[Purpose, list[Entry]] = {}
        for plan, words in said:
            if words.what == BOUNCED:
                suppress(plan.person.email, SuppressionReason.BOUNCE, note=self._source)
                continue
            proof = {**words.proof, "import": self.batch.pk}
            entry = (plan.person.pk, ACTIONS[words.what], words.at, proof)
            if words.what == YES:
                self._yeses.append(entry)
                continue
            purposes = [self.batch.purpose]
            if id(plan.person) in new:
                purposes += [p for p in self._mailed_unasked if p != purposes[0]]
            for purpose in purposes:
                refusals.setdefault(purpose, []).append(entry)
        for purpose, entries in refusals.items():
            record_first(purpose, entries, source=self._source, by=self.batch.by)

    def finish(self) -> None:
        """Write down who said yes; once the whole file is in, so that none stands alone."""
        purpose = self.batch.purpose
        if purpose is None:
            return
        for start in range(0, len(self._yeses), CHUNK):
            record_first(
                purpose,
                self._yeses[start : start + CHUNK],
                source=self._source,
                by=self.batch.by,
            )

    def _write_log(self, plans: list[RowPlan]) -> None:
        """Say in the history of each contact which file they are from."""
        labels = {
            plan.person.pk: str(plan.person)
            for plan in plans
            if plan.status != RowStatus.UNCHANGED
        }
        log_contacts(
            IMPORT_ACTION,
            labels,
            self.batch,
            context=self._context,
            by=self.batch.by,
        )


def source_of(batch: ImportBatch) -> str:
    """Return how an import is named as the source of what somebody said."""
    return f"import: {batch.file_name}"[:120]


def _stored(facts: dict[str, Any]) -> tuple[Any, ...]:
    """Return the facts as the database stores them, in the order of ``WRITTEN``."""
    *texts, custom = facts.values()
    return (*texts, to_json(custom) if custom else "{}")


def _topics_of(plan: RowPlan) -> list[int]:
    return sorted({topic.pk for topic in plan.topics or ()})
