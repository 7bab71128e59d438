"""How the measures take a time and say a figure."""

import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

RUNS = 5


def say(group: str, name: str, milliseconds: float, bound: float = 0, note: str = ""):
    """Print one figure; ``bound`` is what the database alone takes for the same."""
    line = {
        "group": group,
        "name": name,
        "ms": round(milliseconds, 1),
        "bound": round(bound, 1),
        "note": note,
    }
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def clock(work: Callable[[], Any], runs: int = RUNS) -> tuple[float, Any]:
    """Return the median time in milliseconds, after one run that warms up."""
    result = work()
    taken = []
    for _run in range(runs):
        start = time.perf_counter()
        result = work()
        taken.append(1000 * (time.perf_counter() - start))
    return statistics.median(taken), result


def once(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the time of one run in milliseconds, and what came of it."""
    start = time.perf_counter()
    result = work()
    return 1000 * (time.perf_counter() - start), result
