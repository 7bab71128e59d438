"""A rest from mail, as it is offered to readers: a month, three, or until a day."""

from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from crm.pausing import add_months

# Until a day of one's own; and: from now on mail again.
OTHER, END = "other", "end"


@dataclass(frozen=True)
class Rest:
    """A rest of so many months: what the form carries, and until when it lasts."""

    value: str
    until: date
    label: str


def list_rests(today: date) -> list[Rest]:
    """Return the rests to choose from, in the active language."""
    labels = {
        1: _("For a month, until %(day)s"),
        3: _("For three months, until %(day)s"),
    }
    rests = []
    for months, label in labels.items():
        until = add_months(today, months)
        day = {"day": date_format(until, "DATE_FORMAT")}
        rests.append(Rest(str(months), until, label % day))
    return rests


def find_rest(value: str, today: date) -> Rest | None:
    """Return the rest that a form names; None for anything else."""
    return next((rest for rest in list_rests(today) if rest.value == value), None)
