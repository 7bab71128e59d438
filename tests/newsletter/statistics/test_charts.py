"""Charts as numbers."""

import pytest

from newsletter.statistics.charts import Column, choose_ticks, draw_columns, draw_line


@pytest.mark.parametrize(
    ("most", "ticks"),
    [
        (0, [1, 0]),
        (1, [1, 0]),
        (3, [3, 2, 1, 0]),
        (4, [4, 3, 2, 1, 0]),
        (10, [12, 9, 6, 3, 0]),
        (398, [400, 300, 200, 100, 0]),
        (412, [450, 300, 150, 0]),
        (1_000_000, [1_000_000, 750_000, 500_000, 250_000, 0]),
        (0.3, [0.3, 0.2, 0.1, 0]),
    ],
)
def test_ticks_are_round_and_reach_over_the_most(most, ticks):
    assert choose_ticks(most) == ticks


def test_line_of_one_point_is_none():
    assert draw_line([(0, 1)]) is None


def test_line_goes_from_corner_to_corner():
    chart = draw_line([(10, 0), (15, 2), (20, 4)])

    assert chart.points == "0,100 50,50 100,0"
    assert (chart.last_x, chart.last_y) == (100, 0)
    assert chart.grid == [0, 25, 50, 75, 100]


def test_line_within_one_moment_does_not_divide_by_nothing():
    assert draw_line([(10, 0), (10, 4)]).points == "0,100 0,0"


def test_columns_stand_on_the_ground():
    chart = draw_columns([4, 0])

    assert chart.columns == [Column(19, 0, 12, 100), Column(69, 100, 12, 0)]
    assert draw_columns([]) is None


def test_many_columns_leave_a_fifth_free_between_them():
    chart = draw_columns([1] * 10)

    assert [column.x for column in chart.columns[:2]] == [1, 11]
    assert {column.width for column in chart.columns} == {8}
