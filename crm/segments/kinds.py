"""The kinds of rule the register itself offers: seat, language, topic, segment."""

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from crm.choices import Language, OrganisationKind
from crm.models import (
    Affiliation,
    Contact,
    Network,
    Organisation,
    Role,
    Segment,
    Topic,
)
from crm.segments import blocks, phrases
from crm.segments.compiler import NOBODY, compile_sound
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
    else:
        # Not one that only begins later.
        held = held.filter(Q(starts_on__isnull=True) | Q(starts_on__lte=scope.on))
    return Q(Exists(held))


def compile_language(rule: Rule, scope: Scope) -> Q:
    """Return: is written to in one of the languages."""
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
    """Return: is in one of the segments (or in none of them).

    Raises RuleError when one of them is broken.
    """
    condition = NOBODY
    for segment in Segment.objects.filter(pk__in=rule.values["segments"]):
        condition = condition | compile_sound(segment, scope)
    return condition if rule.values.get("member", "in") == "in" else ~condition


def register_kinds() -> None:
    """Register the register's own kinds; called once when the app is ready."""
    register_kind(
        RuleKind(
            name="seat",
            label=_("Seat"),
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
            describe=phrases.describe_seat,
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
            label=_("Language"),
            params={
                "languages": Param(
                    "texts", required=True, options=tuple(Language.values)
                )
            },
            compile=compile_language,
            describe=phrases.describe_language,
            make_block=blocks.make_language_block,
        )
    )
    register_kind(
        RuleKind(
            name="topic",
            label=_("Topic"),
            params={
                "topics": Param("ids", required=True),
                "match": Param("choice", options=("any", "all")),
            },
            compile=compile_topic,
            describe=phrases.describe_topic,
            make_block=blocks.make_topic_block,
            references={"topics": lambda: Topic},
        )
    )
    register_kind(
        RuleKind(
            name="segment",
            label=_("Other segment"),
            params={
                "segments": Param("ids", required=True),
                "member": Param("choice", options=("in", "not_in")),
            },
            compile=compile_member,
            describe=phrases.describe_member,
            make_block=blocks.make_segment_block,
            references={"segments": lambda: Segment},
        )
    )
