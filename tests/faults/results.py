"""From a send that came to rest to a line of the table; and the list of all scenarios."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from tests.faults.account import Account
from tests.faults.table import Result

# A scenario takes a stage and yields its lines.
Scenario = Callable[[Any], Iterator[Result]]
# By number in the test matrix (T1–T17).
SCENARIOS: dict[str, list[Scenario]] = {}
SUMS = ("people", "taken", "lost", "doubled", "in_doubt", "allowed_doubt")


def scenario(number: str) -> Callable[[Scenario], Scenario]:
    """Register a scenario under its number in the test matrix."""

    def register(function: Scenario) -> Scenario:
        SCENARIOS.setdefault(number, []).append(function)
        return function

    return register


def judge(
    number: str,
    fault: str,
    account: Account,
    *,
    workers: int = 1,
    doubt: int = 0,
    expected: Iterable[tuple[str, bool]] = (),
    **figures: Any,
) -> Result:
    """Return the line of one send; ``doubt`` uncertain deliveries are allowed.

    ``expected`` are the scenario's own conditions: in words, and whether each holds.
    """
    breaches = account.find_breaches(doubt=doubt)
    breaches += [f"not: {words}" for words, holds in expected if not holds]
    counts = {name: getattr(account, name) for name in SUMS if name != "allowed_doubt"}
    return Result(
        number,
        fault,
        workers=workers,
        allowed_doubt=doubt,
        figures=figures,
        breaches=breaches,
        **counts,
    )


def total(results: list[Result], fault: str, **figures: Any) -> Result:
    """Return one line for many runs of a fault: sums, and every breach with its run."""
    return Result(
        results[0].number,
        fault,
        workers=max(result.workers for result in results),
        figures={"runs": len(results), **figures},
        breaches=[f"{r.fault}: {breach}" for r in results for breach in r.breaches],
        **{name: sum(getattr(result, name) for result in results) for name in SUMS},
    )
