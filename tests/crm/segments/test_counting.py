"""A segment in numbers."""

from datetime import date

import pytest
from django.db.models import Q
from django.utils import timezone, translation

from crm.consent import suppress
from crm.models import Contact
from crm.segments.counting import (
    BARS,
    Bar,
    refresh_count,
    sample_people,
    show_count,
    summarise,
)
from tests.factories import make_contact, make_organisation, make_seat, make_segment

pytestmark = [pytest.mark.django_db, pytest.mark.database]

TODAY = date(2026, 11, 22)
EVERYBODY = Q(pk__gt=0)


def test_refresh_count_stores_count_and_time_and_changes_nothing_else():
    make_contact(language="en")
    segment = make_segment(rules=[{"kind": "language", "languages": ["en"]}])
    changed_at = segment.updated_at

    assert refresh_count(segment) == 1

    segment.refresh_from_db()
    assert segment.stored_count == 1
    assert segment.counted_at <= timezone.now()
    assert segment.updated_at == changed_at


def test_summary_of_nobody_is_empty():
    summary = summarise(Q(pk__in=[]), TODAY)

    assert (summary.total, summary.reachable, summary.unreachable) == (0, 0, 0)
    assert (summary.languages, summary.countries) == ([], [])


def test_summary_counts_each_person_once_per_country():
    twice, once = make_contact(language="sv"), make_contact(language="en")
    make_contact(language="sv")
    for country, holder in [("SE", twice), ("SE", twice), ("FI", twice), ("SE", once)]:
        make_seat(organisation=make_organisation(country=country), holder=holder)
    suppress(once.email, "manual")

    with translation.override("en"):
        summary = summarise(EVERYBODY, TODAY)

        assert (summary.total, summary.unreachable) == (3, 1)
        assert summary.languages == [Bar("Swedish", 2), Bar("English", 1)]
        assert summary.countries == [Bar("Sweden", 2), Bar("Finland", 1)]


def test_summary_shows_the_commonest_countries():
    for country in ("SE", "FI", "NO", "DK", "DE", "NL", "IT"):
        make_seat(
            organisation=make_organisation(country=country), holder=make_contact()
        )

    assert len(summarise(EVERYBODY, TODAY).countries) == BARS


def test_sample_names_people_with_the_seats_they_hold():
    contact = make_contact(given_name="Åsa", family_name="Öberg")
    seat = make_seat(holder=contact)

    people = sample_people(EVERYBODY, TODAY)

    assert [(p.pk, p.name, p.seats) for p in people] == [
        (contact.pk, "Åsa Öberg", [str(seat)])
    ]


def test_sample_takes_two_queries_however_many_people(django_assert_num_queries):
    for _number in range(4):
        make_seat(holder=make_contact())

    with django_assert_num_queries(2):
        assert len(sample_people(EVERYBODY, TODAY, size=3)) == 3
    assert Contact.objects.count() == 4


@pytest.mark.parametrize(("language", "shown"), [("en", "12,345"), ("sv", "12\xa0345")])
def test_counts_are_grouped_as_the_language_does(language, shown):
    with translation.override(language):
        assert show_count(12345) == shown
