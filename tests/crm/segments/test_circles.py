"""Rings of segments."""

import pytest

from crm.segments.circles import asked_segments_of, find_circle
from tests.factories import make_segment

pytestmark = pytest.mark.django_db


def make_asking(*segments, name, match="all"):
    """Make a segment that asks about others."""
    rules = [{"kind": "segment", "segments": [s.pk]} for s in segments]
    return make_segment(name=name, rules=rules, match=match)


def test_ring_is_named_along_its_way():
    first = make_asking(name="First")
    second = make_asking(first, name="Second")
    third = make_asking(make_asking(name="Aside"), second, name="Third")

    assert find_circle(first.pk, third.pk) == ["First", "Third", "Second", "First"]
    assert find_circle(first.pk, first.pk) == ["First", "First"]


def test_chain_that_does_not_come_back_is_no_ring():
    first = make_asking(name="First")
    second = make_asking(first, name="Second")

    assert find_circle(second.pk, first.pk) == []


def test_segment_not_yet_stored_is_in_no_ring():
    assert find_circle(None, make_asking(name="First").pk) == []


def test_ring_among_others_is_no_ring_of_ours():
    first = make_asking(name="First")
    second = make_asking(first, name="Second")
    first.rules = {
        "version": 1,
        "match": "any",
        "rules": [{"kind": "segment", "segments": [second.pk]}],
    }
    first.save()

    assert find_circle(make_asking(name="Ours").pk, first.pk) == []


def test_asked_segments_are_found_in_groups_and_not_in_unreadable_trees():
    inner = {"match": "none", "rules": [{"kind": "segment", "segments": [7]}]}
    tree = {"version": 1, "match": "any", "rules": [inner]}

    assert asked_segments_of(tree) == [7]
    assert asked_segments_of({"version": 2}) == []
