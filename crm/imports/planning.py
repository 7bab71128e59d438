"""What each row of a file would do to the register. Writes nothing.

Rows are planned in chunks: who is known, who is stopped and who sits where is read once
for a chunk. The preview plans them all; the import plans a chunk, writes it, and goes on
(``applying``). Both come to the same, since what earlier rows plan is seen by later ones.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from crm.cells import TOPIC_SEPARATOR, read_name
from crm.choices import Language
from crm.custom import show_value
from crm.disarming import rearm
from crm.exceptions import CrmError
from crm.imports.cautions import Cautions
from crm.imports.columns import column_label
from crm.imports.facts import NAMING, FactReader
from crm.imports.lookups import Lookups, UnknownNameError
from crm.imports.matching import find_twins, read_addresses
from crm.imports.outcome import (
    Change,
    ImportOptions,
    RowError,
    RowOutcome,
    RowStatus,
    digest_of,
)
from crm.imports.people import Person, hash_of, load_people
from crm.imports.said import Hearing, Said, read_said, weigh
from crm.imports.seating import SeatError, SeatPlan, plan_seat, read_wish, settle
from crm.imports.sheets import Row, Sheet
from crm.models import Purpose, Role, Topic
from crm.resources import ContactResource

CHUNK = 1_000


@dataclass(slots=True)
class RowPlan:
    """A row's outcome, and what has to be written for it.

    ``is_written``: False for a row with an error and for somebody who was erased.
    ``values``: columns of the person to set; ``topics`` the objects, None to leave them.
    """

    outcome: RowOutcome
    person: Person = field(default_factory=lambda: Person(""))
    is_written: bool = False
    values: dict[str, Any] = field(default_factory=dict)
    topics: list[Topic] | None = None
    seat: SeatPlan | None = None
    said: Said | None = None


class Planner:
    """Plans one sheet once, chunk by chunk, from the first row to the last."""

    def __init__(
        self,
        sheet: Sheet,
        options: ImportOptions,
        *,
        purpose: Purpose | None = None,
        today: date | None = None,
    ) -> None:
        self.sheet = sheet
        self.options = options
        self.purpose = purpose
        self.today = today or timezone.localdate()
        self.now: datetime = timezone.now()
        self.addresses = read_addresses(sheet.rows)
        self.seat_addresses = read_addresses(sheet.rows, "seat_email")
        self.twins, self.shared = find_twins(sheet.rows, self.addresses)
        self.lookups = Lookups(creates_unknown=options.creates_unknown)
        self.role = Role.objects.filter(pk=options.role_id or 0).first()
        self._resource = ContactResource()
        self._facts = FactReader(sheet.columns)
        self._several: dict[str, Person] = {}
        # Topics by the cell that names them, and their names together.
        self._topics: dict[str, list[Topic] | None] = {}
        self._names: dict[tuple[int, ...], str] = {}
        self._labels = {column: column_label(column) for column in sheet.columns}
        self._labels["topics"] = column_label("topics")

    def chunks(self) -> Iterator[list[Row]]:
        """Yield the rows a thousand at a time."""
        rows = self.sheet.rows
        for start in range(0, len(rows), CHUNK):
            yield rows[start : start + CHUNK]

    def plan(self, rows: list[Row], *, lock: bool = False) -> list[RowPlan]:
        """Return what the rows would do.

        ``lock`` keeps the people concerned as they are until the transaction ends.
        """
        found = {
            hash_of(address): address
            for row in rows
            if (address := self.addresses.get(row.cells["email"]))
        }
        own = {
            hash_of(address): address
            for row in rows
            if (address := self.seat_addresses.get(row.cells.get("seat_email", "")))
        }
        self._hashes = {address: key for key, address in found.items()}
        self._known = load_people(found, lock=lock)
        known = {p.pk: address for address, p in self._known.items() if p.pk}
        self.cautions = Cautions({**own, **found}, known)
        self._known.update(
            (address, person)
            for address, person in self._several.items()
            if address in self._hashes
        )
        if "organisation" in self._labels:
            self.lookups.load_posts({rearm(row.cells["organisation"]) for row in rows})
        created = len(self.lookups.created)
        plans = [self._plan_row(row) for row in rows]
        self.digest = digest_of(
            (plan.outcome for plan in plans), self.lookups.created[created:]
        )
        return plans

    def _plan_row(self, row: Row) -> RowPlan:
        self.lookups.begin_row()
        address = self.addresses.get(row.cells["email"], "")
        if address and self.cautions.is_erased(address):
            return self._leave_out(row, address)
        if problem := self._find_problem(row, address):
            return self._fail(row, [problem])
        person = self._known.get(address)
        is_new = person is None
        if person is None:
            person = Person(address, address_hash=self._hashes.get(address, ""))
        values, errors = self._facts.read(row.cells, person, is_new=is_new)
        topics = self._read_topics(row, errors)
        said, said_errors = read_said(row, self.now)
        errors += said_errors
        seat = self._plan_seat(row, person, values, errors)
        if errors:
            self.lookups.undo_row()
            return self._fail(row, errors)
        hearing = weigh(said, address, self.purpose, self.cautions)
        changes = self._compare(person, values, topics, is_new=is_new)
        changes += seat.changes if seat else []
        changes += hearing.changes
        plan = self._accept(row, person, hearing, changes, is_new=is_new)
        plan.values, plan.topics = values, topics
        self._settle(plan, seat)
        return plan

    def _find_problem(self, row: Row, address: str) -> RowError | None:
        if row.problem:
            return RowError("", row.problem)
        if not address:
            try:
                self._resource.read("email", row.cells["email"])
            except ValueError as error:
                return RowError(column_label("email"), str(error))
        if address in self.twins:
            said = _(
                "The same address stands in rows %(rows)s, whatever the case of its "
                "letters. Keep one of them."
            )
            values = {"rows": _join(self.twins[address])}
            return RowError(column_label("email"), said % values)
        return None

    def _read_topics(self, row: Row, errors: list[RowError]) -> list[Topic] | None:
        """Return the topics a cell names; None for a blank one or one of separators."""
        cell = row.cells.get("topics")
        if not cell:
            return None
        if cell in self._topics:
            return self._topics[cell]
        made = len(self.lookups.created)
        topics, unknown = [], []
        for name in TOPIC_SEPARATOR.split(cell):
            if not name.strip():
                continue
            try:
                topics.append(self.lookups.find_topic(read_name(name.strip())))
            except (UnknownNameError, ValueError) as error:
                unknown.append(str(error))
        if unknown:
            errors.append(RowError(self._labels["topics"], " ".join(unknown)))
        found = list({id(topic): topic for topic in topics}.values()) or None
        # What the row would make is forgotten when the row fails.
        if not unknown and len(self.lookups.created) == made:
            self._topics[cell] = found
        return found

    def _plan_seat(
        self, row: Row, person: Person, values: dict, errors: list[RowError]
    ) -> SeatPlan | None:
        if "organisation" not in self._labels and "role" not in self._labels:
            wish_columns = {"network", "seat_title", "seat_email", "from"}
            if not wish_columns & self._labels.keys():
                return None
        try:
            wish = read_wish(row.cells, self.lookups, role=self.role)
            if wish is None:
                return None
            return plan_seat(
                wish,
                person,
                self.lookups,
                today=self.today,
                succeed_on=self.options.succeed_on,
            )
        except SeatError as error:
            errors += error.list()
        except CrmError as error:
            errors.append(RowError("", str(error)))
        return None

    def _compare(
        self,
        person: Person,
        values: dict[str, Any],
        topics: list[Topic] | None,
        *,
        is_new: bool,
    ) -> list[Change]:
        changes = []
        for column, value in values.items():
            if column == "custom":
                changes += self._compare_custom(person, value)
            elif not (is_new and column in NAMING):
                # Who a new row is about stands beside what is written about them.
                old = "" if is_new else getattr(person, column)
                changes.append(
                    Change(self._label(column), *map(_shower(column), (old, value)))
                )
        if topics is not None:
            before = person.chosen
            if before is None:
                before = self.lookups.topics_of(person.topics)
            if set(map(id, topics)) != set(map(id, before)):
                named = map(self._name_all, (before, topics))
                changes.append(Change(self._labels["topics"], *named))
        return changes

    def _compare_custom(self, person: Person, custom: dict[str, Any]) -> list[Change]:
        return [
            Change(
                field.name,
                show_value(field, person.custom.get(field.slug)),
                show_value(field, custom[field.slug]),
            )
            for field in self._facts.fields.values()
            if custom.get(field.slug) != person.custom.get(field.slug)
        ]

    def _name_all(self, topics: list[Topic]) -> str:
        key = tuple(map(id, topics))
        if key not in self._names:
            self._names[key] = ", ".join(sorted(str(topic) for topic in topics))
        return self._names[key]

    def _label(self, column: str) -> str:
        return self._labels.get(column) or column_label(column)

    def _accept(
        self,
        row: Row,
        person: Person,
        hearing: Hearing,
        changes: list[Change],
        *,
        is_new: bool,
    ) -> RowPlan:
        status = RowStatus.UNCHANGED
        if is_new:
            status = RowStatus.NEW
        elif changes:
            status = RowStatus.CHANGED
        seat_email = self.seat_addresses.get(row.cells.get("seat_email", ""), "")
        notes = self.cautions.describe(person.email, seat_email) + hearing.notes
        outcome = RowOutcome(
            row.number, status.value, _name_of(row), person.email, tuple(changes), notes
        )
        return RowPlan(outcome, person, is_written=True, said=hearing.said)

    def _settle(self, plan: RowPlan, seat: SeatPlan | None) -> None:
        """Let later rows see what this one does to its person and seat."""
        person = plan.person
        for column, value in plan.values.items():
            setattr(person, column, value)
        if seat and seat.changes:
            settle(seat, person, self.lookups)
            plan.seat = seat
        if person.email in self.shared:
            person.chosen = plan.topics if plan.topics is not None else person.chosen
            self._several[person.email] = self._known[person.email] = person

    def _fail(self, row: Row, errors: list[RowError]) -> RowPlan:
        address = self.addresses.get(row.cells["email"], row.cells["email"])
        return RowPlan(
            RowOutcome(
                row.number,
                RowStatus.ERROR.value,
                _name_of(row),
                address,
                errors=tuple(errors),
            )
        )

    def _leave_out(self, row: Row, address: str) -> RowPlan:
        """Pass over somebody who was erased: an import must not bring them back."""
        note = _("The person was erased and is not brought back.")
        return RowPlan(
            RowOutcome(
                row.number,
                RowStatus.LEFT_OUT.value,
                _name_of(row),
                address,
                notes=(note,),
            )
        )


def _shower(column: str):
    return _language_name if column == "language" else str


def _language_name(code: str) -> str:
    return str(Language(code).label) if code else ""


def _name_of(row: Row) -> str:
    cells = row.cells
    name = f"{cells.get('given_name', '')} {cells.get('family_name', '')}".strip()
    return name or cells.get("full_name", "")


def _join(numbers: list[int]) -> str:
    *most, last = [str(number) for number in numbers]
    return _("%(most)s and %(last)s") % {"most": ", ".join(most), "last": last}
