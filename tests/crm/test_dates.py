from datetime import date

import pytest
from django.utils import translation

from crm.dates import format_partial, format_period, parse_partial


@pytest.mark.parametrize("text", ["", "21", "2021-13", "2021-02-30", "2021-6", "maj"])
def test_parse_partial_of_no_date_is_refused(text):
    with pytest.raises(ValueError, match=r".*"):
        parse_partial(text)


def test_parse_partial_says_how_much_is_known():
    assert parse_partial("2021") == (date(2021, 1, 1), 1)
    assert parse_partial("2021-06") == (date(2021, 6, 1), 2)
    assert parse_partial("2021-06-14") == (date(2021, 6, 14), 3)


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("", "", ""),
        ("2021", "", "2021"),
        ("2021-07", "", "juli 2021"),
        ("2021-07", "2021-07", "juli 2021"),
        ("2021-06", "2022-03", "juni 2021 – mars 2022"),
        ("2021-05-10", "2021-05-12", "10–12 maj 2021"),
        ("2021-05-10", "2021-06-12", "10 maj 2021 – 12 juni 2021"),
        ("", "2022-03", "mars 2022"),
    ],
)
def test_format_period_says_no_more_than_is_known(start, end, words):
    with translation.override("sv"):
        assert format_period(start, end) == words


def test_format_partial_follows_the_language():
    with translation.override("en"):
        assert format_partial("2021-05-10") == "10 May 2021"
