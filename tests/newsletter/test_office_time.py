"""newsletter/office_time.py: the office's clock, on the two nights it is turned too."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from newsletter.office_time import OfficeTimeField, read_local, say_time


def test_read_a_time_that_the_clock_skips_is_refused():
    with (
        translation.override("en"),
        pytest.raises(ValidationError, match="no such time"),
    ):
        read_local(datetime(2027, 3, 28, 2, 30))  # noqa: DTZ001 -- what a clock shows


def test_read_a_time_that_the_clock_shows_twice_is_refused():
    with translation.override("en"), pytest.raises(ValidationError, match="twice"):
        read_local(datetime(2027, 10, 31, 2, 30))  # noqa: DTZ001 -- what a clock shows


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2027-03-28 01:59", datetime(2027, 3, 28, 0, 59, tzinfo=UTC)),
        ("2027-03-28 03:00", datetime(2027, 3, 28, 1, 0, tzinfo=UTC)),
        ("2027-07-01 09:00", datetime(2027, 7, 1, 7, 0, tzinfo=UTC)),
        ("2027-12-01 09:00", datetime(2027, 12, 1, 8, 0, tzinfo=UTC)),
    ],
)
def test_field_goes_by_the_office_whatever_the_account_says(written, moment):
    with timezone.override("America/New_York"):
        field = OfficeTimeField()

        assert field.clean(written) == moment
        shown = field.prepare_value(moment)
        assert f"{shown:%Y-%m-%d %H:%M}" == written


def test_say_time_names_the_clock():
    moment = datetime(2027, 7, 1, 7, 0, tzinfo=UTC)

    with translation.override("en"):
        assert say_time(moment).endswith("Swedish time (Europe/Stockholm)")
        assert "9" in say_time(moment)
