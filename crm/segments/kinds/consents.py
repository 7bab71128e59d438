"""Rules about what somebody has said: yes, left, objected, or nothing."""

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks

from crm.choices import ConsentStatus
from crm.models import ConsentState, Purpose
from crm.segments.among import among
from crm.segments.facts import Facts, Verdict
from crm.segments.fields import RuleKind, Scope
from crm.segments.lookup import Lookup
from crm.segments.phrases import join_any
from crm.segments.pickers import PickBlock
from crm.segments.picks import RowSource
from crm.segments.rules import Param, Rule

NOTHING = "nothing"
STATES = (*ConsentStatus.values, NOTHING)


def compile_consent(rule: Rule, scope: Scope) -> Q:
    """Return: stands so for one of the purposes, or has said nothing about any."""
    states = ConsentState.objects.filter(purpose__in=rule.values["purposes"])
    if rule.values["state"] == NOTHING:
        return ~among(states, scope)
    return among(states.filter(status=rule.values["state"]), scope)


def judge_consent(rule: Rule, facts: Facts) -> Verdict:
    """Judge by where the contact stands for each purpose."""
    said = [s for s in facts.consents if s.purpose_id in rule.values["purposes"]]
    if rule.values["state"] == NOTHING:
        holds = not said
    else:
        holds = any(state.status == rule.values["state"] for state in said)
    words = " ".join(
        _("%(purpose)s: %(state)s since %(date)s.")
        % {
            "purpose": state.purpose,
            "state": state.get_status_display().lower(),
            "date": date_format(timezone.localtime(state.since), "DATE_FORMAT"),
        }
        for state in said
    )
    return Verdict(holds, words or _("Has said neither yes nor no."))


def describe_consent(rule: Rule, rows: Lookup) -> str:
    """Return "has said yes to The letter"."""
    frames = {
        "given": _("has said yes to %(purposes)s"),
        "withdrawn": _("has left %(purposes)s"),
        "objected": _("has objected to %(purposes)s"),
        NOTHING: _("has said neither yes nor no to %(purposes)s"),
    }
    names = rows.names(Purpose, rule.values["purposes"])
    return frames[rule.values["state"]] % {
        "purposes": join_any(_("“%(name)s”") % {"name": name} for name in names)
    }


def make_consent_block() -> blocks.StructBlock:
    """Return the block of a rule about consent."""
    return blocks.StructBlock(
        [
            (
                "state",
                blocks.ChoiceBlock(
                    choices=[
                        ("given", gettext_lazy("Has said yes")),
                        ("withdrawn", gettext_lazy("Has left")),
                        ("objected", gettext_lazy("Has objected")),
                        (NOTHING, gettext_lazy("Has said nothing")),
                    ],
                    default="given",
                    label=gettext_lazy("Said"),
                ),
            ),
            (
                "purposes",
                PickBlock(
                    RowSource(Purpose), label=gettext_lazy("Purpose"), required=True
                ),
            ),
        ],
        label=gettext_lazy("Consent"),
        icon="check",
        form_classname="rule",
        label_format=" ",
    )


CONSENT = RuleKind(
    name="consent",
    label=gettext_lazy("Consent"),
    params={
        "purposes": Param("ids", required=True),
        "state": Param("choice", required=True, options=STATES),
    },
    compile=compile_consent,
    describe=describe_consent,
    make_block=make_consent_block,
    judge=judge_consent,
    references={"purposes": lambda: Purpose},
)
