"""Load by wrk: many readers at once, and how long each waited."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bench.send.processes import find_program

HERE = Path(__file__).parent
# As a reader's browser calls itself: others are counted as machines.
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@dataclass(frozen=True)
class Load:
    """What came of one measurement: requests a second, and milliseconds waited."""

    rate: float
    p50: float
    p95: float
    # How many requests were answered.
    requests: int


def press(address: str, *, readers: int, seconds: int, is_fresh: bool = False) -> Load:
    """Ask for an address as fast as it is answered. Raises RuntimeError for an error.

    ``is_fresh`` puts a number behind it that differs each time, so that nothing is kept.
    """
    done = subprocess.run(
        [
            find_program("wrk"),
            "--threads=1",
            f"--connections={readers}",
            f"--duration={seconds}s",
            "--timeout=30s",
            f"--script={HERE / 'report.lua'}",
            f"--header=User-Agent: {BROWSER}",
            "--header=X-Forwarded-Proto: https",
            address,
            *(["--", "fresh"] if is_fresh else []),
        ],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=seconds + 60,
    )
    found = json.loads(done.stdout.splitlines()[-1])
    if found["errors"]:
        raise RuntimeError(f"{address}: {found['errors']} answers were errors.")
    return Load(found["rate"], found["p50"], found["p95"], found["requests"])
