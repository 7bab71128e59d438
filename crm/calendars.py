"""An event as an iCalendar file (RFC 5545), for the reader's own calendar."""

from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone
from icalendar import Calendar
from icalendar import Event as CalendarEvent

from crm.dates import parse_partial
from crm.events import describe_place
from crm.models import Event


def write_calendar(event: Event, *, host: str, url: str = "") -> bytes | None:
    """Return the file of one event; None while its day is not known.

    ``host`` makes its UID the world's only one, so that a later file replaces the entry.
    Times are written in UTC, which every calendar shows in its reader's own zone; an
    event without times takes whole days.
    """
    if not event.has_known_day:
        return None
    entry = CalendarEvent()
    entry.add("uid", f"event-{event.pk}@{host}")
    entry.add("dtstamp", timezone.now())
    entry.add("summary", event.title)
    _add_times(entry, event)
    if place := ", ".join(line for line in describe_place(event.place) if line):
        entry.add("location", place)
    if url:
        entry.add("url", url)
    calendar = Calendar()
    calendar.add("prodid", "-//Rundbrev//SV")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(entry)
    return calendar.to_ical()


def _add_times(entry: CalendarEvent, event: Event) -> None:
    first = _day(event.starts_on)
    last = _day(event.ends_on or event.starts_on)
    if event.starts_at is None:
        entry.add("dtstart", first)
        # The end is the first day after it (RFC 5545 §3.6.1).
        entry.add("dtend", last + timedelta(days=1))
        return
    entry.add("dtstart", _moment(first, event.starts_at))
    if event.ends_at is not None:
        entry.add("dtend", _moment(last, event.ends_at))


def _day(text: str) -> date:
    return parse_partial(text)[0]


def _moment(day: date, at: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, at)).astimezone(UTC)
