"""A condition on contacts as a set of their ids, put together from ordered lists.

"In this list, or not in that one" is answered by making each list and looking every
contact up in all of them; PostgreSQL looks each contact up in every table instead once
a list is too long for its memory. Lists that an index gives in the order of the ids can
be merged, each read once from end to end and none kept: over a million people that is
many times faster, and most so for whoever is *not* in a list.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import reduce
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from crm.models import Contact
from crm.segments.among import Among

UNION, INTERSECT, EXCEPT = "UNION", "INTERSECT", "EXCEPT"
# SQLite puts at most 500 lists together.
MOST_LISTS = 400

# SQL that gives ids, and its parameters.
Ids = tuple[str, tuple[Any, ...]]
# Lists put together from left to right, each with what joins it to those before. The
# first is united with nobody; no list at all is nobody.
Chain = tuple[tuple[str, Ids], ...]


@dataclass(frozen=True)
class People:
    """The people in a chain of lists, or (``is_rest``) everybody but them."""

    chain: Chain
    is_rest: bool = False


def count_people(condition: Q) -> int:
    """Return how many contacts meet a condition that the compiler made."""
    people = _read(condition)
    if len(people.chain) > MOST_LISTS:
        return Contact.objects.order_by().filter(condition).count()
    found = _count(people.chain)
    return Contact.objects.order_by().count() - found if people.is_rest else found


def gather(condition: Q) -> Q:
    """Return a condition that means the same people, as the database finds them fast."""
    return _gather(condition, "pk__in")


def gather_few(condition: Q) -> Q:
    """Return the same for people who are few among very many."""
    return _gather(condition, "pk__one_of_few")


def _gather(condition: Q, lookup: str) -> Q:
    people = _read(condition)
    if len(people.chain) > MOST_LISTS:
        return condition
    chain = people.chain
    if people.is_rest:
        chain = _subtract(_list_ids(Q()), chain)
    if not chain:
        return Q(pk__in=[])
    sql, params = _write(chain)
    return Q((lookup, RawSQL(sql, params)))  # noqa: S611 -- Django's own SQL


def _read(condition: Any) -> People:
    """Return the set that a condition, or a part of one, means.

    Parts are taken one by one, so no two of them may speak of one joined row.
    """
    if not isinstance(condition, Q):
        return People(_list_ids(condition))
    parts = [_read(part) for part in condition.children]
    join = _either if condition.connector == Q.OR else _both
    people = reduce(join, parts) if parts else People((), is_rest=True)
    return _others(people) if condition.negated else people


def _list_ids(part: Any) -> Chain:
    """Return the list of who meets a single condition."""
    rows: Any = part.ids if isinstance(part, Among) else None
    if isinstance(part, tuple) and part[0] == "pk__in":
        rows = part[1]
    if not isinstance(rows, QuerySet):
        rows = Contact.objects.filter(part).values("pk")
    query = rows.query.chain()
    query.clear_ordering(force=True)
    query.clear_limits()
    try:
        return ((UNION, query.sql_with_params()),)
    except EmptyResultSet:
        return ()


def _others(people: People) -> People:
    return People(people.chain, is_rest=not people.is_rest)


def _either(one: People, other: People) -> People:
    """Return who is in one of two sets: not among those who are in neither."""
    return _others(_both(_others(one), _others(other)))


def _both(one: People, other: People) -> People:
    """Return who is in both of two sets."""
    if one.is_rest and other.is_rest:
        return People(_unite(one.chain, other.chain), is_rest=True)
    if one.is_rest:
        return _both(other, one)
    if other.is_rest:
        return People(_subtract(one.chain, other.chain))
    return People(_intersect(one.chain, other.chain))


def _unite(one: Chain, other: Chain) -> Chain:
    if not one or not other:
        return one or other
    if _is_union(other):
        return one + other
    if _is_union(one):
        return other + one
    return (*one, (UNION, _nest(other)))


def _intersect(one: Chain, other: Chain) -> Chain:
    if not one or not other:
        return ()
    if _only_narrows(other):
        return (*one, (INTERSECT, other[0][1]), *other[1:])
    if _only_narrows(one):
        return _intersect(other, one)
    return (*one, (INTERSECT, _nest(other)))


def _subtract(one: Chain, other: Chain) -> Chain:
    if not one or not other:
        return one
    if _is_union(other):
        return (*one, *((EXCEPT, ids) for _operator, ids in other))
    return (*one, (EXCEPT, _nest(other)))


def _is_union(chain: Chain) -> bool:
    return all(operator == UNION for operator, _ids in chain)


def _only_narrows(chain: Chain) -> bool:
    return all(operator != UNION for operator, _ids in chain[1:])


def _nest(chain: Chain) -> Ids:
    """Return a chain as one list, to stand on the right of others."""
    sql, params = _write(chain)
    return f"SELECT * FROM ({sql}) AS listed", params  # noqa: S608 -- Django's own SQL


def _write(chain: Chain) -> Ids:
    """Return the SQL of a chain, each id once."""
    params = tuple(value for _operator, ids in chain for value in ids[1])
    if len(chain) == 1:
        written = f"SELECT DISTINCT * FROM ({chain[0][1][0]}) AS listed"  # noqa: S608 -- as above
    else:
        written = WRITERS[connection.vendor](chain)
    if connection.vendor == "sqlite":
        # Without a limit it would take the order for needless, and sort what it has.
        written += " ORDER BY 1 LIMIT -1"
    return written, params


def _write_flat(chain: Chain) -> str:
    """Return the lists in a row: SQLite knows no brackets here, and needs none."""
    parts = [f"{operator} {sql}" for operator, (sql, _params) in chain]
    return " ".join(parts).removeprefix(f"{UNION} ")


def _write_bracketed(chain: Chain) -> str:
    """Return the lists in brackets: to PostgreSQL, INTERSECT would bind the tightest."""
    (_united, (written, _params)), *others = chain
    for operator, (sql, _params) in others:
        written = f"({written}) {operator} ({sql})"
    return written


WRITERS = {"sqlite": _write_flat, "postgresql": _write_bracketed}


def _count(chain: Chain) -> int:
    if not chain:
        return 0
    sql, params = _write(chain)
    with _merging(), connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM ({sql}) AS people", params)  # noqa: S608 -- as above
        return int(cursor.fetchone()[0])


@contextmanager
def _merging() -> Iterator[None]:
    """Keep PostgreSQL from putting hundreds of thousands of ids into tables of hashes.

    They do not fit into its memory, and merging needs none.
    """
    if connection.vendor == "sqlite":
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_hashagg = off")
        yield
        cursor.execute("SET LOCAL enable_hashagg TO DEFAULT")
