"""Reach by organisation: seats reached, seats vacant, seats to look at."""

import pytest

from crm.choices import SeatTaskReason
from crm.models import SeatTask
from newsletter.choices import BounceClass
from newsletter.statistics.export import write_report_csv
from newsletter.statistics.reach import (
    MOST_DOTS,
    MOST_ORGANISATIONS,
    Reach,
    count_reach,
)
from newsletter.statistics.report import count_report
from tests.factories import make_contact, make_organisation, make_role, make_seat
from tests.newsletter.statistics.scenes import add_row, make_send

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_seat_counts_as_reached_when_its_letter_has_not_come_back():
    campaign, norrhamn = make_send(), make_organisation(name="Norrhamn")
    seats = [
        make_seat(organisation=norrhamn, holder=make_contact()) for _number in range(3)
    ]
    add_row(campaign, seat=seats[0])
    add_row(campaign, seat=seats[1], bounce_class=BounceClass.HARD)
    add_row(campaign, "failed", seat=seats[2])
    add_row(campaign)

    found = count_reach(campaign)

    assert found.rows == [Reach(norrhamn, people=3, reached=1, seats=3)]
    assert (found.total, found.hidden, found.without_seat) == (1, 0, 1)
    assert [dot.is_reached for dot in found.rows[0].dots] == [True, False, False]


def test_vacant_seats_and_tasks_are_work_to_do():
    campaign, norrhamn = make_send(), make_organisation(name="Norrhamn")
    seat = make_seat(organisation=norrhamn, holder=make_contact())
    role = make_role(name_sv="Samordnare", name_en="Samordnare")
    make_seat(organisation=norrhamn, role=role)
    SeatTask.objects.create(seat=seat, reason=SeatTaskReason.BOUNCED)
    add_row(campaign, seat=seat)

    [row] = count_reach(campaign).rows

    assert (row.vacant, row.tasks, row.seats) == (["Samordnare"], 1, 2)


def test_organisation_is_found_by_any_of_its_names():
    campaign = make_send()
    turku = make_organisation(name="Turku", name_sv="Åbo")
    other = make_organisation(name="Norrhamn")
    for organisation in (turku, other):
        seat = make_seat(organisation=organisation, holder=make_contact())
        add_row(campaign, seat=seat)

    for words in ("turk", "Åbo"):
        assert [r.organisation for r in count_reach(campaign, words).rows] == [turku]
    assert count_reach(campaign, "xyz").rows == []


def test_file_of_a_report_holds_the_organisations_that_its_page_leaves_out():
    campaign = make_send()
    for number in range(MOST_ORGANISATIONS + 1):
        town = make_organisation(name=f"Stad {number}")
        add_row(campaign, seat=make_seat(organisation=town, holder=make_contact()))

    told = write_report_csv(campaign, count_report(campaign), []).decode()

    assert count_reach(campaign).hidden == 1
    assert sum(line.startswith("Stad ") for line in told.splitlines()) == (
        MOST_ORGANISATIONS + 1
    )


def test_most_people_stand_first():
    campaign = make_send()
    for people in (1, 3, 2):
        organisation = make_organisation(name=f"Org {people}")
        for _number in range(people):
            seat = make_seat(organisation=organisation, holder=make_contact())
            add_row(campaign, seat=seat)

    assert [row.people for row in count_reach(campaign).rows] == [3, 2, 1]


def test_organisation_of_very_many_seats_has_no_dots():
    assert Reach(make_organisation(), 1, 1, seats=MOST_DOTS + 1).dots == []
