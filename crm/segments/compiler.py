"""Rules become SQL here and nowhere else.

A segment that refers to something deleted, to itself, or that cannot be read is
*broken*, and so is every segment that asks about it: a rule that has lost a condition
must not widen who gets the letter, and under a negation an empty set would.
"""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from crm.exceptions import RuleError
from crm.models import Contact, Segment
from crm.segments.among import among
from crm.segments.fields import Scope, all_schemas, get_kind, look_up, point_at
from crm.segments.rules import Group, Rule, parse_rules, walk_rules
from crm.segments.sets import gather

NOBODY = Q(pk__in=[])


def compile_segment(segment: Segment, scope: Scope) -> Q:
    """Return the condition for a segment: its rules or added by hand, less left out.

    A broken segment matches nobody.
    """
    try:
        return compile_sound(segment, scope)
    except RuleError:
        return NOBODY


def compile_absence(segment: Segment, scope: Scope) -> Q:
    """Return the condition for not being in a segment; a broken one matches nobody."""
    try:
        return ~compile_sound(segment, scope)
    except RuleError:
        return NOBODY


def compile_sound(segment: Segment, scope: Scope) -> Q:
    """Return the condition for a segment. Raises RuleError when it is broken."""
    if segment.pk in scope.inside:
        raise RuleError("The segment asks about itself.")
    inside = scope.enter(segment.pk)
    if frozen := scope.frozen.get(str(segment.pk)):
        return compile_tree(
            parse_rules(frozen["rules"], all_schemas()),
            inside,
            added=Q(pk__in=frozen["added"]),
            excluded=Q(pk__in=frozen["excluded"]),
        )
    return compile_tree(
        parse_rules(segment.rules, all_schemas()),
        inside,
        added=_by_hand(Segment.added.through, segment, scope),
        excluded=_by_hand(Segment.excluded.through, segment, scope),
    )


def compile_tree(group: Group, scope: Scope, *, added: Q, excluded: Q) -> Q:
    """Return the condition for a tree that need not be stored, with people by hand.

    Raises RuleError when the tree refers to something broken or deleted.
    """
    if find_missing(group):
        raise RuleError("The rules refer to something that is no longer there.")
    return (compile_rule(group, scope) | added) & ~excluded


def compile_rule(node: Group | Rule, scope: Scope) -> Q:
    """Return the condition on Contact that the tree means.

    An empty group matches nobody, also under ``none``. Raises RuleError when a rule
    asks about a broken segment.
    """
    if isinstance(node, Rule):
        return get_kind(node.kind).compile(node, scope)
    if not node.rules:
        return NOBODY
    parts = [compile_rule(child, scope) for child in node.rules]
    joined = parts[0]
    for part in parts[1:]:
        joined = joined & part if node.match == "all" else joined | part
    return ~joined if node.match == "none" else joined


def segment_members(segment: Segment, on: date) -> QuerySet[Contact]:
    """Return the queryset of a segment's contacts on that day, mailable or not."""
    return Contact.objects.filter(gather(compile_segment(segment, Scope(on))))


def is_broken(segment: Segment, on: date) -> bool:
    """Return whether the segment matches nobody because something is wrong with it."""
    try:
        compile_sound(segment, Scope(on))
    except RuleError:
        return True
    return False


def find_missing(group: Group) -> list[Rule]:
    """Return the rules that refer to a row that is no longer there."""
    rows = look_up(group)
    return [
        rule
        for rule in walk_rules(group)
        if any(rows.is_missing(pointer) for pointer in point_at(rule))
    ]


def _by_hand(through: Any, segment: Segment, scope: Scope) -> Q:
    return among(through._default_manager.filter(segment=segment), scope)
