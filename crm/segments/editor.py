"""Between the stored tree and the blocks the editor shows it in."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.blocks.struct_block import StructBlockValidationError

from crm.segments.fields import all_kinds, get_kind
from crm.segments.rules import MAX_DEPTH, Group, Rule

GROUP = "group"


def match_choices() -> list[tuple[str, Any]]:
    """Return how the rules of a group go together, in words."""
    return [
        ("all", _("Meets all of these rules")),
        ("any", _("Meets any of these rules")),
        ("none", _("Meets none of these rules")),
    ]


def make_rules_block() -> blocks.StreamBlock:
    """Return the block of a tree's rules, groups unrolled to the depth that may be stored.

    Every registered kind of rule is offered in every group. Leaf blocks are made once
    and shared by the groups, so that the page carries their lists once. How the
    outermost rules go together is a form field of its own.
    """
    leaves = [(kind.name, kind.make_block()) for kind in all_kinds()]
    children: list[tuple[str, blocks.Block]] = leaves
    for _depth in range(1, MAX_DEPTH):
        children = [*leaves, (GROUP, _make_group(children))]
    return blocks.StreamBlock(children, required=False, label=_("Rules"))


def to_block_value(group: Group, block: blocks.StreamBlock) -> Any:
    """Return a tree's rules as a value of ``make_rules_block``'s block."""
    return block.to_python(_to_raw(group)["rules"])


def from_block_value(match: str, value: Any, block: blocks.StreamBlock) -> Group:
    """Return the tree that a value of the block stands for.

    A condition with nothing picked is no condition.
    """
    return _from_raw({"match": match, "rules": block.get_prep_value(value)})


def make_error(path: tuple[int, ...], key: str, message: str) -> ValidationError:
    """Return an error that the editor shows at a key of the rule at that place."""
    here: ValidationError = StructBlockValidationError(
        block_errors={key: ValidationError(message)}
    )
    for number in reversed(path[1:]):
        inside = StreamBlockValidationError(block_errors={number: here})
        here = StructBlockValidationError(block_errors={"rules": inside})
    return StreamBlockValidationError(block_errors={path[0]: here})


def _make_group(children: list[tuple[str, blocks.Block]]) -> blocks.StructBlock:
    return blocks.StructBlock(
        [
            (
                "match",
                blocks.ChoiceBlock(
                    choices=match_choices(), default="all", label=_("Who is meant")
                ),
            ),
            ("rules", blocks.StreamBlock(children, label=_("Rules"))),
        ],
        label=_("Group of rules"),
        icon="folder-open-inverse",
        form_classname="rule-group",
        label_format=" ",
    )


def _to_raw(group: Group) -> dict[str, Any]:
    return {
        "match": group.match,
        "rules": [
            {"type": GROUP, "value": _to_raw(node)}
            if isinstance(node, Group)
            else {"type": node.kind, "value": node.values}
            for node in group.rules
        ],
    }


def _from_raw(raw: dict[str, Any]) -> Group:
    return Group(
        raw["match"],
        tuple(
            _from_raw(child["value"])
            if child["type"] == GROUP
            else _rule(child["type"], child["value"])
            for child in raw["rules"]
        ),
    )


def _rule(kind: str, values: dict[str, Any]) -> Rule:
    kept = {
        key: values[key]
        for key in get_kind(kind).params
        if values.get(key) not in (None, [], "")
    }
    return Rule(kind, kept)
