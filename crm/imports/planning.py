"""What each row of a file would do to the register. Writes nothing.

Rows are planned in chunks: who is known, who is stopped and who sits where is read once
for a chunk. The preview plans them all; the import plans a chunk, writes it, and goes on
(``applying``). Both come to the same, since what earlier rows plan is seen by later ones.
"""

from collections.abc import Iterator
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from crm.cells import TOPIC_SEPARATOR, read_name
from crm.disarming import rearm
from crm.exceptions import CrmError
from crm.imports.cautions import Cautions
from crm.imports.columns import CONSENT_COLUMNS, SEAT_COLUMNS, column_label
from crm.imports.facts import FactReader
from crm.imports.lookups import Lookups, UnknownNameError
from crm.imports.matching import find_twins, read_addresses
from crm.imports.outcome import ImportOptions, RowError, RowOutcome, RowStatus
from crm.imports.pauses import read_pause
from crm.imports.people import PAUSE, Person, hash_of, load_people
from crm.imports.plans import SILENCE, Describer, RowPlan, digest_of
from crm.imports.said import Hearing, read_said, weigh
from crm.imports.seating import SeatError, SeatPlan, plan_seat, read_wish, settle
from crm.imports.sheets import Row, Sheet
from crm.models import Purpose, Role, Topic
from crm.resources import ContactResource

CHUNK = 1_000


# Asked for each row, and slow to ask an enumeration for.
NEW, CHANGED, UNCHANGED = (
    RowStatus.NEW.value,
    RowStatus.CHANGED.value,
    RowStatus.UNCHANGED.value,
)


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
        self._describer = Describer(self._facts.fields)
        self._several: dict[str, Person] = {}
        # Topics by the cell that names them.
        self._topics: dict[str, list[Topic] | None] = {}
        columns = set(sheet.columns)
        self._names_seats = bool(columns & set(SEAT_COLUMNS))
        self._hears = bool(columns & set(CONSENT_COLUMNS))

    def chunks(self) -> Iterator[list[Row]]:
        """Yield the rows a thousand at a time."""
        rows = self.sheet.rows
        for start in range(0, len(rows), CHUNK):
            yield rows[start : start + CHUNK]

    def plan(self, rows: list[Row], *, lock: bool = False) -> list[RowPlan]:
        """Return what the rows would do.

        ``lock`` keeps the people concerned as they are until the transaction ends.
        """
        self._load(rows, lock=lock)
        created = len(self.lookups.created)
        plans = [self._plan_row(row) for row in rows]
        self.digest = digest_of(plans, self.lookups.created[created:])
        return plans

    def describe(self, plan: RowPlan) -> RowOutcome:
        """Return in words what a row would do."""
        return self._describer.describe(plan)

    def _load(self, rows: list[Row], *, lock: bool) -> None:
        """Read what the register knows of the people and seats that the rows name."""
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
        if "organisation" in self.sheet.columns:
            self.lookups.load_posts({rearm(row.cells["organisation"]) for row in rows})

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
        resting = self._read_pause(row, person, values, errors)
        topics = self._read_topics(row, errors)
        hearing = self._hear(row, address, errors) if self._hears else SILENCE
        seat = self._plan_seat(row, person, errors) if self._names_seats else None
        if errors:
            self.lookups.undo_row()
            return self._fail(row, errors)
        plan = RowPlan(row, UNCHANGED, address, person, is_written=True)
        plan.values, plan.topics, plan.hearing = values, topics, hearing
        plan.left = self._find_left(person, topics)
        plan.notes = self._caution(row, address) + resting + hearing.notes
        if is_new:
            plan.status = NEW
        else:
            plan.olds = {column: getattr(person, column) for column in values}
        self._settle(plan, seat)
        if not is_new and (
            values or plan.left is not None or plan.seat or hearing.changes
        ):
            plan.status = CHANGED
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

    def _read_pause(
        self, row: Row, person: Person, values: dict, errors: list[RowError]
    ) -> tuple[str, ...]:
        """Put a longer rest among the values; return what is to be said of a shorter."""
        cell = row.cells.get(PAUSE)
        if not cell:
            return ()
        try:
            until, note = read_pause(rearm(cell), person.paused_until, self.today)
        except ValueError as error:
            errors.append(RowError(column_label(PAUSE), str(error)))
            return ()
        if until:
            values[PAUSE] = until
        return (note,) if note else ()

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
            errors.append(RowError(column_label("topics"), " ".join(unknown)))
        found = list({id(topic): topic for topic in topics}.values()) or None
        # What the row would make is forgotten when the row fails.
        if not unknown and len(self.lookups.created) == made:
            self._topics[cell] = found
        return found

    def _hear(self, row: Row, address: str, errors: list[RowError]) -> Hearing:
        """Return what comes of what the row says about mail."""
        said, faults = read_said(row, self.now)
        errors += faults
        return weigh(said, address, self.purpose, self.cautions)

    def _plan_seat(
        self, row: Row, person: Person, errors: list[RowError]
    ) -> SeatPlan | None:
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

    def _find_left(
        self, person: Person, topics: list[Topic] | None
    ) -> list[Topic] | None:
        """Return the topics before, if the row changes them; else None."""
        if topics is None:
            return None
        before = person.chosen
        if before is None:
            before = self.lookups.topics_of(person.topics)
        return before if set(map(id, topics)) != set(map(id, before)) else None

    def _caution(self, row: Row, address: str) -> tuple[str, ...]:
        seat_email = self.seat_addresses.get(row.cells.get("seat_email", ""), "")
        return self.cautions.describe(address, seat_email)

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
        plan = RowPlan(row, RowStatus.ERROR.value, address, Person(""))
        plan.errors = tuple(errors)
        return plan

    def _leave_out(self, row: Row, address: str) -> RowPlan:
        """Pass over somebody who was erased: an import must not bring them back."""
        plan = RowPlan(row, RowStatus.LEFT_OUT.value, address, Person(""))
        plan.notes = (_("The person was erased and is not brought back."),)
        return plan


def _join(numbers: list[int]) -> str:
    *most, last = [str(number) for number in numbers]
    return _("%(most)s and %(last)s") % {"most": ", ".join(most), "last": last}
