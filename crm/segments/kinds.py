"""The kinds of rule the register itself offers: seat, language, topic, segment."""

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.choices import Language, OrganisationKind
from crm.countries import country_name
from crm.models import (
    Affiliation,
    Contact,
    Network,
    Organisation,
    Role,
    Segment,
    Topic,
)
from crm.segments import blocks
from crm.segments.compiler import compile_segment
from crm.segments.fields import RuleKind, Scope, register_kind
from crm.segments.rules import Param, Rule

# Rule key -> column of Affiliation. All of them on one row: one and the same seat.
SEAT_COLUMNS = {
    "roles": "role__in",
    "networks": "network__in",
    "organisations": "organisation__in",
    "kinds": "kind__in",
    "countries": "country__in",
    "regions": "region__in",
}


def compile_seat(rule: Rule, scope: Scope) -> Q:
    """Return: there is one affiliation that meets every condition together."""
    held = Affiliation.objects.filter(
        scope.limit("contact"),
        contact=OuterRef("pk"),
        **{SEAT_COLUMNS[k]: v for k, v in rule.values.items() if k in SEAT_COLUMNS},
    )
    when = rule.values.get("when", "now")
    if when == "now":
        held = held.held(scope.on)
    elif when == "before":
        held = held.filter(ends_on__lt=scope.on)
    return Q(Exists(held))


def compile_language(rule: Rule, scope: Scope) -> Q:
    """Return: writes in one of the languages."""
    return Q(language__in=rule.values["languages"])


def compile_topic(rule: Rule, scope: Scope) -> Q:
    """Return: cares for any (or every one) of the topics."""
    links = Contact.topics.through.objects.filter(
        scope.limit("contact"), contact=OuterRef("pk")
    )
    if rule.values.get("match", "any") == "any":
        return Q(Exists(links.filter(topic__in=rule.values["topics"])))
    condition = Q()
    for topic in rule.values["topics"]:
        condition &= Q(Exists(links.filter(topic=topic)))
    return condition


def compile_member(rule: Rule, scope: Scope) -> Q:
    """Return: is in one of the segments (or in none of them)."""
    condition = Q(pk__in=[])
    for segment in Segment.objects.filter(pk__in=rule.values["segments"]):
        condition |= compile_segment(segment, scope)
    return condition if rule.values.get("member", "in") == "in" else ~condition


def describe_seat(rule: Rule) -> str:
    """Return the rule in words, in the active language."""
    parts = [
        (_("%(names)s"), _names(Role, rule.values.get("roles"))),
        (_("in %(names)s"), _names(Network, rule.values.get("networks"))),
        (_("at %(names)s"), _names(Organisation, rule.values.get("organisations"))),
        (_("at a %(names)s"), _labels(OrganisationKind, rule.values.get("kinds"))),
        (
            _("in %(names)s"),
            _join(country_name(code) for code in rule.values.get("countries", [])),
        ),
        (_("in %(names)s"), _join(rule.values.get("regions", []))),
    ]
    said = " ".join(text % {"names": names} for text, names in parts if names)
    frame = {
        "now": _("holds a seat: %(what)s"),
        "before": _("has left a seat: %(what)s"),
        "ever": _("holds or has held a seat: %(what)s"),
    }[rule.values.get("when", "now")]
    return frame % {"what": said or _("any")}


def describe_language(rule: Rule) -> str:
    return _("writes in %(names)s") % {
        "names": _labels(Language, rule.values["languages"])
    }


def describe_topic(rule: Rule) -> str:
    if rule.values.get("match", "any") == "all":
        text = _("follows all of %(names)s")
    else:
        text = _("follows %(names)s")
    return text % {"names": _names(Topic, rule.values["topics"])}


def describe_member(rule: Rule) -> str:
    if rule.values.get("member", "in") == "in":
        text = _("is in the segment %(names)s")
    else:
        text = _("is not in the segment %(names)s")
    return text % {"names": _names(Segment, rule.values["segments"])}


def _names(model: Any, ids: list[int] | None) -> str:
    found = model._default_manager.in_bulk(ids or [])
    return _join(str(found[pk]) if pk in found else _("(deleted)") for pk in ids or [])


def _labels(choices: Any, values: list[str] | None) -> str:
    return _join(str(choices(value).label).lower() for value in values or [])


def _join(names: Any) -> str:
    listed = [str(name) for name in names]
    if len(listed) < 2:
        return "".join(listed)
    return _("%(most)s or %(last)s") % {
        "most": ", ".join(listed[:-1]),
        "last": listed[-1],
    }


def register_kinds() -> None:
    """Register the register's own kinds; called once when the app is ready."""
    register_kind(
        RuleKind(
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
            make_block=blocks.make_seat_block,
            references={
                "roles": lambda: Role,
                "networks": lambda: Network,
                "organisations": lambda: Organisation,
            },
        )
    )
    register_kind(
        RuleKind(
            name="language",
            label=gettext_lazy("Language"),
            params={
                "languages": Param(
                    "texts", required=True, options=tuple(Language.values)
                )
            },
            compile=compile_language,
            describe=describe_language,
            make_block=blocks.make_language_block,
        )
    )
    register_kind(
        RuleKind(
            name="topic",
            label=gettext_lazy("Topic"),
            params={
                "topics": Param("ids", required=True),
                "match": Param("choice", options=("any", "all")),
            },
            compile=compile_topic,
            describe=describe_topic,
            make_block=blocks.make_topic_block,
            references={"topics": lambda: Topic},
        )
    )
    register_kind(
        RuleKind(
            name="segment",
            label=gettext_lazy("Segment"),
            params={
                "segments": Param("ids", required=True),
                "member": Param("choice", options=("in", "not_in")),
            },
            compile=compile_member,
            describe=describe_member,
            make_block=blocks.make_segment_block,
            references={"segments": lambda: Segment},
        )
    )
