"""Figures of a send: each counted from rows, each adding up."""

import pytest

from newsletter.choices import BounceClass, DeliveryState
from newsletter.statistics.figures import Bounces, Part, count_figures
from tests.newsletter.statistics.scenes import START, add_row, make_send

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_send_without_rows_has_nothing_and_divides_by_nothing():
    figures = count_figures(make_send())

    assert figures.whole == Part()
    assert sum(figures.states.values()) == 0
    assert (figures.bounces, figures.domains, figures.variants) == ([], {}, {})
    assert (figures.whole.share(0), figures.whole.complaint_share) == (0, 0)


def test_states_add_up_to_the_people():
    campaign = make_send()
    for state in DeliveryState.values:
        add_row(campaign, state)

    figures = count_figures(campaign)

    assert figures.states == dict.fromkeys(DeliveryState.values, 1)
    assert figures.whole.people == len(DeliveryState.values)


def test_bounces_are_told_by_reason_and_by_when_they_came():
    campaign = make_send()
    add_row(campaign, DeliveryState.FAILED, bounce_class=BounceClass.HARD)
    add_row(campaign, DeliveryState.EXPIRED, bounce_class=BounceClass.SOFT)
    add_row(campaign, bounce_class=BounceClass.HARD)
    add_row(campaign, bounce_class=BounceClass.AUTO_REPLY)
    add_row(campaign)

    figures = count_figures(campaign)

    assert figures.bounces == [Bounces("hard", 1, 1), Bounces("soft", 1, 0)]
    whole = figures.whole
    assert (whole.accepted, whole.bounced, whole.returned, whole.arrived) == (
        3,
        3,
        1,
        2,
    )


def test_what_was_heard_twice_counts_once():
    campaign = make_send()
    add_row(campaign, heard=("autoresponded", "autoresponded", "delivered"))
    add_row(campaign, heard=("complained", "complained", "unsubscribed"))

    whole = count_figures(campaign).whole

    assert (whole.complained, whole.left, whole.auto_replied) == (1, 1, 1)
    assert whole.complaint_share == 50


def test_other_sends_are_left_out():
    campaign, other = make_send(), make_send()
    add_row(other, heard=("complained",), bounce_class=BounceClass.HARD)

    assert count_figures(campaign).whole == Part()


def test_letters_and_destinations_have_their_own_figures():
    campaign = make_send()
    add_row(campaign, locale="sv", domain="b.example", heard=("unsubscribed",))
    add_row(campaign, locale="sv", shown=1, domain="a.example")
    add_row(campaign, DeliveryState.FAILED, locale="en", domain="b.example")

    figures = count_figures(campaign)

    assert figures.variants == {
        ("sv", 0): Part(people=1, accepted=1, left=1),
        ("sv", 1): Part(people=1, accepted=1),
        ("en", 0): Part(people=1),
    }
    assert list(figures.domains.items()) == [
        ("b.example", Part(people=2, accepted=1, left=1)),
        ("a.example", Part(people=1, accepted=1)),
    ]


def test_first_and_last_acceptance_are_known():
    campaign = make_send()
    for minutes in (9, 2, 30):
        add_row(campaign, after_minutes=minutes)

    figures = count_figures(campaign)

    found = (figures.first_accepted_at, figures.last_accepted_at)
    assert [(at - START).total_seconds() / 60 for at in found] == [2, 30]


def test_counting_takes_three_queries_whatever_there_is(django_assert_num_queries):
    campaign = make_send()
    for number in range(6):
        add_row(campaign, domain=f"{number}.example", heard=("unsubscribed",))

    with django_assert_num_queries(3):
        count_figures(campaign)
