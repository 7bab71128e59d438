"""When to try again. Pure."""

import random
from datetime import datetime, timedelta

# Minutes after the 1st, 2nd … failed attempt; the last one repeats until expiry.
SCHEDULE_MINUTES = (1, 5, 15, 30, 60, 120, 240)
# Seconds a domain rests that said the 1st, 2nd … time running that it was too much.
SLOW_SECONDS = (15, 30, 60, 120, 300, 600, 1200, 1800)
JITTER = 0.2


def next_attempt_at(
    now: datetime, attempts: int, *, draw: random.Random | None = None
) -> datetime:
    """Return when to try after ``attempts`` (≥ 1) attempts, up to 20 % sooner or later.

    Spread, so that a domain that refused a thousand letters is not met by all of them
    at one second.
    """
    minutes = SCHEDULE_MINUTES[min(attempts, len(SCHEDULE_MINUTES)) - 1]
    return now + timedelta(minutes=spread(minutes, draw=draw))


def slow_seconds(times: int, *, draw: random.Random | None = None) -> float:
    """Return how long a domain rests that has slowed us ``times`` (≥ 1) times running."""
    seconds = SLOW_SECONDS[min(times, len(SLOW_SECONDS)) - 1]
    return spread(seconds, draw=draw)


def spread(length: float, *, draw: random.Random | None = None) -> float:
    """Return a length of time, up to 20 % longer or shorter."""
    return length * (draw or random).uniform(1 - JITTER, 1 + JITTER)
