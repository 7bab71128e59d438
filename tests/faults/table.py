"""A line of the table, and how it looks. Knows nothing of Django."""

import sys
from dataclasses import dataclass, field
from typing import Any

# Column: heading, what must be in it, width.
COLUMNS = (
    ("", "", 3),
    ("fault", "", 34),
    ("database", "", 8),
    ("workers", "", 7),
    ("people", "", 7),
    ("taken", "", 7),
    ("lost", "I5: 0", 5),
    ("doubled", "I4: 0", 7),
    ("in doubt", "I6", 8),
    ("audit", "all", 6),
    ("figures", "", 0),
)


@dataclass(frozen=True)
class Result:
    """What came of one fault. ``breaches`` is empty when every invariant held.

    Counted in deliveries, but ``taken``: messages the mail server took. At most
    ``allowed_doubt`` of ``in_doubt`` uncertain ones may be.
    """

    number: str
    fault: str
    workers: int = 1
    people: int = 0
    taken: int = 0
    lost: int = 0
    doubled: int = 0
    in_doubt: int = 0
    allowed_doubt: int = 0
    figures: dict[str, Any] = field(default_factory=dict)
    breaches: list[str] = field(default_factory=list)
    skipped: str = ""
    database: str = ""
    seconds: float = 0


def print_heading() -> None:
    """Print the names of the columns, and under them what each must hold."""
    say(_join([heading for heading, _must, _width in COLUMNS]))
    say(_join([must for _heading, must, _width in COLUMNS]))
    say("-" * 118)


def print_result(result: Result) -> None:
    """Print a line, and one more for each broken invariant."""
    head = [result.number, result.fault, result.database]
    if result.skipped:
        say(f"{_join(head)} SKIPPED: {result.skipped}")
        return
    figures = [f"{name} {value}" for name, value in result.figures.items()]
    counts = (result.workers, result.people, result.taken, result.lost, result.doubled)
    line = [
        *head,
        *(str(count) for count in counts),
        f"{result.in_doubt} ≤ {result.allowed_doubt}",
        "BROKEN" if result.breaches else "holds",
        ", ".join([*figures, f"{result.seconds:.0f} s"]),
    ]
    say(_join(line))
    for breach in result.breaches:
        say(f"    BROKEN  {breach}")


def say(line: str) -> None:
    """Print a line at once, also into a pipe."""
    sys.stdout.write(f"{line.rstrip()}\n")
    sys.stdout.flush()


def _join(cells: list[str]) -> str:
    return " ".join(
        cell.ljust(width) for cell, (_h, _m, width) in zip(cells, COLUMNS, strict=False)
    )
