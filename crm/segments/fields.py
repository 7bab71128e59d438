"""The registry of what a segment can ask about a contact.

``crm`` registers its own kinds in ``crm.segments.kinds``; layers above add theirs when
their app is ready, for instance "received campaign X". The admin form, the validation,
the words and the SQL of a kind all come from its entry here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db.models import Model, Q

from crm.segments.facts import Facts, Verdict
from crm.segments.lookup import Lookup, Pointer
from crm.segments.rules import Group, Rule, Schema, walk_rules


@dataclass(frozen=True)
class Scope:
    """When and over whom a rule is evaluated.

    ``on`` is the day "now" means. ``slices`` are inclusive id ranges; when given, every
    subquery is restricted to contacts in them, so that an estimate reads little.
    ``asks_each``: so many meet the rule that those of one page are soonest found by
    asking about one contact after the other.
    """

    on: date
    slices: tuple[tuple[int, int], ...] = ()
    asks_each: bool = False
    # Segments being compiled further out, so that a circle is noticed.
    inside: frozenset[int | None] = frozenset()
    # Definitions that stand in for the stored ones (``crm.segments.freezing``).
    frozen: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def limit(self, lookup: str) -> Q:
        """Return the restriction to the slices for a contact-id column."""
        limited = Q()
        for first, last in self.slices:
            # Not "range": a foreign key has no such lookup.
            limited |= Q(**{f"{lookup}__gte": first, f"{lookup}__lte": last})
        return limited

    def enter(self, segment_id: int | None) -> "Scope":
        """Return the scope for what is inside a segment."""
        return replace(self, inside=self.inside | {segment_id})


@dataclass(frozen=True)
class RuleKind:
    """One kind of rule: its values, its words, its SQL, its form block.

    ``describe`` gives the rule as what a contact does ("holds a seat as coordinator"),
    to stand after "Everyone who". ``make_block`` returns a StructBlock whose children
    are named as ``params`` and whose defaults mean what an absent value means.
    ``judge`` says whether the rule holds for one contact, from what the register knows
    and without ``compile``: a test holds the two together.
    """

    name: str
    label: Any
    params: Schema
    compile: Callable[[Rule, Scope], Q]
    describe: Callable[[Rule, Lookup], str]
    make_block: Callable[[], Any]
    judge: Callable[[Rule, Facts], Verdict]
    # Which model the ids under a key point at, to name them and to notice what has
    # been deleted.
    references: Mapping[str, Callable[[], type[Model]]] = field(default_factory=dict)


_kinds: dict[str, RuleKind] = {}


def register_kind(kind: RuleKind) -> None:
    """Add a kind of rule. Raises ValueError when the name is taken."""
    if kind.name in _kinds:
        raise ValueError(f"There is already a rule kind {kind.name!r}.")
    _kinds[kind.name] = kind


def get_kind(name: str) -> RuleKind:
    """Return a registered kind; KeyError when there is none of that name."""
    return _kinds[name]


def all_kinds() -> list[RuleKind]:
    """Return every kind in the order they were registered."""
    return list(_kinds.values())


def all_schemas() -> dict[str, Schema]:
    """Return what each kind may carry, for ``rules.parse_rules``."""
    return {kind.name: kind.params for kind in _kinds.values()}


def point_at(rule: Rule) -> list[Pointer]:
    """Return (model, id) for each row the rule refers to."""
    return [
        (get_model(), pk)
        for key, get_model in get_kind(rule.kind).references.items()
        for pk in rule.values.get(key, [])
    ]


def look_up(*groups: Group) -> Lookup:
    """Return the names of all rows that the trees refer to: one query per model."""
    return Lookup.find(
        pointer
        for group in groups
        for rule in walk_rules(group)
        for pointer in point_at(rule)
    )
