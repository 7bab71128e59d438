"""Keeping the contacts that meet a condition in a listing, fast for few and for many.

A page of a sorted listing is found in one of two ways: list who meets the condition and
sort them, or walk along the order and ask about each contact until enough are met. The
first is right for few people, the second for many, and a small part of the register tells
which it is. PostgreSQL would choose by itself, did it know how many a rule means.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from django.db.models import Q, QuerySet

from crm.models import Contact
from crm.segments.estimating import is_common, is_large
from crm.segments.fields import Scope


def narrow(
    contacts: QuerySet[Contact],
    compile_for: Callable[[Scope], Q],
    on: date,
    gather: Callable[[Q], Q] = lambda condition: condition,
) -> QuerySet[Contact]:
    """Return those of the contacts who meet a condition on that day.

    ``compile_for`` gives the condition for a scope, ``gather`` makes one list of who
    meets it where they are few. Raises RuleError as ``compile_for`` does.
    """
    scope = Scope(on)
    if is_large() and is_common(compile_for, scope):
        return contacts.filter(compile_for(replace(scope, asks_each=True)))
    return contacts.filter(gather(compile_for(scope)))
