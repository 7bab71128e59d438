"""Segments that ask about each other in a ring, found before they are stored."""

from collections.abc import Mapping

from crm.exceptions import RuleError
from crm.models import Segment
from crm.segments.fields import all_schemas, point_at
from crm.segments.rules import Group, parse_rules, walk_rules


def find_circle(segment_id: int | None, target_id: int) -> list[str]:
    """Return the names along the ring that asking about the target would close.

    From the segment over the others back to itself; empty when there is no ring. A
    segment not yet stored (None) cannot be in one.
    """
    if segment_id is None:
        return []
    asked = {
        pk: asked_segments_of(rules)
        for pk, rules in Segment.objects.values_list("pk", "rules")
    }
    way = _find_way(target_id, segment_id, asked)
    names = Segment.objects.in_bulk([segment_id, *way])
    return [str(names[pk]) for pk in (segment_id, *way) if pk in names] if way else []


def asked_segments_of(rules: object) -> list[int]:
    """Return the ids of the segments a stored tree asks about; none if unreadable."""
    try:
        return asked_segments(parse_rules(rules, all_schemas()))
    except RuleError:
        return []


def asked_segments(group: Group) -> list[int]:
    """Return the ids of the segments that a tree asks about, in reading order."""
    return [
        pk
        for rule in walk_rules(group)
        for model, pk in point_at(rule)
        if model is Segment
    ]


def _find_way(start: int, goal: int, asked: Mapping[int, list[int]]) -> list[int]:
    ways = {start: [start]}
    waiting = [start]
    while waiting and goal not in ways:
        here = waiting.pop(0)
        for further in asked.get(here, []):
            if further not in ways:
                ways[further] = [*ways[here], further]
                waiting.append(further)
    return ways.get(goal, [])
