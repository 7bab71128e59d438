"""A segment's rules as sentences people can check, in the active language."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.exceptions import RuleError
from crm.models import Segment
from crm.segments.fields import all_schemas, get_kind, look_up
from crm.segments.lookup import Lookup
from crm.segments.phrases import join_all, join_any
from crm.segments.rules import Group, Rule, parse_rules


@dataclass(frozen=True)
class Outline:
    """The tree as a list to read: a heading, and lines or further outlines under it."""

    heading: str
    items: tuple["Outline | str", ...] = ()


def describe_segments(segments: list[Segment]) -> dict[int, str]:
    """Return each segment's rules as one sentence, by its id.

    Names are looked up for all of them together.
    """
    trees = {segment.pk: parse_leniently(segment) for segment in segments}
    rows = look_up(*(tree for tree in trees.values() if tree))
    return {
        pk: _sentence(tree, rows) if tree else _("The rules cannot be read.")
        for pk, tree in trees.items()
    }


def describe_segment(segment: Segment) -> str:
    """Return a segment's rules as one sentence, without the people added by hand."""
    return describe_segments([segment])[segment.pk]


def describe_rules(node: Group | Rule, rows: Lookup | None = None) -> str:
    """Return the tree as what a contact does: "holds a seat as coordinator in Sweden"."""
    if rows is None:
        rows = look_up(node if isinstance(node, Group) else Group("all", (node,)))
    if isinstance(node, Rule):
        return get_kind(node.kind).describe(node, rows)
    if not node.rules:
        return _("is nobody")
    inside = [_bracket(child, rows) for child in node.rules]
    if node.match == "all":
        return join_all(inside)
    if node.match == "any":
        return join_any(inside)
    return _("does not fit this: %(rules)s") % {"rules": join_any(inside)}


def outline_rules(group: Group) -> Outline:
    """Return the tree as headings with lines, for where there is room."""
    return Outline(head_group(group), _outline_items(group, look_up(group)))


def head_inner_group(group: Group) -> str:
    """Return the line above the rules of a group inside another."""
    return {
        "all": _("meets all of this:"),
        "any": _("meets any of this:"),
        "none": _("meets none of this:"),
    }[group.match]


def head_group(group: Group) -> str:
    """Return the line above a segment's outermost rules."""
    if not group.rules:
        return _("Nobody by rule.")
    if len(group.rules) == 1 and group.match != "none":
        return _("Everyone who")
    return {
        "all": _("Everyone who meets all of this:"),
        "any": _("Everyone who meets any of this:"),
        "none": _("Everyone who meets none of this:"),
    }[group.match]


def describe_by_hand(added: int, excluded: int) -> list[str]:
    """Return how many people are added and left out by hand, as sentences."""
    said = []
    if added:
        said.append(
            ngettext(
                "%(count)s person is added by hand.",
                "%(count)s people are added by hand.",
                added,
            )
            % {"count": added}
        )
    if excluded:
        said.append(
            ngettext(
                "%(count)s person is left out by hand.",
                "%(count)s people are left out by hand.",
                excluded,
            )
            % {"count": excluded}
        )
    return said


def parse_leniently(segment: Segment) -> Group | None:
    """Return a segment's stored tree; None when it cannot be read."""
    try:
        return parse_rules(segment.rules, all_schemas())
    except RuleError:
        return None


def _sentence(tree: Group, rows: Lookup) -> str:
    if not tree.rules:
        return _("Nobody by rule.")
    return _("Everyone who %(rules)s.") % {"rules": describe_rules(tree, rows)}


def _bracket(child: Group | Rule, rows: Lookup) -> str:
    words = describe_rules(child, rows)
    if isinstance(child, Group) and (len(child.rules) > 1 or child.match == "none"):
        return f"({words})"
    return words


def _outline_items(group: Group, rows: Lookup) -> tuple[Outline | str, ...]:
    return tuple(
        Outline(head_inner_group(child), _outline_items(child, rows))
        if isinstance(child, Group)
        else get_kind(child.kind).describe(child, rows)
        for child in group.rules
    )
