"""Rules about the organisation where somebody sits being a member of a network."""

from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import blocks

from crm.choices import MembershipRole
from crm.models import Affiliation, Membership, Network
from crm.segments.among import among
from crm.segments.facts import Facts, Verdict, is_held
from crm.segments.fields import RuleKind, Scope
from crm.segments.lookup import Lookup
from crm.segments.phrases import join_any, name_choices, place
from crm.segments.pickers import PickBlock
from crm.segments.picks import ChoiceSource, RowSource
from crm.segments.rules import Param, Rule


def compile_membership(rule: Rule, scope: Scope) -> Q:
    """Return: sits today at an organisation with such a membership."""
    memberships = Membership.objects.filter(network__in=rule.values["networks"])
    if "roles" in rule.values:
        memberships = memberships.filter(role__in=rule.values["roles"])
    has_begun = Q(starts_on__isnull=True) | Q(starts_on__lte=scope.on)
    when = rule.values.get("when", "now")
    if when == "now":
        has_not_ended = Q(ends_on__isnull=True) | Q(ends_on__gte=scope.on)
        memberships = memberships.filter(has_begun, has_not_ended)
    elif when == "before":
        memberships = memberships.filter(ends_on__lt=scope.on)
    else:
        memberships = memberships.filter(has_begun)
    sitting = Affiliation.objects.held(scope.on).filter(
        organisation__in=memberships.order_by().values("organisation"),
    )
    return among(sitting, scope)


def judge_membership(rule: Rule, facts: Facts) -> Verdict:
    """Judge by the memberships of the organisations where the contact sits."""
    places = [
        row.organisation_id for row in facts.affiliations if is_held(row, facts.on)
    ]
    if not places:
        return Verdict(False, _("Holds no seat."))
    memberships = facts.remember(
        "memberships",
        lambda: list(
            Membership.objects.filter(organisation__in=places).select_related(
                "organisation", "network"
            )
        ),
    )
    fitting = [row for row in memberships if _is_asked_for(row, rule, facts.on)]
    said = " ".join(
        _("%(organisation)s is %(role)s in %(network)s.")
        % {
            "organisation": row.organisation,
            "role": row.get_role_display().lower(),
            "network": row.network,
        }
        for row in fitting or memberships
    )
    return Verdict(
        bool(fitting), said or _("The organisation is not a member of a network.")
    )


def describe_membership(rule: Rule, rows: Lookup) -> str:
    """Return "sits at an organisation that is member in Norrnätet as pilot city"."""
    parts = {
        "network": join_any(rows.names(Network, rule.values["networks"])),
        "role": place(
            _("as %(names)s"),
            name_choices(MembershipRole, rule.values.get("roles", [])),
        ),
    }
    frames = {
        "now": _("sits at an organisation that is in %(network)s %(role)s"),
        "before": _("sits at an organisation that has left %(network)s %(role)s"),
        "ever": _("sits at an organisation that is or was in %(network)s %(role)s"),
    }
    return " ".join((frames[rule.values.get("when", "now")] % parts).split())


def make_membership_block() -> blocks.StructBlock:
    """Return the block of a rule about memberships."""
    return blocks.StructBlock(
        [
            (
                "when",
                blocks.ChoiceBlock(
                    choices=[
                        ("now", gettext_lazy("Is in it now")),
                        ("before", gettext_lazy("Has left it")),
                        ("ever", gettext_lazy("Is or was in it")),
                    ],
                    default="now",
                    label=gettext_lazy("When"),
                ),
            ),
            (
                "networks",
                PickBlock(
                    RowSource(Network),
                    label=gettext_lazy("Network or project"),
                    required=True,
                ),
            ),
            (
                "roles",
                PickBlock(
                    ChoiceSource(lambda: MembershipRole.choices),
                    label=gettext_lazy("As"),
                ),
            ),
        ],
        label=gettext_lazy("The organisation's membership"),
        icon="site",
        form_classname="rule",
        label_format=gettext_lazy("The organisation where they sit"),
    )


def _is_asked_for(membership: Membership, rule: Rule, on: date) -> bool:
    values = rule.values
    if membership.network_id not in values["networks"]:
        return False
    if membership.role not in values.get("roles", [membership.role]):
        return False
    began = membership.starts_on is None or membership.starts_on <= on
    ended = membership.ends_on is not None and membership.ends_on < on
    return {"now": began and not ended, "before": ended, "ever": began}[
        values.get("when", "now")
    ]


MEMBERSHIP = RuleKind(
    name="membership",
    label=gettext_lazy("The organisation's membership"),
    params={
        "networks": Param("ids", required=True),
        "roles": Param("texts", options=tuple(MembershipRole.values)),
        "when": Param("choice", options=("now", "before", "ever")),
    },
    compile=compile_membership,
    describe=describe_membership,
    make_block=make_membership_block,
    judge=judge_membership,
    references={"networks": lambda: Network},
)
