"""Which of an item's limited blocks a reader is shown, as one number."""

from datetime import date
from typing import Any

from django.db.models import BigIntegerField, Case, Exists, OuterRef, Q, Value, When

from crm.models import Contact, Segment
from crm.segments.compiler import compile_absence, compile_segment
from crm.segments.fields import Scope
from newsletter.choices import ConditionKind
from newsletter.mail.blocks import Condition, select_segment_ids

# Every bit set: a reader who is shown all there is.
EVERYTHING = 2**62 - 1


def shown_expression(conditions: list[Condition], scope: Scope) -> Any:
    """Return an expression on Contact with bit n set where condition n holds."""
    shown: Any = Value(0, output_field=BigIntegerField())
    segments = Segment.objects.in_bulk(select_segment_ids(conditions))
    for bit, condition in enumerate(conditions):
        if condition.kind == ConditionKind.SEGMENT:
            holds = _in_segment(segments.get(int(condition.key)), condition, scope)
        else:
            holds = _of_reader(condition)
        shown = shown + Case(
            When(holds, then=Value(1 << bit, output_field=BigIntegerField())),
            default=Value(0, output_field=BigIntegerField()),
        )
    return shown


def _in_segment(segment: Segment | None, condition: Condition, scope: Scope) -> Q:
    # A segment that is gone or broken: the block is shown to nobody, also where it is
    # for all but that segment.
    if segment is None:
        return Q(pk__in=[])
    if condition.include:
        return compile_segment(segment, scope)
    return compile_absence(segment, scope)


def _of_reader(condition: Condition) -> Q:
    if condition.kind == ConditionKind.LANGUAGE:
        asked = Q(language=condition.key)
    else:
        interest = Contact.topics.through.objects.filter(
            contact=OuterRef("pk"), topic=int(condition.key)
        )
        asked = Q(Exists(interest))
    return asked if condition.include else ~asked


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
