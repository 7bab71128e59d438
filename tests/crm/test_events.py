"""An event in words, and as a file for one's calendar."""

from datetime import UTC, date, datetime, time

import pytest
from django.utils import translation
from icalendar import Calendar

from crm.calendars import write_calendar
from crm.events import describe_shortly, list_facts
from tests.factories import make_event, make_place

pytestmark = pytest.mark.django_db


def facts_of(event, language="en"):
    with translation.override(language):
        return {fact.kind: fact.lines for fact in list_facts(event)}


def entry_of(event):
    file = write_calendar(event, host="site.example", url="https://site.example/a/")
    [entry] = Calendar.from_ical(file).walk("VEVENT")
    return entry


def test_facts_of_a_decided_event_are_day_time_and_place():
    place = make_place(
        name="Stadshallen", room="Kommittérum", street="Torget 9", postcode="222 23"
    )
    event = make_event(
        starts_on="2018-02-19", starts_at=time(10), ends_at=time(16), place=place
    )

    assert facts_of(event) == {
        "day": ("Monday 19 February 2018",),
        "time": ("10:00–16:00",),
        "place": ("Stadshallen, Kommittérum", "Torget 9, 222 23 Lund"),
    }


def test_facts_of_an_undecided_event_say_so_and_invent_no_date():
    assert facts_of(make_event()) == {
        "undecided": ("Place and day are not decided yet",)
    }


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"starts_on": "2013-02"}, "February 2013, The place is not decided yet"),
        ({"starts_on": "2020", "undecided": "To be said"}, "2020, To be said"),
        ({}, "Place and day are not decided yet"),
    ],
)
def test_event_in_a_series_is_as_precise_as_it_is_known(fields, words):
    with translation.override("en"):
        assert describe_shortly(make_event(**fields)) == words


def test_facts_name_deadline_and_room():
    event = make_event(starts_on="2026-05", deadline=date(2026, 4, 1), capacity=60)

    facts = facts_of(event)

    assert (facts["deadline"], facts["capacity"]) == (("1 April 2026",), ("60 people",))


@pytest.mark.parametrize("starts_on", ["", "2018", "2018-02"])
def test_calendar_of_an_event_without_a_day_is_none(starts_on):
    assert write_calendar(make_event(starts_on=starts_on), host="h") is None


def test_calendar_has_moments_in_utc_by_the_offices_clock():
    event = make_event(
        title="Möte; a, b\nc",
        starts_on="2018-07-19",
        starts_at=time(10),
        ends_at=time(16),
        place=make_place(name="Huset, ja"),
    )

    entry = entry_of(event)

    assert entry["DTSTART"].dt == datetime(2018, 7, 19, 8, tzinfo=UTC)
    assert entry["DTEND"].dt == datetime(2018, 7, 19, 14, tzinfo=UTC)
    assert str(entry["SUMMARY"]) == "Möte; a, b\nc"
    assert str(entry["LOCATION"]) == "Huset, ja, Lund"
    assert str(entry["UID"]) == f"event-{event.pk}@site.example"


def test_calendar_of_whole_days_ends_the_day_after():
    entry = entry_of(make_event(starts_on="2021-05-10", ends_on="2021-05-12"))

    assert (entry["DTSTART"].dt, entry["DTEND"].dt) == (
        date(2021, 5, 10),
        date(2021, 5, 13),
    )
