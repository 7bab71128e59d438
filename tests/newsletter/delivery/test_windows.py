"""newsletter/delivery/windows.py: hours of the local clock, summer time or not."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from newsletter.delivery.windows import Window, is_open, next_opening

STOCKHOLM = ZoneInfo("Europe/Stockholm")
OFFICE = Window(time(8), time(17), on_weekends=False)
NIGHT = Window(time(22), time(5))


def at(*parts):
    """Return a moment of Stockholm's clock."""
    return datetime(*parts, tzinfo=STOCKHOLM)


@pytest.mark.parametrize(
    ("window", "moment", "expected"),
    [
        (Window(), at(2026, 11, 22, 3), True),
        (OFFICE, at(2026, 11, 23, 8), True),
        (OFFICE, at(2026, 11, 23, 7, 59), False),
        (OFFICE, at(2026, 11, 23, 17), False),
        # A Sunday.
        (OFFICE, at(2026, 11, 22, 12), False),
        (NIGHT, at(2026, 11, 22, 23), True),
        (NIGHT, at(2026, 11, 23, 4, 59), True),
        (NIGHT, at(2026, 11, 23, 5), False),
        # Opened on Friday: Saturday's small hours belong to it.
        (Window(time(22), time(5), on_weekends=False), at(2026, 11, 28, 2), True),
        (Window(time(22), time(5), on_weekends=False), at(2026, 11, 28, 23), False),
        # Summer time begins on 28 March 2027; 08.00 is 06.00 UTC from then on.
        (OFFICE, datetime(2027, 3, 26, 6, 30, tzinfo=UTC), False),
        (OFFICE, datetime(2027, 3, 29, 6, 30, tzinfo=UTC), True),
        (Window(on_weekends=False), at(2026, 11, 22, 12), False),
        (Window(opens=time(8)), at(2026, 11, 22, 23, 59), True),
    ],
)
def test_is_open_goes_by_the_local_clock(window, moment, expected):
    assert is_open(window, moment, STOCKHOLM) is expected


@pytest.mark.parametrize(
    ("window", "moment", "expected"),
    [
        (OFFICE, at(2026, 11, 20, 18), at(2026, 11, 23, 8)),
        (OFFICE, at(2026, 11, 23, 6), at(2026, 11, 23, 8)),
        (OFFICE, at(2026, 11, 23, 9), at(2026, 11, 23, 9)),
        (NIGHT, at(2026, 11, 23, 12), at(2026, 11, 23, 22)),
        # Over the change to summer time and back to winter time.
        (OFFICE, at(2027, 3, 26, 18), datetime(2027, 3, 29, 6, tzinfo=UTC)),
        (OFFICE, at(2027, 10, 29, 18), datetime(2027, 11, 1, 7, tzinfo=UTC)),
        # 02.30 does not exist that day.
        (
            Window(time(2, 30), time(4)),
            at(2027, 3, 28, 1),
            datetime(2027, 3, 28, 1, 30, tzinfo=UTC),
        ),
        (Window(on_weekends=False), at(2026, 11, 21, 12), at(2026, 11, 23, 0)),
    ],
)
def test_next_opening_is_the_first_moment_letters_may_go(window, moment, expected):
    assert next_opening(window, moment, STOCKHOLM) == expected
    assert is_open(window, expected, STOCKHOLM)
