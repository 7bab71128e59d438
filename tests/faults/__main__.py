"""``python -m tests.faults``: run the faults and print one table of what came of them.

    python -m tests.faults --only T1,T5 --database sqlite --small --seed 1

Each database gets a process of its own, since Django knows one at a time. Ends with
exit code 1 when an invariant is broken, or a scenario could not be finished.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.faults.table import Result, print_heading, print_result, say

ROOT = Path(__file__).resolve().parents[2]
DATABASES = ("sqlite", "postgres")


def main() -> int:
    options = read_options()
    say(f"Faults, seed {options.seed}. Every line is a send that came to rest.")
    print_heading()
    lines = broken = 0
    for database in options.database or DATABASES:
        for result in run(database, options):
            print_result(result)
            lines += 1
            broken += bool(result.breaches)
    say(f"{lines} lines, {broken} with a broken invariant. Seed {options.seed}.")
    return 1 if broken or not lines else 0


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("--database", action="append", choices=DATABASES)
    parser.add_argument("--only", default="", help="T1,T5: these of the matrix alone")
    parser.add_argument("--small", action="store_true", help="a minute instead of many")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def run(database: str, options: argparse.Namespace) -> Iterator[Result]:
    """Yield the results on one database as they come."""
    command = [sys.executable, "-m", "tests.faults.run", database, str(options.seed)]
    command += ["small" if options.small else "full", options.only]
    child = subprocess.Popen(
        command, cwd=ROOT, env=make_environment(), stdout=subprocess.PIPE, text=True
    )
    with child:
        for line in child.stdout or ():
            yield Result(**json.loads(line))
    if child.returncode:
        yield Result("", "the run itself", breaches=[f"ended with {child.returncode}"])


def make_environment() -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        # platformdirs asks where sockets go (see pyproject.toml).
        "PYTHONWARNINGS": "ignore",
    }


if __name__ == "__main__":
    sys.exit(main())
