from datetime import date

import pytest
import time_machine

from newsletter.preflight.rules.dates import (
    find_past_dates,
    find_wrong_weekdays,
    read_dates,
)
from tests.newsletter.preflight.letters import found, make_letter, text

AROUND = date(2018, 1, 15)


@pytest.mark.parametrize(
    ("words", "day", "weekday"),
    [
        ("måndagen den 19 februari 2018", date(2018, 2, 19), 0),
        ("Måndag 19 februari 2018", date(2018, 2, 19), 0),
        ("19 februari", date(2018, 2, 19), None),
        ("Monday, 19th of February 2018", date(2018, 2, 19), 0),
        ("Monday February 19, 2018", date(2018, 2, 19), 0),
        ("the 3rd of May 2021", date(2021, 5, 3), None),
        # The nearest one, over the turn of the year too.
        ("20 december", date(2017, 12, 20), None),
    ],
)
def test_read_dates_in_both_languages(words, day, weekday):
    [mention] = read_dates(f"Vi ses {words}, kl. 10.", around=AROUND)

    assert (mention.day, mention.weekday) == (day, weekday)


@pytest.mark.parametrize(
    "words", ["31 april 2018", "40 maj", "2018", "maj 2018", "May I ask", "10–12"]
)
def test_read_dates_passes_over_what_is_no_day(words):
    assert read_dates(words, around=AROUND) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("måndag 19 februari 2018", []),
        ("tisdag 19 februari 2018", [("weekday", "error", "tisdag 19 februari 2018")]),
        ("tisdag 19 februari", [("weekday", "warning", "tisdag 19 februari")]),
        ("19 februari 2018", []),
    ],
)
def test_weekday_that_does_not_belong_to_the_date(words, expected):
    letter = make_letter(text(f"<p>Datum: {words}</p>"), published_on=AROUND)

    assert found(find_wrong_weekdays, letter) == expected


@pytest.mark.django_db
def test_weekday_in_the_headline_is_looked_at_too():
    letter = make_letter(title="Workshop tisdag 19 februari 2018")

    assert [code for code, *_ in found(find_wrong_weekdays, letter)] == ["weekday"]


@pytest.mark.django_db
@time_machine.travel("2018-02-20T12:00:00+01:00", tick=False)
@pytest.mark.parametrize(
    ("kind", "words", "codes"),
    [
        ("invitation", "19 februari 2018", ["past_date"]),
        ("invitation", "20 februari 2018", []),
        ("report", "19 februari 2018", []),
    ],
)
def test_invitation_to_a_day_that_has_passed_is_a_warning(kind, words, codes):
    letter = make_letter(text(f"<p>{words}</p>"), kind=kind)

    assert [code for code, *_ in found(find_past_dates, letter)] == codes
