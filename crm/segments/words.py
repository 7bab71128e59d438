"""A segment's rules as sentences people can check, in the active language."""

from django.utils.translation import gettext as _

from crm.segments.fields import get_kind
from crm.segments.rules import Group, Rule


def describe_rules(node: Group | Rule) -> str:
    """Return the tree in words: "holds a seat: coordinator in Sweden, and …"."""
    if isinstance(node, Rule):
        return get_kind(node.kind).describe(node)
    if not node.rules:
        return _("nobody")
    inside = [
        f"({describe_rules(child)})"
        if isinstance(child, Group) and len(child.rules) > 1
        else describe_rules(child)
        for child in node.rules
    ]
    if node.match == "none":
        return _("not: %(rules)s") % {"rules": _("; nor: ").join(inside)}
    glue = _(", and ") if node.match == "all" else _(", or ")
    return glue.join(inside)
