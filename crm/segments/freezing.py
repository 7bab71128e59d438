"""What segments mean at one moment, as data that outlives later edits."""

from collections.abc import Iterable, Mapping
from typing import Any

from crm.exceptions import RuleError
from crm.models import Segment
from crm.segments.fields import all_schemas
from crm.segments.rules import parse_rules, walk_rules

# Segment id (as text: it is kept as JSON) -> rules, people added, people left out.
Frozen = Mapping[str, Mapping[str, Any]]


def freeze_segments(segments: Iterable[Segment]) -> dict[str, dict[str, Any]]:
    """Return the definitions of the segments and of all that their rules ask about.

    Handed to a Scope, they stand in for what is stored by then. Who meets the rules is
    still found when they are compiled.
    """
    frozen: dict[str, dict[str, Any]] = {}
    waiting = list(segments)
    while waiting:
        segment = waiting.pop()
        if str(segment.pk) in frozen:
            continue
        frozen[str(segment.pk)] = {
            "name": segment.name,
            "rules": segment.rules,
            "added": sorted(segment.added.values_list("pk", flat=True)),
            "excluded": sorted(segment.excluded.values_list("pk", flat=True)),
        }
        waiting += Segment.objects.filter(pk__in=_find_asked(segment))
    return frozen


def _find_asked(segment: Segment) -> set[int]:
    """Return the ids of the segments that a segment's rules ask about."""
    try:
        tree = parse_rules(segment.rules, all_schemas())
    except RuleError:
        return set()
    return {
        pk
        for rule in walk_rules(tree)
        if rule.kind == "segment"
        for pk in rule.values["segments"]
    }
