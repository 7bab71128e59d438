"""What became, or would become, of each row of an import."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, Protocol

from django.db import models
from django.utils.translation import gettext_lazy as _


class RowStatus(models.TextChoices):
    NEW = "new", _("New")
    CHANGED = "changed", _("Changed")
    UNCHANGED = "unchanged", _("Unchanged")
    LEFT_OUT = "left_out", _("Left out")
    ERROR = "error", _("Error")


# Said beside the colour, for those who do not see it.
SYMBOLS = {
    RowStatus.NEW: "+",
    RowStatus.CHANGED: "±",
    RowStatus.UNCHANGED: "=",
    RowStatus.LEFT_OUT: "–",
    RowStatus.ERROR: "!",
}
LABELS = {status.value: status.label for status in RowStatus}


@dataclass(frozen=True)
class ImportOptions:
    """What the person at the screen chose for a whole file.

    ``succeed_on``: the day from which a new person takes a seat that somebody else
    holds; None makes a held seat an error. ``role_id``: the role of rows that name an
    organisation but no role. ``skips_errors``: import the other rows all the same.
    """

    creates_unknown: bool = False
    succeed_on: date | None = None
    role_id: int | None = None
    skips_errors: bool = False

    def to_json(self) -> dict:
        """Return the choices as plain JSON."""
        day = self.succeed_on.isoformat() if self.succeed_on else ""
        return {
            "creates_unknown": self.creates_unknown,
            "succeed_on": day,
            "role_id": self.role_id,
            "skips_errors": self.skips_errors,
        }

    @classmethod
    def from_json(cls, stored: dict) -> "ImportOptions":
        """Return the choices that ``to_json`` stored."""
        day = stored.get("succeed_on")
        return cls(
            creates_unknown=stored.get("creates_unknown", False),
            succeed_on=date.fromisoformat(day) if day else None,
            role_id=stored.get("role_id"),
            skips_errors=stored.get("skips_errors", False),
        )


class Change(NamedTuple):
    """One fact that is, or would be, written. ``old`` is empty for a new one."""

    label: str
    old: str
    new: str


class RowError(NamedTuple):
    """Why a row cannot be imported; ``label`` names the column, or is empty."""

    label: str
    message: str


class RowOutcome(NamedTuple):
    number: int
    status: str
    name: str
    email: str
    changes: tuple[Change, ...] = ()
    notes: tuple[str, ...] = ()
    errors: tuple[RowError, ...] = ()

    @property
    def symbol(self) -> str:
        return SYMBOLS[RowStatus(self.status)]

    @property
    def label(self) -> str:
        return str(RowStatus(self.status).label)

    @classmethod
    def from_json(cls, stored: list) -> "RowOutcome":
        """Return an outcome that went through JSON, which knows tuples as lists."""
        number, status, name, email, changes, notes, errors = stored
        return cls(
            number,
            status,
            name,
            email,
            tuple(Change(*change) for change in changes),
            tuple(notes),
            tuple(RowError(*error) for error in errors),
        )


class Planned(Protocol):
    """What is planned for a row, as far as it is counted."""

    status: str
    notes: tuple[str, ...]


type Describe[P: Planned] = Callable[[P], RowOutcome]


@dataclass
class ImportOutcome:
    """A file's outcome. ``is_done`` is False for a preview and for a refused import.

    ``rows`` holds the first ``kept`` rows of each status, all of them when None; the
    counts are of all rows. ``noted`` counts rows about people who get no mail as before.
    """

    rows: list[RowOutcome] = field(default_factory=list)
    created: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    noted: int = 0
    digests: list[str] = field(default_factory=list)
    is_done: bool = False
    kept: int | None = None

    def add[P: Planned](
        self, plans: Iterable[P], digest: str, describe: Describe[P]
    ) -> None:
        """Count the rows of one chunk; describe and keep those there is room for."""
        counts = Counter(self.counts)
        for plan in plans:
            counts[plan.status] += 1
            self.noted += bool(plan.notes)
            if (
                self.kept is None
                or counts[plan.status] <= self.kept
                or (plan.notes and self.noted <= self.kept)
            ):
                self.rows.append(describe(plan))
        self.counts = {status.value: counts[status.value] for status in RowStatus}
        self.digests.append(digest)

    @property
    def has_errors(self) -> bool:
        return bool(self.counts.get(RowStatus.ERROR))

    @property
    def changes_anything(self) -> bool:
        return any(
            self.counts.get(status) for status in (RowStatus.NEW, RowStatus.CHANGED)
        )

    @property
    def digest(self) -> str:
        """Stands for everything the preview counts; the import must come to the same."""
        return hashlib.sha256("".join(self.digests).encode()).hexdigest()
