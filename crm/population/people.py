"""Invented people with their seats, topics and what they said, a chunk at a time."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from django.conf import settings

from crm.addresses import hash_address
from crm.choices import ConsentStatus, LawfulBasis, SuppressionReason
from crm.models import (
    Affiliation,
    ConsentEntry,
    ConsentState,
    Contact,
    Network,
    Purpose,
    Role,
    Seat,
    Suppression,
    Topic,
)
from crm.names import make_sort_key
from crm.population.names import NAMES
from crm.population.organisations import Employer, Employers
from crm.population.rows import RowWriter, analyse, reset_sequences

CHUNK = 5_000
YEARS_BACK = 8

TABLES: dict[str, tuple] = {
    "contacts": (
        Contact,
        "id given_name family_name sort_key email address_hash language created_at "
        "updated_at",
    ),
    "seats": (Seat, "id organisation_id role_id network_id title email address_hash"),
    "affiliations": (
        Affiliation,
        "id seat_id contact_id starts_on ends_on role_id network_id organisation_id "
        "kind country region",
    ),
    "topics": (Contact.topics.through, "id contact_id topic_id"),
    "entries": (
        ConsentEntry,
        "id contact_id purpose_id action at source wording wording_version",
    ),
    "states": (ConsentState, "id contact_id purpose_id status since"),
    "suppressions": (Suppression, "id address_hash reason created_at"),
}


GIVEN_FAMILY = {
    names: (given.split(), family.split()) for names, (given, family) in NAMES.items()
}
# Worked out once: a million people share a few hundred names.
SORT_KEYS = {
    name: make_sort_key(name)
    for lists in GIVEN_FAMILY.values()
    for names in lists
    for name in names
}
LETTERS = {
    name: "".join(c for c in key if c.isalnum() and c.isascii())
    for name, key in SORT_KEYS.items()
}


@dataclass(frozen=True)
class Vocabulary:
    """What people can be and care for; the commoner ones first."""

    roles: list[Role]
    networks: list[Network]
    topics: list[Topic]
    purposes: list[Purpose]


@dataclass
class Chunk:
    """Rows of some people, by table."""

    rows: dict[str, list[tuple]] = field(
        default_factory=lambda: {name: [] for name in TABLES}
    )


class Population:
    """Writes invented people. The same seed, day and tables give the same people."""

    def __init__(
        self, employers: Employers, words: Vocabulary, random: Random, today: date
    ) -> None:
        self.employers = employers
        self.words = words
        self.random = random
        self.today = today
        self.writers = {
            name: RowWriter(model, *names.split())
            for name, (model, names) in TABLES.items()
        }
        self.ids = {name: writer.next_id() for name, writer in self.writers.items()}

    def write(self, count: int, report: Callable[[int], None]) -> None:
        """Write so many people; ``report`` is told how many there are by now."""
        for start in range(0, count, CHUNK):
            size = min(CHUNK, count - start)
            self._write_chunk(size)
            report(start + size)
        reset_sequences(*(writer.model for writer in self.writers.values()))
        analyse()

    def _write_chunk(self, size: int) -> None:
        chunk = Chunk()
        for employer in self.employers.draw(self.random, size):
            self._add_person(chunk, employer)
        for name, writer in self.writers.items():
            writer.write(chunk.rows[name])

    def _add(self, chunk: Chunk, table: str, *values: object) -> int:
        pk = self.ids[table]
        self.ids[table] += 1
        chunk.rows[table].append((pk, *values))
        return pk

    def _add_person(self, chunk: Chunk, employer: Employer) -> None:
        random = self.random
        given, family = (_draw(random, names) for names in GIVEN_FAMILY[employer.names])
        number = self.ids["contacts"]
        local = f"{LETTERS[given]}.{LETTERS[family]}.{number}"
        email = f"{local}@{employer.domain}"
        key = hash_address(email, settings.CRM_ADDRESS_HASH_KEY)
        since = self._moment()
        luck = random.random()
        swedish = employer.names == "sv" or (employer.names == "fi" and luck < 0.3)
        contact = self._add(
            chunk,
            "contacts",
            given,
            family,
            f"{SORT_KEYS[family]} {SORT_KEYS[given]}",
            email,
            key,
            "sv" if swedish else "en",
            since,
            max(since, self._moment()),
        )
        self._add_seats(chunk, contact, employer)
        for topic in _sample(random, self.words.topics):
            self._add(chunk, "topics", contact, topic.pk)
        self._add_consents(chunk, contact)
        if random.random() < 0.015:
            reason = random.choice(
                [SuppressionReason.BOUNCE] * 6
                + [SuppressionReason.COMPLAINT, SuppressionReason.MANUAL]
            )
            self._add(chunk, "suppressions", key, reason.value, self._moment())

    def _add_seats(self, chunk: Chunk, contact: int, employer: Employer) -> None:
        luck = self.random.random()
        if luck < 0.83:
            self._add_seat(chunk, contact, employer, is_past=False)
        if luck < 0.05:
            other = self.employers.draw(self.random, 1)[0]
            self._add_seat(chunk, contact, other, is_past=False)
        if luck > 0.75:
            # Left a seat; nobody has taken it yet.
            other = self.employers.draw(self.random, 1)[0]
            self._add_seat(chunk, contact, other, is_past=True)

    def _add_seat(
        self, chunk: Chunk, contact: int, employer: Employer, *, is_past: bool
    ) -> None:
        random = self.random
        role = _draw(random, self.words.roles)
        network = _draw(random, self.words.networks) if random.random() < 0.35 else None
        email = key = ""
        number = self.ids["seats"]
        if random.random() < 0.12:
            email = f"{role.slug}.{number}@{employer.domain}"
            key = hash_address(email, settings.CRM_ADDRESS_HASH_KEY)
        network_id = network.pk if network else None
        # The number keeps the seats of one role at a large organisation apart.
        title = f"{role.name_sv.capitalize()} {number}"
        seat = self._add(
            chunk, "seats", employer.pk, role.pk, network_id, title, email, key
        )
        starts_on = self._day()
        ends_on = None
        if is_past:
            ends_on = min(
                starts_on + timedelta(days=random.randint(30, 1500)),
                self.today - timedelta(days=1),
            )
        self._add(
            chunk,
            "affiliations",
            seat,
            contact,
            min(starts_on, ends_on) if ends_on else starts_on,
            ends_on,
            role.pk,
            network_id,
            employer.pk,
            employer.kind,
            employer.country,
            employer.region,
        )

    def _add_consents(self, chunk: Chunk, contact: int) -> None:
        for purpose in self.words.purposes:
            luck = self.random.random()
            status = None
            if purpose.lawful_basis == LawfulBasis.CONSENT and luck > 0.45:
                status = ConsentStatus.GIVEN
            if luck < 0.04:
                status = ConsentStatus.WITHDRAWN
            if luck < 0.002:
                status = ConsentStatus.OBJECTED
            if status is None:
                continue
            at = self._moment()
            self._add(
                chunk,
                "entries",
                contact,
                purpose.pk,
                status.value,
                at,
                "make_contacts",
                purpose.wording_sv,
                purpose.version,
            )
            self._add(chunk, "states", contact, purpose.pk, status.value, at)

    def _day(self) -> date:
        """Return a day of the last years, recent ones more often."""
        back = int(self.random.random() ** 2 * 365 * YEARS_BACK) + 1
        return self.today - timedelta(days=back)

    def _moment(self) -> datetime:
        seconds = self.random.randrange(86_400)
        return datetime.combine(self._day(), time.min, UTC) + timedelta(seconds=seconds)


def _draw(random: Random, ranked: list) -> Any:
    """Return one, those in front more often."""
    return ranked[int(random.random() ** 2 * len(ranked))]


def _sample(random: Random, ranked: list) -> list:
    """Return none to five different ones."""
    wanted = min(random.choice((0, 1, 1, 2, 2, 3, 4, 5)), len(ranked))
    return list(dict.fromkeys(_draw(random, ranked) for _n in range(wanted)))
