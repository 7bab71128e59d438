"""What became, or would become, of each row of an import."""

import hashlib
import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import date

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


@dataclass(frozen=True)
class ImportOptions:
    """What the person at the screen chose for a whole file.

    ``succeed_on``: the day from which a new person takes a seat that somebody else
    holds; None makes a held seat an error.
    """

    creates_unknown: bool = False
    succeed_on: date | None = None


@dataclass(frozen=True)
class Change:
    """One fact that is, or would be, written. ``old`` is empty for a new one."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class RowError:
    """Why a row cannot be imported; ``label`` names the column, or is empty."""

    label: str
    message: str


@dataclass(frozen=True)
class RowOutcome:
    number: int
    status: RowStatus
    name: str
    email: str
    changes: tuple[Change, ...] = ()
    notes: tuple[str, ...] = ()
    errors: tuple[RowError, ...] = ()

    @property
    def symbol(self) -> str:
        return SYMBOLS[self.status]

    @property
    def label(self) -> str:
        return str(RowStatus(self.status).label)


@dataclass
class ImportOutcome:
    """A file's outcome. ``is_done`` is False for a preview and for a refused import."""

    rows: list[RowOutcome] = field(default_factory=list)
    created: list[str] = field(default_factory=list)
    is_done: bool = False

    @property
    def counts(self) -> dict[str, int]:
        """How many rows there are of each status, in the statuses' order."""
        found = Counter(row.status for row in self.rows)
        return {status.value: found[status] for status in RowStatus}

    @property
    def has_errors(self) -> bool:
        return any(row.status == RowStatus.ERROR for row in self.rows)

    @property
    def changes_anything(self) -> bool:
        return any(
            row.status in (RowStatus.NEW, RowStatus.CHANGED) for row in self.rows
        )

    @property
    def digest(self) -> str:
        """Stands for everything the preview shows; the import must come to the same."""
        shown = json.dumps([asdict(row) for row in self.rows] + self.created)
        return hashlib.sha256(shown.encode()).hexdigest()
