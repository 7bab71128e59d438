"""An event in words of the active language: what is known, and what is not decided."""

from dataclasses import dataclass
from datetime import time

from django.utils.dateformat import format as format_date
from django.utils.formats import date_format, time_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.dates import parse_partial
from crm.models import Event, Place


@dataclass(frozen=True)
class Fact:
    """One line of the facts: what it is about, and its words, a line each."""

    kind: str
    label: str
    lines: tuple[str, ...]


def list_facts(event: Event) -> list[Fact]:
    """Return day, time, place, deadline and room of an event, as far as it has them."""
    capacity = event.capacity or 0
    room = ngettext("%(count)s person", "%(count)s people", capacity)
    known = (
        ("day", _("Date"), describe_day(event)),
        ("time", _("Time of day"), describe_time(event)),
        ("place", _("Place"), describe_place(event.place)),
        ("undecided", _("Not decided"), (describe_undecided(event),)),
        ("deadline", _("Sign up by"), (_day_or_nothing(event.deadline),)),
        ("capacity", _("Room for"), (room % {"count": capacity} if capacity else "",)),
    )
    facts = []
    for kind, label, lines in known:
        words = (lines,) if isinstance(lines, str) else lines
        if any(words):
            facts.append(Fact(kind, label, tuple(line for line in words if line)))
    return facts


def describe_day(event: Event) -> str:
    """Return the day with its weekday, or the period as it is known; "" for neither."""
    if event.has_known_day and event.is_one_day:
        day, _known = parse_partial(event.starts_on)
        return capfirst(format_date(day, _("l j F Y")))
    return capfirst(event.period)


def describe_time(event: Event) -> str:
    """Return "10:00–16:00", or the beginning alone; "" when no time is set."""
    if not event.starts_at:
        return ""
    if not event.ends_at:
        return _clock(event.starts_at)
    return f"{_clock(event.starts_at)}–{_clock(event.ends_at)}"


def describe_place(place: Place | None) -> tuple[str, ...]:
    """Return house and room, then street and town; () for no place."""
    if place is None:
        return ()
    house = ", ".join(part for part in (place.name, place.room) if part)
    town = f"{place.postcode} {place.town}".strip()
    return (house, ", ".join(part for part in (place.street, town) if part))


def describe_undecided(event: Event) -> str:
    """Return what is not decided yet, in the office's words or in ours; "" for nothing."""
    if event.undecided:
        return event.undecided
    if not event.starts_on and not event.place_id:
        return _("Place and day are not decided yet")
    if not event.starts_on:
        return _("The day is not decided yet")
    return "" if event.place_id else _("The place is not decided yet")


def describe_shortly(event: Event) -> str:
    """Return when and where in one line, for a list of the events of a series."""
    known = [event.period, event.place.town if event.place else ""]
    if not event.starts_on or not event.place_id:
        known.append(describe_undecided(event))
    return ", ".join(part for part in known if part)


def _clock(moment: time) -> str:
    return time_format(moment, "H:i")


def _day_or_nothing(day) -> str:
    return date_format(day, "j F Y") if day else ""
