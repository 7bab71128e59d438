"""A rest from mail, until a day the person names; it ends by itself.

A pause is no word about a purpose, so it is not in the consent ledger: it stands with
the contact, and in the contact's history with whoever set it.
"""

from calendar import monthrange
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from crm.exceptions import PauseError
from crm.models import Contact

PAUSED = "crm.paused_mail"
RESUMED = "crm.resumed_mail"
# Longer than a year would be leaving that nobody remembers.
LONGEST_MONTHS = 12


def is_paused(contact: Contact, on: date) -> bool:
    """Say whether a contact wants no mail that day, as ``ContactQuerySet.awake`` does."""
    return contact.paused_until is not None and contact.paused_until > on


def pause_mail(contact: Contact, until: date, *, today: date, by: Any = None) -> None:
    """Let no newsletter go to a contact before the day ``until``, starting now.

    What is queued already is stopped by the worker, which asks again before it hands a
    letter over. Raises PauseError for a day that has come, or is over a year ahead.
    """
    if not today < until <= last_day(today):
        raise PauseError(
            _("Choose a day after today, at the latest %(day)s.")
            % {"day": date_format(last_day(today), "DATE_FORMAT")}
        )
    if contact.paused_until == until:
        return
    contact.paused_until = until
    contact.save(update_fields=["paused_until", "updated_at"])
    log(contact, PAUSED, user=by, data={"until": until.isoformat()})


def resume_mail(contact: Contact, *, by: Any = None) -> bool:
    """End a contact's pause; return whether there was one."""
    if contact.paused_until is None:
        return False
    contact.paused_until = None
    contact.save(update_fields=["paused_until", "updated_at"])
    log(contact, RESUMED, user=by)
    return True


def describe_pause(contact: Contact, on: date) -> str:
    """Return the sentence that says until when; "" for who takes no rest that day."""
    until = contact.paused_until
    if until is None or not is_paused(contact, on):
        return ""
    return _("Wants no mail before %(day)s.") % {
        "day": date_format(until, "DATE_FORMAT")
    }


def add_months(day: date, months: int) -> date:
    """Return the same day so many months later, or the last one of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def last_day(today: date) -> date:
    """Return the latest day until which a pause may last."""
    return add_months(today, LONGEST_MONTHS)
