"""Rules about being in another segment."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.models import Segment
from crm.segments.blocks import make_segment_block
from crm.segments.compiler import NOBODY, compile_sound
from crm.segments.facts import Facts, Verdict
from crm.segments.fields import RuleKind, Scope
from crm.segments.phrases import describe_member
from crm.segments.rules import Param, Rule


def compile_member(rule: Rule, scope: Scope) -> Q:
    """Return: is in one of the segments (or in none of them).

    Raises RuleError when one of them is broken.
    """
    condition = NOBODY
    for segment in Segment.objects.filter(pk__in=rule.values["segments"]):
        condition = condition | compile_sound(segment, scope)
    return condition if rule.values.get("member", "in") == "in" else ~condition


def judge_member(rule: Rule, facts: Facts) -> Verdict:
    """Judge by each of the segments; shows them under the rule.

    Raises RuleError when one of them is broken.
    """
    parts = tuple(facts.judge_segment(pk) for pk in rule.values["segments"])
    is_in = any(part.holds for part in parts)
    return Verdict(is_in == (rule.values.get("member", "in") == "in"), "", parts)


MEMBER = RuleKind(
    name="segment",
    label=_("Other segment"),
    params={
        "segments": Param("ids", required=True),
        "member": Param("choice", options=("in", "not_in")),
    },
    compile=compile_member,
    describe=describe_member,
    make_block=make_segment_block,
    judge=judge_member,
    references={"segments": lambda: Segment},
)
