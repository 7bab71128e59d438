"""Rules about seats: which ones somebody holds, that they hold none, or one is vacant."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from wagtail import blocks

from crm.choices import OrganisationKind
from crm.models import Affiliation, Network, Organisation, Role, Seat
from crm.segments.among import among
from crm.segments.blocks import make_seat_block
from crm.segments.facts import Facts, Verdict, has_begun, is_held, is_left
from crm.segments.fields import RuleKind, Scope
from crm.segments.lookup import Lookup
from crm.segments.phrases import describe_seat, lower_first, place
from crm.segments.pickers import PickBlock
from crm.segments.picks import RowSource
from crm.segments.rules import Param, Rule

# Rule key -> column of Affiliation. All of them on one row: one and the same seat.
SEAT_COLUMNS = {
    "roles": "role_id",
    "networks": "network_id",
    "organisations": "organisation_id",
    "kinds": "kind",
    "countries": "country",
    "regions": "region",
}
WHEN = {"now": is_held, "before": is_left, "ever": has_begun}


def compile_seat(rule: Rule, scope: Scope) -> Q:
    """Return: there is one affiliation that meets every condition together."""
    held = Affiliation.objects.filter(
        **{
            f"{SEAT_COLUMNS[key]}__in": values
            for key, values in rule.values.items()
            if key in SEAT_COLUMNS
        },
    )
    when = rule.values.get("when", "now")
    if when == "now":
        held = held.held(scope.on)
    elif when == "before":
        held = held.filter(ends_on__lt=scope.on)
    else:
        # Not one that only begins later.
        held = held.filter(Q(starts_on__isnull=True) | Q(starts_on__lte=scope.on))
    return among(held, scope)


def judge_seat(rule: Rule, facts: Facts) -> Verdict:
    """Judge by the affiliations one after the other."""
    in_time = WHEN[rule.values.get("when", "now")]
    fitting = [
        affiliation
        for affiliation in facts.affiliations
        if in_time(affiliation, facts.on)
        and all(
            getattr(affiliation, column) in rule.values[key]
            for key, column in SEAT_COLUMNS.items()
            if key in rule.values
        )
    ]
    return Verdict(bool(fitting), name_seats(fitting or facts.affiliations, facts))


def compile_holding(rule: Rule, scope: Scope) -> Q:
    """Return: holds no seat now, or never held one."""
    held = Affiliation.objects.all()
    if rule.values.get("state", "none") == "none":
        held = held.held(scope.on)
    return ~among(held, scope)


def judge_holding(rule: Rule, facts: Facts) -> Verdict:
    """Judge by the seats held, or ever recorded."""
    seats = facts.affiliations
    if rule.values.get("state", "none") == "none":
        seats = [row for row in seats if is_held(row, facts.on)]
    return Verdict(not seats, name_seats(facts.affiliations, facts))


def describe_holding(rule: Rule, rows: Lookup) -> str:
    """Return "holds no seat" or "has never held a seat"."""
    if rule.values.get("state", "none") == "none":
        return _("holds no seat")
    return _("has never held a seat")


def make_holding_block() -> blocks.StructBlock:
    """Return the block of a rule about holding none."""
    return blocks.StructBlock(
        [
            (
                "state",
                blocks.ChoiceBlock(
                    choices=[
                        ("none", gettext_lazy("Holds no seat now")),
                        ("never", gettext_lazy("Has never held a seat")),
                    ],
                    default="none",
                    label=gettext_lazy("Seats"),
                ),
            )
        ],
        label=gettext_lazy("No seat"),
        icon="user",
        form_classname="rule",
        label_format=" ",
    )


def compile_vacancy(rule: Rule, scope: Scope) -> Q:
    """Return: sits today at an organisation where such a seat is vacant (or held)."""
    organisations = _find_seats(rule, scope.on).order_by().values("organisation")
    sitting = Affiliation.objects.held(scope.on).filter(organisation__in=organisations)
    return among(sitting, scope)


def judge_vacancy(rule: Rule, facts: Facts) -> Verdict:
    """Judge by the seats at the contact's organisations."""
    held = [row for row in facts.affiliations if is_held(row, facts.on)]
    for affiliation in held:
        seats = affiliation.seat.organisation.seats.select_related(
            "role", "organisation"
        )
        for seat in seats.prefetch_related("affiliations"):
            if not _is_asked_for(seat, rule):
                continue
            holders = [r for r in seat.affiliations.all() if is_held(r, facts.on)]
            if bool(holders) == (rule.values.get("state", "vacant") == "held"):
                sentence = _("Held: %(seat)s.") if holders else _("Vacant: %(seat)s.")
                return Verdict(True, sentence % {"seat": seat})
    return Verdict(False, name_seats(facts.affiliations, facts))


