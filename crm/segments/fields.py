"""The registry of what a segment can ask about a contact.

``crm`` registers its own kinds in ``crm.segments.kinds``; layers above add theirs when
their app is ready, for instance "received campaign X". The admin form, the validation,
the words and the SQL of a kind all come from its entry here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Model, Q

from crm.segments.rules import Param, Rule, Schema


@dataclass(frozen=True)
class Scope:
    """When and over whom a rule is evaluated.

    ``on`` is the day "now" means. ``slices`` are inclusive id ranges; when given, every
    subquery is restricted to contacts in them, so that an estimate reads little.
    """

    on: date
    slices: tuple[tuple[int, int], ...] = ()
    # Segments being compiled further out, so that a circle is noticed.
    inside: frozenset[int] = frozenset()

    def limit(self, lookup: str) -> Q:
        """Return the restriction to the slices for a contact-id column."""
        limited = Q()
        for first, last in self.slices:
            limited |= Q(**{f"{lookup}__range": (first, last)})
        return limited


@dataclass(frozen=True)
class RuleKind:
    """One kind of rule: its values, its words, its SQL, its form block."""

    name: str
    label: Any
    params: Schema
    compile: Callable[[Rule, Scope], Q]
    describe: Callable[[Rule], str]
    make_block: Callable[[], Any]
    # Which model the ids under a key point at, to notice what has been deleted.
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


def all_schemas() -> dict[str, Mapping[str, Param]]:
    """Return what each kind may carry, for ``rules.parse_rules``."""
    return {kind.name: kind.params for kind in _kinds.values()}
