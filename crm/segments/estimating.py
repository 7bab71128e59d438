"""About how many people a condition means, from a small part of the register.

Some hundred contacts here and there by id are looked at, in every subquery too; what
holds for them is taken to hold for all.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Max, Min, Q, QuerySet

from crm.models import Contact
from crm.segments.fields import Scope

SLICES = 12
SLICE_IDS = 400
# Fewer people met than this say little about all.
FEWEST_MET = 25
# Stands in a query for the ends of a slice; no row has such keys.
NOWHERE = (-987_654_321_001, -987_654_321_002)
Slices = tuple[tuple[int, int], ...]
# One of so many people is often met on the way through a listing.
COMMON_SHARE = 25
# Below this many ids everybody can be counted in the time that a guess takes.
WORTH_A_GUESS = 50_000


@dataclass(frozen=True)
class Estimate:
    """About ``count`` people; ``is_rough`` when too few were met to say much."""

    count: int
    is_rough: bool


def is_large() -> bool:
    """Say whether the register is so large that counting keeps somebody waiting."""
    first, last = _find_ends()
    return last - first >= WORTH_A_GUESS


def estimate(compile_for: Callable[[Scope], Q], scope: Scope) -> Estimate:
    """Return about how many people a condition means.

    ``compile_for`` gives the condition for a scope. Raises RuleError as that does.
    """
    first, last = _find_ends()
    met, looked_at = _sample(compile_for, scope, pick_slices(first, last))
    count = met * (last - first + 1) // looked_at
    return Estimate(round_off(count), met < FEWEST_MET)


def is_common(compile_for: Callable[[Scope], Q], scope: Scope) -> bool:
    """Say whether one in ``COMMON_SHARE`` people or more meet a condition."""
    met, looked_at = _sample(compile_for, scope, pick_slices(*_find_ends()))
    return met * COMMON_SHARE >= looked_at


def count_sample(compile_for: Callable[[Scope], Q], scope: Scope) -> int:
    """Return how many of some thousand people meet a condition, to compare it by."""
    return _sample(compile_for, scope, pick_slices(*_find_ends()))[0]


def _sample(
    compile_for: Callable[[Scope], Q], scope: Scope, slices: Slices
) -> tuple[int, int]:
    """Return how many people in the slices meet the condition, and how many ids are."""
    count = _count_each if connection.vendor == "sqlite" else _count_together
    met = count(compile_for, scope, slices)
    return met, sum(end - start + 1 for start, end in slices)


def _count_together(
    compile_for: Callable[[Scope], Q], scope: Scope, slices: Slices
) -> int:
    """Return how many people in the slices meet the condition."""
    return _find_people(compile_for, replace(scope, slices=slices)).count()


def _count_each(compile_for: Callable[[Scope], Q], scope: Scope, slices: Slices) -> int:
    """Return the same, asking for one slice after the other.

    SQLite does not find its way by ranges joined with OR. The query is made once, for a
    slice that no id is in, and asked for each: making it takes longer than asking.
    """
    people = _find_people(compile_for, replace(scope, slices=(NOWHERE,)))
    try:
        sql, params = people.values("pk").query.sql_with_params()
    except EmptyResultSet:
        return 0  # it is known without asking that nobody meets it
    met = 0
    with connection.cursor() as cursor:
        for ends in slices:
            put = dict(zip(NOWHERE, ends, strict=True))
            asked = [
                put.get(value, value) if isinstance(value, int) else value
                for value in params
            ]
            cursor.execute(f"SELECT COUNT(*) FROM ({sql})", asked)  # noqa: S608 -- Django's own SQL
            met += cursor.fetchone()[0]
    return met


def _find_people(compile_for: Callable[[Scope], Q], scope: Scope) -> QuerySet[Contact]:
    people = Contact.objects.filter(scope.limit("pk")).order_by()
    return people.filter(compile_for(scope))


def pick_slices(first: int, last: int) -> tuple[tuple[int, int], ...]:
    """Return inclusive ranges of ids, evenly apart; all of it when it is small."""
    span = last - first + 1
    if span <= SLICES * SLICE_IDS:
        return ((first, last),)
    starts = [first + span * number // SLICES for number in range(SLICES)]
    return tuple((start, start + SLICE_IDS - 1) for start in starts)


def round_off(count: int) -> int:
    """Return the count with two digits that count: 346 123 is about 350 000."""
    if count < 100:
        return count
    unit = 10 ** (len(str(count)) - 2)
    return round(count / unit) * unit


def _find_ends() -> tuple[int, int]:
    # Asked for both at once, SQLite would read every key.
    people = Contact.objects.order_by()
    first = people.aggregate(first=Min("pk"))["first"]
    last = people.aggregate(last=Max("pk"))["last"]
    return first or 0, last or 0
