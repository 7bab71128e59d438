"""About how many people a condition means, from a small part of the register.

Some hundred contacts here and there by id are looked at, in every subquery too; what
holds for them is taken to hold for all.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.db import connection
from django.db.models import Max, Min, Q

from crm.models import Contact
from crm.segments.fields import Scope

SLICES = 12
SLICE_IDS = 400
# Fewer people met than this say little about all.
FEWEST_MET = 25
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
    span = last - first + 1
    slices = pick_slices(first, last)
    # SQLite does not find its way by ranges joined with OR: one query each.
    parts = [(one,) for one in slices] if connection.vendor == "sqlite" else [slices]
    met = 0
    for part in parts:
        inside = replace(scope, slices=part)
        people = Contact.objects.filter(inside.limit("pk")).order_by()
        met += people.filter(compile_for(inside)).count()
    looked_at = sum(end - start + 1 for start, end in slices)
    return Estimate(round_off(met * span // looked_at), met < FEWEST_MET)


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
    ends = Contact.objects.order_by().aggregate(first=Min("pk"), last=Max("pk"))
    return ends["first"] or 0, ends["last"] or 0
