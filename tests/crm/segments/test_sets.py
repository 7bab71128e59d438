"""Conditions as sets: lists put together mean what the condition means."""

import pytest
from django.db import connection
from django.db.models import Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.models import Contact
from crm.segments.among import among
from crm.segments.fields import Scope
from crm.segments.sets import MOST_LISTS, count_people, gather
from tests.factories import make_contact, make_seat, make_topic

pytestmark = [pytest.mark.django_db, pytest.mark.database]

NOBODY = Q(pk__in=[])


def follow(topic):
    """Return the condition that somebody follows the topic."""
    links = Contact.topics.through.objects.filter(topic=topic)
    return among(links, Scope(None))


def people(condition):
    """Return who meets a condition that was gathered."""
    return set(Contact.objects.filter(gather(condition)))


@pytest.mark.parametrize("condition", [NOBODY, ~Q(), NOBODY & Q(language="sv")])
def test_nobody_is_nobody(condition):
    make_contact()

    assert (count_people(condition), people(condition)) == (0, set())


@pytest.mark.parametrize("condition", [Q(), ~NOBODY, NOBODY | Q(language="sv")])
def test_everybody_is_everybody(condition):
    contact = make_contact()

    assert (count_people(condition), people(condition)) == (1, {contact})


def test_holder_of_two_seats_counts_once():
    contact = make_contact()
    make_seat(holder=contact)
    make_seat(holder=contact)
    rows = contact.affiliations.model.objects.all()

    assert count_people(among(rows, Scope(None))) == 1


def test_condition_of_very_many_parts_is_asked_as_it_stands():
    first, _second = make_contact(), make_contact()
    condition = Q(pk=first.pk)
    for number in range(MOST_LISTS):
        condition |= Q(pk=-number)

    assert (count_people(condition), people(condition)) == (1, {first})


def test_lists_of_an_index_are_merged_on_sqlite():
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL plans by itself.")
    one, other = make_topic(), make_topic()

    plan = Contact.objects.order_by().filter(gather(follow(one) & ~follow(other)))

    assert "MERGE (EXCEPT)" in plan.explain()
    assert "B-TREE" not in plan.explain()


def test_any_tree_means_the_same_gathered():
    topics = [make_topic() for _number in range(4)]
    for number in range(16):
        make_contact(topics=[t for at, t in enumerate(topics) if number >> at & 1])
    leaves = st.sampled_from([*map(follow, topics), NOBODY, Q(language="sv")])
    trees = st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(lambda a, b: a & b, inner, inner),
            st.builds(lambda a, b: a | b, inner, inner),
            st.builds(lambda a: ~a, inner),
        ),
        max_leaves=10,
    )

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(trees)
    def check(condition):
        expected = set(Contact.objects.filter(condition))

        assert people(condition) == expected
        assert count_people(condition) == len(expected)

    check()
