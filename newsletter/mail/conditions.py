"""Which of an item's limited blocks a reader is shown, as one number."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)

from crm.models import Contact, Segment
from crm.segments.compiler import compile_absence, compile_segment
from crm.segments.fields import Scope
from newsletter.choices import ConditionKind
from newsletter.mail.blocks import Condition, Limits, select_segment_ids
from newsletter.mail.fallback import gets_language

# Every bit set: a reader who is shown all there is.
EVERYTHING = 2**62 - 1


def shown_expression(conditions: list[Condition], scope: Scope) -> Any:
    """Return an expression on Contact with bit n set where condition n holds."""
    shown: Any = Value(0, output_field=BigIntegerField())
    segments = Segment.objects.in_bulk(select_segment_ids(conditions))
    for bit, condition in enumerate(conditions):
        if condition.kind == ConditionKind.SEGMENT:
            asked = [segments.get(pk) for pk in condition.ids]
            holds = _in_segments(asked, condition, scope)
        else:
            holds = meets(condition)
        shown = shown + Case(
            When(holds, then=Value(1 << bit, output_field=BigIntegerField())),
            default=Value(0, output_field=BigIntegerField()),
        )
    return shown


def _in_segments(
    segments: list[Segment | None], condition: Condition, scope: Scope
) -> Q:
    """Return the condition to be in one of the segments, or in none of them."""
    holds = Q() if not condition.include else Q(pk__in=[])
    for segment in segments:
        if segment is None:
            # Gone: the block is shown to nobody, also where it is for all but that one.
            return Q(pk__in=[])
        if condition.include:
            holds |= compile_segment(segment, scope)
        else:
            # A broken segment is absent from nobody.
            holds &= compile_absence(segment, scope)
    return holds


def meets(condition: Condition) -> Q:
    """Return what a condition on language or topics asks of Contact."""
    if condition.kind == ConditionKind.LANGUAGE:
        asked = Q(language=condition.key)
    else:
        asked = care_for(condition.ids)
        if condition.kind == ConditionKind.TOPICS:
            asked |= ~Q(Exists(_interests()))
    return asked if condition.include else ~asked


def finds_items(limits: Limits, offered: Sequence[str], fallback: str) -> Q:
    """Return the condition on Contact that a personal letter holds an item for them.

    ``limits`` by language as ``find_reader_limits`` gives them, ``offered`` and
    ``fallback`` as in ``newsletter.mail.fallback``.
    """
    asked = {limits.get(locale) for locale in offered}
    if len(asked) == 1 and (only := asked.pop()):
        return meets(only)
    holds = Q()
    for locale, limit in limits.items():
        holds &= ~gets_language(locale, offered, fallback) | meets(limit)
    return holds


def care_for(topic_ids: Iterable[int]) -> Q:
    """Return the condition on Contact that one of the topics is among the chosen."""
    return Q(Exists(_interests().filter(topic__in=list(topic_ids))))


def _interests() -> QuerySet:
    return Contact.topics.through.objects.filter(contact=OuterRef("pk"))


def find_shown(contact: Contact, conditions: list[Condition], on: date) -> int:
    """Return the number for one contact, by the same SQL that a send uses."""
    if not conditions:
        return 0
    people = Contact.objects.filter(pk=contact.pk)
    # Only this one person, also in every subquery.
    scope = Scope(on, slices=((contact.pk, contact.pk),))
    return (
        people.annotate(shown=shown_expression(conditions, scope))
        .values_list("shown", flat=True)
        .get()
    )
