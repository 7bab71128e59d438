"""Which of an item's limited blocks a reader is shown, as one number."""

from datetime import date
from typing import Any

from django.db.models import BigIntegerField, Case, Q, Value, When

from crm.models import Contact, Segment
from crm.segments.compiler import compile_absence, compile_segment
from crm.segments.fields import Scope
from newsletter.mail.blocks import Condition

# Every bit set: a reader who is shown all there is.
EVERYTHING = 2**62 - 1


def shown_expression(conditions: list[Condition], scope: Scope) -> Any:
    """Return an expression on Contact with bit n set where condition n holds."""
    shown: Any = Value(0, output_field=BigIntegerField())
    segments = Segment.objects.in_bulk([c.segment_id for c in conditions])
    for bit, condition in enumerate(conditions):
        segment = segments.get(condition.segment_id)
        # A segment that is gone or broken: the block is shown to nobody, also where it
        # is for all but that segment.
        holds = compile_segment if condition.include else compile_absence
        inside = holds(segment, scope) if segment else Q(pk__in=[])
        shown = shown + Case(
            When(inside, then=Value(1 << bit, output_field=BigIntegerField())),
            default=Value(0, output_field=BigIntegerField()),
        )
    return shown


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
