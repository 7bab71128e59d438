"""When letters were accepted: by minute, hour or day, and so far."""

from datetime import timedelta

import pytest

from newsletter.statistics.figures import count_figures
from newsletter.statistics.pace import Pace, choose_step, count_pace
from tests.newsletter.statistics.scenes import START, add_row, make_send


@pytest.mark.parametrize(
    ("hours", "step"),
    [
        (0, timedelta(minutes=1)),
        (3, timedelta(minutes=1)),
        (3.1, timedelta(hours=1)),
        (96, timedelta(hours=1)),
        (97, timedelta(days=1)),
    ],
)
def test_step_suits_the_length_of_the_send(hours, step):
    assert choose_step(timedelta(hours=hours))[0] == step


@pytest.mark.django_db
def test_send_of_which_nothing_was_accepted_has_no_pace():
    campaign = make_send()
    add_row(campaign, "failed")

    pace = count_pace(campaign, count_figures(campaign))

    assert pace == Pace(timedelta(minutes=1), [])
    assert (pace.total, pace.most, pace.find_share(90)) == (0, 0, None)


@pytest.mark.django_db
@pytest.mark.database
def test_pace_counts_by_step_and_so_far():
    campaign = make_send()
    for minutes in (0.1, 0.9, 1.5, 61.2):
        add_row(campaign, after_minutes=minutes)
    add_row(campaign, "unknown")

    pace = count_pace(campaign, count_figures(campaign))

    assert [
        ((m.at - START).total_seconds() / 60, m.number, m.sum) for m in pace.moments
    ] == [(0, 2, 2), (1, 1, 3), (61, 1, 4)]
    assert (pace.total, pace.most) == (4, 2)
    assert pace.find_share(75) == pace.moments[1]
