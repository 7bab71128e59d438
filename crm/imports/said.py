"""What a file says its people said: a yes with its proof, a no, a bounce.

Another programme's yes is evidence only with its date (GDPR art. 7(1)), so a word such
as "subscribed" alone gives no consent. A no is believed in any form.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from crm.choices import ConsentStatus, LawfulBasis
from crm.imports.cautions import Cautions
from crm.imports.columns import column_label
from crm.imports.outcome import Change, RowError
from crm.imports.sheets import Row
from crm.models import Purpose

YES, LEFT, BOUNCED, OBJECTED = "yes", "left", "bounced", "objected"
# Words of Mailchimp, listmonk and people; "" says nothing about mail.
STANDINGS = {
    **dict.fromkeys(("subscribed", "enabled", "confirmed", "unconfirmed"), ""),
    **dict.fromkeys(("active", "prenumererar", "non-subscribed", "transactional"), ""),
    **dict.fromkeys(("unsubscribed", "disabled", "archived", "avregistrerad"), LEFT),
    **dict.fromkeys(("cleaned", "bounced", "studsar"), BOUNCED),
    **dict.fromkeys(("blocklisted", "complained", "spärrad"), OBJECTED),
}


@dataclass(slots=True)
class Said:
    """What to write down about one person; ``at`` is aware."""

    what: str
    at: datetime
    proof: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Hearing:
    """What comes of a row's words: ``said`` is written, the rest is shown."""

    said: Said | None = None
    changes: tuple[Change, ...] = ()
    notes: tuple[str, ...] = ()


def read_said(row: Row, now: datetime) -> tuple[Said | None, list[RowError]]:
    """Return what a row says, and what is wrong with how it says it."""
    cells, errors = row.cells, []
    what, at = "", None
    try:
        at = read_moment(cells.get("said_yes", ""))
        what = YES if at else ""
    except ValueError as error:
        errors.append(RowError(column_label("said_yes"), str(error)))
    for column, meaning in (("said_no", LEFT), ("bounced", BOUNCED)):
        if cell := cells.get(column, ""):
            what = meaning
            try:
                at = read_moment(cell)
            except ValueError:
                at = None  # a no is a no, whenever it was
    standing = cells.get("standing", "").casefold()
    if standing and standing not in STANDINGS:
        said = _(
            "“%(cell)s” is no word for it. Use subscribed, unsubscribed, cleaned or "
            "blocklisted."
        )
        errors.append(
            RowError(column_label("standing"), said % {"cell": cells["standing"]})
        )
    elif STANDINGS.get(standing) and what in ("", YES):
        what = STANDINGS[standing]
    if not what:
        return None, errors
    proof: dict[str, Any] = {"row": row.number, **row.proof}
    proof |= {
        column: cells[column]
        for column in ("said_yes", "said_no", "bounced", "standing")
        if cells.get(column)
    }
    return Said(what, min(at or now, now), proof), errors


def read_moment(cell: str) -> datetime | None:
    """Return an aware moment; a time without a zone is UTC, as Mailchimp exports it.

    None for a blank cell. Raises ValueError with a sentence.
    """
    if not cell:
        return None
    try:
        moment = parse_datetime(cell)
        day = None if moment else parse_date(cell)
    except ValueError:
        moment = day = None
    if day:
        moment = datetime.combine(day, time())
    if moment is None:
        raise ValueError(
            _("“%(cell)s” is no time. Write it like 2026-03-01 14:30.") % {"cell": cell}
        )
    return moment if timezone.is_aware(moment) else moment.replace(tzinfo=UTC)


def weigh(
    said: Said | None, address: str, purpose: Purpose | None, cautions: Cautions
) -> Hearing:
    """Return what comes of it, given what the register knows of the person.

    A yes counts where the purpose asks for consent and nothing else is known; a no
    where nothing is known.
    """
    if said is None or purpose is None:
        return Hearing()
    known = cautions.status(address, purpose.pk)
    if said.what == YES:
        return _weigh_yes(said, address, purpose, cautions, known)
    if said.what == BOUNCED and not cautions.is_stopped(address):
        change = Change(_("address"), "", _("stopped, since it bounced elsewhere"))
        return Hearing(said, (change,), (_("The import makes no mail go there."),))
    if known == ConsentStatus.GIVEN:
        note = _(
            "The file says no, the register has a yes for “%(purpose)s”. Ask, and put "
            "it right by hand."
        ) % {"purpose": purpose}
        return Hearing(None, (), (note,))
    if known or said.what == BOUNCED:
        return Hearing()
    change = Change(_("mail"), "", _("none: has said no to the list the file is from"))
    return Hearing(said, (change,), (_("The import makes no mail go there."),))


def _weigh_yes(
    said: Said, address: str, purpose: Purpose, cautions: Cautions, known: str
) -> Hearing:
    if known or cautions.is_stopped(address):
        return Hearing()
    if purpose.lawful_basis != LawfulBasis.CONSENT:
        return Hearing()
    day = timezone.localtime(said.at).date().isoformat()
    label = _("consent to “%(purpose)s”") % {"purpose": purpose}
    return Hearing(said, (Change(label, "", _("said yes on %(day)s") % {"day": day}),))
