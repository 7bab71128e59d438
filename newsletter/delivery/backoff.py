"""When to try again. Pure."""

import random
from datetime import datetime, timedelta

# Minutes after the 1st, 2nd … failed attempt; the last one repeats until expiry.
SCHEDULE_MINUTES = (1, 5, 15, 30, 60, 120, 240)
JITTER = 0.2


def next_attempt_at(
    now: datetime, attempts: int, *, draw: random.Random | None = None
) -> datetime:
    """Return when to try after ``attempts`` (≥ 1) attempts, up to 20 % sooner or later.

    Spread, so that a domain that refused a thousand letters is not met by all of them
    at one second.
    """
    minutes = SCHEDULE_MINUTES[min(attempts, len(SCHEDULE_MINUTES)) - 1]
    spread = (draw or random).uniform(1 - JITTER, 1 + JITTER)
    return now + timedelta(minutes=minutes * spread)
