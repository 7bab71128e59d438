"""Rules become SQL here and nowhere else."""

from datetime import date

from django.db.models import Model, Q

from crm.exceptions import RuleError
from crm.models import Contact, Segment
from crm.segments.fields import Scope, all_schemas, get_kind
from crm.segments.rules import Group, Rule, parse_rules, walk_rules

NOBODY = Q(pk__in=[])


def compile_rule(node: Group | Rule, scope: Scope) -> Q:
    """Return the condition on Contact that the tree means.

    An empty group matches nobody, also under ``none``.
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


def compile_segment(segment: Segment, scope: Scope) -> Q:
    """Return the condition for a segment: its rules or added by hand, less left out.

    A segment that refers to something deleted, or to itself, matches nobody: a rule
    that has lost a condition must not widen who gets the letter.
    """
    if segment.pk in scope.inside:
        return NOBODY
    inner = Scope(scope.on, scope.slices, scope.inside | {segment.pk})
    try:
        group = parse_rules(segment.rules, all_schemas())
    except RuleError:
        return NOBODY
    if find_missing(group):
        return NOBODY
    condition = compile_rule(group, inner)
    condition |= Q(pk__in=segment.added.through.objects.filter(
        segment=segment).values("contact"))
    return condition & ~Q(pk__in=segment.excluded.through.objects.filter(
        segment=segment).values("contact"))


def segment_members(segment: Segment, on: date):
    """Return the queryset of a segment's contacts on that day, mailable or not."""
    return Contact.objects.filter(compile_segment(segment, Scope(on)))


def find_missing(group: Group) -> list[tuple[Rule, str, list[int]]]:
    """Return (rule, key, ids) for each reference to a row that is no longer there."""
    missing = []
    for rule in walk_rules(group):
        for key, get_model in get_kind(rule.kind).references.items():
            wanted = set(rule.values.get(key, []))
            gone = wanted - _existing(get_model(), wanted)
            if gone:
                missing.append((rule, key, sorted(gone)))
    return missing


def _existing(model: type[Model], ids: set[int]) -> set[int]:
    if not ids:
        return set()
    return set(model._default_manager.filter(pk__in=ids).values_list("pk", flat=True))