def describe_vacancy(rule: Rule, rows: Lookup) -> str:
    """Return "sits where a seat as coordinator is vacant"."""
    parts = {
        "role": place(
            pgettext("seat with a role", "as %(names)s"),
            map(lower_first, rows.names(Role, rule.values.get("roles", []))),
        ),
        "network": place(
            pgettext("seat in a network", "in %(names)s"),
            rows.names(Network, rule.values.get("networks", [])),
        ),
    }
    if rule.values.get("state", "vacant") == "held":
        frame = _("sits at an organisation where a seat %(role)s %(network)s is held")
    else:
        frame = _("sits at an organisation where a seat %(role)s %(network)s is vacant")
    return " ".join((frame % parts).split())


def make_vacancy_block() -> blocks.StructBlock:
    """Return the block of a rule about the other seats where somebody sits."""
    return blocks.StructBlock(
        [
            (
                "state",
                blocks.ChoiceBlock(
                    choices=[
                        ("vacant", gettext_lazy("Such a seat is vacant there")),
                        ("held", gettext_lazy("Somebody holds such a seat there")),
                    ],
                    default="vacant",
                    label=gettext_lazy("At the organisation"),
                ),
            ),
            ("roles", PickBlock(RowSource(Role), label=gettext_lazy("Role"))),
            (
                "networks",
                PickBlock(RowSource(Network), label=gettext_lazy("Network or project")),
            ),
        ],
        label=gettext_lazy("Vacant or held seat"),
        icon="group",
        form_classname="rule",
        label_format=gettext_lazy("Sits at an organisation with such a seat"),
    )


def name_seats(affiliations: Iterable[Affiliation], facts: Facts) -> str:
    """Return the seats in a sentence each, with when they were left."""
    said = [_name_seat(affiliation, facts) for affiliation in affiliations]
    return " ".join(said) or _("Holds no seat and has held none.")


def _name_seat(affiliation: Affiliation, facts: Facts) -> str:
    seat = str(affiliation.seat)
    if affiliation.ends_on and is_left(affiliation, facts.on):
        until = date_format(affiliation.ends_on, "DATE_FORMAT")
        return _("%(seat)s, until %(date)s.") % {"seat": seat, "date": until}
    if affiliation.starts_on and not has_begun(affiliation, facts.on):
        since = date_format(affiliation.starts_on, "DATE_FORMAT")
        return _("%(seat)s, from %(date)s.") % {"seat": seat, "date": since}
    return _("%(seat)s.") % {"seat": seat}


def _find_seats(rule: Rule, on: date) -> QuerySet[Seat]:
    seats = Seat.objects.all()
    if "roles" in rule.values:
        seats = seats.filter(role__in=rule.values["roles"])
    if "networks" in rule.values:
        seats = seats.filter(network__in=rule.values["networks"])
    taken = Exists(Affiliation.objects.held(on).filter(seat=OuterRef("pk")))
    if rule.values.get("state", "vacant") == "held":
        return seats.filter(taken)
    return seats.exclude(taken)


def _is_asked_for(seat: Seat, rule: Rule) -> bool:
    values = rule.values
    return seat.role_id in values.get("roles", [seat.role_id]) and (
        seat.network_id in values.get("networks", [seat.network_id])
    )


SEAT = RuleKind(
    name="seat",
    label=gettext_lazy("Seat"),
    params={
        "roles": Param("ids"),
        "networks": Param("ids"),
        "organisations": Param("ids"),
        "kinds": Param("texts", options=tuple(OrganisationKind.values)),
        "countries": Param("texts"),
        "regions": Param("texts"),
        "when": Param("choice", options=("now", "before", "ever")),
    },
    compile=compile_seat,
    describe=describe_seat,
    make_block=make_seat_block,
    judge=judge_seat,
    references={
        "roles": lambda: Role,
        "networks": lambda: Network,
        "organisations": lambda: Organisation,
    },
)
HOLDING = RuleKind(
    name="holding",
    label=gettext_lazy("No seat"),
    params={"state": Param("choice", options=("none", "never"))},
    compile=compile_holding,
    describe=describe_holding,
    make_block=make_holding_block,
    judge=judge_holding,
)
VACANCY = RuleKind(
    name="vacancy",
    label=gettext_lazy("Vacant or held seat"),
    params={
        "roles": Param("ids"),
        "networks": Param("ids"),
        "state": Param("choice", options=("vacant", "held")),
    },
    compile=compile_vacancy,
    describe=describe_vacancy,
    make_block=make_vacancy_block,
    judge=judge_vacancy,
    references={"roles": lambda: Role, "networks": lambda: Network},
)
