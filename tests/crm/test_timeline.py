"""The timelines of the register: what stands in them, in which order, by pages."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from crm import timeline
from crm.choices import InteractionKind, SeatTaskReason
from crm.models import Interaction
from crm.seats import open_task
from crm.timeline import Entry, list_kinds, read_timeline, register_source
from tests.factories import (
    make_contact,
    make_organisation,
    make_seat,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def write(text="Called back", *, kind=InteractionKind.CALL, at=NOON, **about):
    return Interaction.objects.create(kind=kind, text=text, at=at, **about)


def titles(page):
    return [entry.title for entry in page.entries]


@pytest.fixture
def sources(monkeypatch):
    """Let the registry of this test be its own."""
    monkeypatch.setattr(timeline, "_sources", [])


def test_kind_that_is_taken_is_refused(sources):
    register_source(lambda asked: [], kinds={"call": "Call"})

    with pytest.raises(ValueError, match="call"):
        register_source(lambda asked: [], kinds={"call": "Call", "other": "Other"})

    assert list_kinds() == {"call": "Call"}


def test_entries_of_all_sources_are_merged_newest_first_by_pages(sources):
    def make_source(kind, hours):
        def read(asked):
            return [
                Entry(at=NOON - timedelta(hours=hour), kind=kind, title=str(hour))
                for hour in hours[: asked.limit]
            ]

        return read

    register_source(make_source("even", list(range(0, 20, 2))), kinds={"even": "Even"})
    register_source(make_source("odd", list(range(1, 20, 2))), kinds={"odd": "Odd"})
    contact = make_contact()

    pages = [
        read_timeline(contact=contact, page=number, per_page=8)
        for number in (1, 2, 3, 4)
    ]

    assert [titles(page) for page in pages] == [
        [str(hour) for hour in range(8)],
        [str(hour) for hour in range(8, 16)],
        [str(hour) for hour in range(16, 20)],
        [],
    ]
    assert [page.has_more for page in pages] == [True, True, False, False]
    only = read_timeline(contact=contact, kind="odd", per_page=3)
    assert titles(only) == ["1", "3", "5"]
    assert {entry.label for entry in only.entries} == {"Odd"}


@pytest.mark.parametrize("about", ["contact", "organisation", "seat"])
def test_timeline_asks_the_same_for_one_and_three(about):
    counts = []
    contact, organisation = make_contact(), make_organisation()
    seat = make_seat(organisation=organisation, holder=contact, starts_on=NOON.date())
    things = {"contact": contact, "organisation": organisation, "seat": seat}
    for more in (1, 2):
        for _number in range(more):
            write(contact=contact)
            write(organisation=organisation)
            holder = make_contact()
            other = make_seat(organisation=organisation, holder=holder)
            open_task(other, holder, SeatTaskReason.BOUNCED)
            open_task(seat, holder, SeatTaskReason.BOUNCED)
        with CaptureQueriesContext(connection) as queries:
            read_timeline(**{about: things[about]})
        counts.append(len(queries))

    assert counts[0] == counts[1]
