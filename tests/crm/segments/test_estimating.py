"""About how many, from a small part of the register."""

from datetime import date

import pytest
from django.core.management import call_command

from crm.models import Contact, Role, Topic
from crm.segments import estimating
from crm.segments.compiler import compile_rule
from crm.segments.estimating import Estimate, estimate, pick_slices, round_off
from crm.segments.fields import Scope
from crm.segments.rules import Group, Rule
from tests.factories import make_contact

pytestmark = [pytest.mark.django_db, pytest.mark.database]

TODAY = date(2026, 11, 22)


def guess(*rules, match="all"):
    tree = Group(match, rules)
    return estimate(lambda scope: compile_rule(tree, scope), Scope(TODAY))


def test_estimate_of_nobody_is_rough():
    assert guess(Rule("language", {"languages": ["sv"]})) == Estimate(0, True)


def test_estimate_of_no_rules_is_nobody():
    make_contact()

    assert guess() == Estimate(0, True)


def test_estimate_of_a_small_register_is_the_count():
    for _number in range(40):
        make_contact(language="sv")

    assert guess(Rule("language", {"languages": ["sv"]})) == Estimate(40, False)


def test_estimate_lies_near_the_count(monkeypatch):
    monkeypatch.setattr(estimating, "SLICE_IDS", 40)
    call_command("make_contacts", 2_000, seed=5, on=TODAY)
    rules = [
        Rule("seat", {"roles": [Role.objects.earliest("pk").pk]}),
        Rule("topic", {"topics": [Topic.objects.earliest("pk").pk]}),
    ]
    tree = Group("any", tuple(rules))

    exact = Contact.objects.filter(compile_rule(tree, Scope(TODAY))).count()
    found = guess(*rules, match="any")

    assert abs(found.count - exact) < 0.15 * exact


@pytest.mark.parametrize(
    ("count", "rounded"), [(0, 0), (99, 99), (104, 100), (346_123, 350_000)]
)
def test_estimates_have_two_digits_that_count(count, rounded):
    assert round_off(count) == rounded


def test_slices_lie_evenly_and_inside():
    slices = pick_slices(1, 1_000_000)

    assert len(slices) == estimating.SLICES
    assert slices[0] == (1, 400)
    assert all(last <= 1_000_000 for _first, last in slices)
    assert pick_slices(5, 30) == ((5, 30),)
