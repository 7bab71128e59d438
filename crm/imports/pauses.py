"""A rest from mail that a file tells of: it may begin one or lengthen it, never end it.

Who rests chose it themselves, mostly behind the link in a letter. As with a no, the
stricter word holds: a blank cell or an earlier day changes nothing.
"""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from crm.cells import read_date
from crm.pausing import last_day


def read_pause(cell: str, kept: str | None, today: date) -> tuple[str | None, str]:
    """Return the new day as ISO text, None where it stays; and a note, "" for none.

    ``kept`` is the register's day. Raises ValueError for what is no day, or for one
    that is further ahead than a rest may last.
    """
    until = read_date(cell)
    if until is None or until <= today or until.isoformat() == kept:
        return None, ""
    now = date.fromisoformat(kept) if kept else today
    if until < now:
        note = _("Wants no mail before %(day)s; an import does not shorten that.")
        return None, note % {"day": date_format(now, "DATE_FORMAT")}
    if until > last_day(today):
        raise ValueError(
            _("Choose a day after today, at the latest %(day)s.")
            % {"day": date_format(last_day(today), "DATE_FORMAT")}
        )
    return until.isoformat(), ""
