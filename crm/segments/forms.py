"""The form that edits a segment."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.blocks.base import BlockField

from crm.exceptions import RuleError
from crm.models import Segment
from crm.segments.circles import find_circle
from crm.segments.editor import (
    from_block_value,
    make_error,
    make_rules_block,
    match_choices,
    to_block_value,
)
from crm.segments.fields import all_schemas, get_kind
from crm.segments.pickers import PickField
from crm.segments.picks import CONTACTS
from crm.segments.rules import Group, dump_rules, parse_rules, walk_paths


class SegmentForm(WagtailAdminModelForm):
    """Name, rules as blocks, and people by hand.

    The blocks are built from the registry each time, so that a kind of rule added by
    another app appears by itself. ``group`` is the tree that was sent, once valid.
    """

    group: Group
    match = forms.ChoiceField(label=gettext_lazy("Who is meant"), choices=match_choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        block = make_rules_block()
        self.fields["rules"] = BlockField(
            block=block, label=gettext_lazy("Rules"), required=False
        )
        stored = read_stored(self.instance)
        self.initial["match"] = stored.match
        self.initial["rules"] = to_block_value(stored, block)
        for name in ("added", "excluded"):
            if name in self.fields:
                self.fields[name] = PickField(
                    CONTACTS,
                    placeholder=gettext_lazy("Search by name or address"),
                    label=self.fields[name].label,
                    required=False,
                )

    def clean_rules(self) -> dict[str, Any]:
        """Return the tree as it is stored. Raises ValidationError at the block at fault."""
        group = from_block_value(
            self.cleaned_data.get("match", "all"),
            self.cleaned_data["rules"],
            self.fields["rules"].block,
        )
        stored = dump_rules(group)
        try:
            parse_rules(stored, all_schemas())
        except RuleError as error:
            raise ValidationError(
                _("The rules cannot be read (%(where)s)."),
                params={"where": error.path or "rules"},
            ) from error
        refuse_circles(self.instance.pk, group)
        self.group = group
        return stored


def read_stored(segment: Segment) -> Group:
    """Return a segment's stored tree; an empty one when it cannot be read."""
    try:
        return parse_rules(segment.rules, all_schemas())
    except RuleError:
        return Group("all")


def refuse_circles(segment_id: int | None, group: Group) -> None:
    """Raise ValidationError, at the rule at fault, when the segment would ask about itself."""
    for path, rule in walk_paths(group):
        for key, get_model in get_kind(rule.kind).references.items():
            if get_model() is not Segment:
                continue
            for target in rule.values.get(key, []):
                if circle := find_circle(segment_id, target):
                    raise make_error(path, key, _describe_circle(circle))


def _describe_circle(names: list[str]) -> str:
    return _("That would go round in a circle: %(names)s.") % {
        "names": " → ".join(names)
    }
