"""``python -m tests.faults.run DATABASE SEED SIZE [T1,T5]``: all faults on one database.

Prints a line of JSON per result, for ``python -m tests.faults``.
"""

import json
import logging
import os
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import django


def main(database: str, seed: str, size: str, only: str = "") -> None:
    with tempfile.TemporaryDirectory(prefix="rundbrev-faults-") as directory:
        with closing(open_database(database, Path(directory))) as opened:
            # Before Django and the fork server start: both read it there.
            os.environ["DATABASE_URL"] = opened.url
            django.setup()
            # What the product does by the way is not what the table is about.
            logging.disable(logging.INFO)
            for result in play(opened, int(seed), size == "small", only.split(",")):
                sys.stdout.write(f"{json.dumps(asdict(result))}\n")
                sys.stdout.flush()


def open_database(kind: str, directory: Path) -> Any:
    """Return a migrated database of that kind."""
    from tests.faults.databases import (  # noqa: PLC0415 -- PostgreSQL warns on import
        FaultyPostgres,
        FaultySqlite,
    )

    return FaultySqlite(directory) if kind == "sqlite" else FaultyPostgres(directory)


def play(database: Any, seed: int, is_small: bool, only: list[str]) -> Iterator[Any]:
    """Play the scenarios; yield what each found. One that fails is a breach."""
    from tests.faults.scenarios import (  # noqa: PLC0415 -- after django.setup()
        SCENARIOS,
    )

    for number, scenarios in SCENARIOS.items():
        if any(only) and number not in only:
            continue
        for scenario in scenarios:
            yield from _play_one(number, scenario, database, seed, is_small)


def _play_one(
    number: str, scenario: Any, database: Any, seed: int, is_small: bool
) -> Iterator[Any]:
    from tests.faults.stage import set_stage  # noqa: PLC0415 -- after django.setup()
    from tests.faults.table import Result  # noqa: PLC0415 -- beside it

    began = time.monotonic()
    name = scenario.__name__
    try:
        with set_stage(database, seed=seed, name=name, is_small=is_small) as stage:
            for result in scenario(stage):
                seconds = time.monotonic() - began
                yield replace(result, database=database.kind, seconds=seconds)
                began = time.monotonic()
    except Exception as error:  # noqa: BLE001 -- the table says it, the run goes on
        traceback.print_exc()
        words = name.replace("_", " ")
        breach = f"not finished: {type(error).__name__}: {error}"
        yield Result(number, words, database=database.kind, breaches=[breach])


if __name__ == "__main__":
    main(*sys.argv[1:])
