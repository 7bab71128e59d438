"""What each rule means in SQL, on both databases."""

from datetime import date, timedelta

import pytest
from django.db import connection

from crm.models import Affiliation, Contact, Segment
from crm.seats import succeed_seat
from crm.segments.compiler import (
    compile_absence,
    compile_rule,
    compile_segment,
    is_broken,
    segment_members,
)
from crm.segments.fields import Scope
from crm.segments.rules import Group, Rule
from tests.factories import (
    make_contact,
    make_network,
    make_organisation,
    make_role,
    make_seat,
    make_segment,
    make_topic,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]

TODAY = date(2026, 11, 22)
YESTERDAY = TODAY - timedelta(days=1)
TOMORROW = TODAY + timedelta(days=1)


def members(*rules, match="all", **people):
    """Return who is in a segment of these rules."""
    segment = make_segment(rules=list(rules), match=match, **people)
    return set(segment_members(segment, TODAY))


def found(rule):
    """Return the contacts that one rule means."""
    return set(Contact.objects.filter(compile_rule(rule, Scope(TODAY))))


def negated(rule):
    """Return the contacts outside of one rule."""
    none = Group("none", (rule,))
    return set(Contact.objects.filter(compile_rule(none, Scope(TODAY))))


# --- Nobody


def test_segment_without_rules_is_nobody():
    make_contact()

    assert members() == set()


@pytest.mark.parametrize("match", ["all", "any", "none"])
def test_empty_group_is_nobody_whatever_its_match(match):
    make_contact()
    empty = Group(match)

    assert found(empty) == set()
    assert members(match=match) == set()


def test_segment_with_unreadable_rules_is_nobody():
    contact = make_contact()
    segment = make_segment(rules={"version": 7}, added=[contact])

    assert set(segment_members(segment, TODAY)) == set()


@pytest.mark.parametrize("match", ["all", "any", "none"])
def test_segment_referring_to_something_deleted_is_nobody(match):
    make_contact(language="sv")
    role = make_role()
    segment = make_segment(
        rules=[
            {"kind": "seat", "roles": [role.pk]},
            {"kind": "language", "languages": ["sv"]},
        ],
        match=match,
    )
    role.delete()

    assert set(segment_members(segment, TODAY)) == set()
    assert is_broken(segment, TODAY)


def test_segment_not_in_a_broken_segment_is_nobody_rather_than_everybody():
    make_contact()
    role = make_role()
    broken = make_segment(rules=[{"kind": "seat", "roles": [role.pk]}])
    outside = {"kind": "segment", "segments": [broken.pk], "member": "not_in"}
    role.delete()

    assert members(outside) == set()
    assert members({"match": "none", "rules": [outside]}) == set()


def test_segment_asking_about_itself_is_nobody():
    make_contact()
    segment = make_segment()
    segment.rules = {
        "version": 1,
        "match": "none",
        "rules": [{"kind": "segment", "segments": [segment.pk]}],
    }
    segment.save()

    assert set(segment_members(segment, TODAY)) == set()


def test_segments_in_a_circle_are_nobody():
    make_contact()
    first = make_segment()
    second = make_segment(
        rules=[{"kind": "segment", "segments": [first.pk], "member": "not_in"}]
    )
    Segment.objects.filter(pk=first.pk).update(
        rules={
            "version": 1,
            "match": "all",
            "rules": [{"kind": "segment", "segments": [second.pk], "member": "not_in"}],
        }
    )
    first.refresh_from_db()

    assert set(segment_members(first, TODAY)) == set()
    assert set(segment_members(second, TODAY)) == set()


def test_compile_absence_of_broken_segment_is_nobody():
    contact = make_contact()
    sound, broken = make_segment(), make_segment(rules={"version": 7})

    def absent(segment):
        return set(Contact.objects.filter(compile_absence(segment, Scope(TODAY))))

    assert absent(sound) == {contact}
    assert absent(broken) == set()


# --- Seats


def test_seat_conditions_must_hold_for_one_and_the_same_seat():
    coordinator, expert = make_role(), make_role()
    sweden, finland = (make_organisation(country=code) for code in ("SE", "FI"))
    both, split = make_contact(), make_contact()
    make_seat(role=coordinator, organisation=sweden, holder=both)
    make_seat(role=coordinator, organisation=finland, holder=split)
    make_seat(role=expert, organisation=sweden, holder=split)

    assert members(
        {"kind": "seat", "roles": [coordinator.pk], "countries": ["SE"]}
    ) == {both}
    assert members(
        {"kind": "seat", "roles": [coordinator.pk]},
        {"kind": "seat", "countries": ["SE"]},
    ) == {both, split}


def test_seat_rule_is_one_subquery_on_one_table():
    role = make_role()
    rule = Rule("seat", {"roles": [role.pk], "countries": ["SE"], "kinds": ["region"]})

    sql = str(Contact.objects.filter(compile_rule(rule, Scope(TODAY))).query)

    assert (sql.count('FROM "crm_affiliation"'), sql.count("JOIN")) == (1, 0)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"kinds": ["region"]}, "b"),
        ({"kinds": ["region", "municipality"]}, "ab"),
        ({"regions": ["Skåne"]}, "a"),
        ({"countries": ["FI"]}, "b"),
        ({}, "ab"),
    ],
)
def test_seat_rule_asks_about_the_organisation(values, expected):
    people = {name: make_contact(given_name=name) for name in "abc"}
    malmo = make_organisation(kind="municipality", region="Skåne", country="SE")
    abo = make_organisation(kind="region", region="", country="FI")
    make_seat(organisation=malmo, holder=people["a"])
    make_seat(organisation=abo, holder=people["b"])

    assert members({"kind": "seat", **values}) == {people[name] for name in expected}


def test_seat_rule_asks_about_network_and_organisation():
    network, organisation = make_network(), make_organisation()
    inside, outside, bare = make_contact(), make_contact(), make_contact()
    make_seat(network=network, holder=inside)
    make_seat(network=make_network(), organisation=organisation, holder=outside)
    make_seat(holder=bare)

    assert members({"kind": "seat", "networks": [network.pk]}) == {inside}
    assert members({"kind": "seat", "organisations": [organisation.pk]}) == {outside}


def test_negated_seat_rule_keeps_those_whose_network_is_not_known():
    network = make_network()
    inside, bare, seatless = make_contact(), make_contact(), make_contact()
    make_seat(network=network, holder=inside)
    make_seat(network=None, holder=bare)

    assert negated(Rule("seat", {"networks": [network.pk]})) == {bare, seatless}


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "now", "before", "ever"),
    [
        (None, None, True, False, True),
        (TODAY, None, True, False, True),
        (TODAY, TODAY, True, False, True),
        (TOMORROW, None, False, False, False),
        (None, TODAY, True, False, True),
        (None, YESTERDAY, False, True, True),
        (YESTERDAY, YESTERDAY, False, True, True),
        (YESTERDAY, TOMORROW, True, False, True),
    ],
)
def test_seat_rule_knows_now_from_before(starts_on, ends_on, now, before, ever):
    contact = make_contact()
    make_seat(holder=contact, starts_on=starts_on)
    Affiliation.objects.update(ends_on=ends_on)

    held = {
        when: bool(members({"kind": "seat", "when": when}))
        for when in ("now", "before", "ever")
    }

    assert held == {"now": now, "before": before, "ever": ever}


def test_seat_rule_follows_succession():
    seat = make_seat(holder=(leaving := make_contact()))
    successor = make_contact()
    succeed_seat(seat, successor, ended_on=YESTERDAY, starts_on=TODAY)

    assert members({"kind": "seat"}) == {successor}
    assert members({"kind": "seat", "when": "before"}) == {leaving}


# --- Language, topic, other segments, people by hand


def test_language_rule_means_the_language_of_letters():
    swedish, english = make_contact(language="sv"), make_contact(language="en")

    assert members({"kind": "language", "languages": ["sv"]}) == {swedish}
    assert members({"kind": "language", "languages": ["sv", "en"]}) == {
        swedish,
        english,
    }


def test_topic_rule_knows_any_from_all():
    housing, work = make_topic(), make_topic()
    one, both = make_contact(topics=[housing]), make_contact(topics=[housing, work])
    none = make_contact()
    topics = [housing.pk, work.pk]

    assert members({"kind": "topic", "topics": topics}) == {one, both}
    assert members({"kind": "topic", "topics": topics, "match": "all"}) == {both}
    assert negated(Rule("topic", {"topics": [work.pk]})) == {one, none}


def test_segment_rule_means_its_members_or_the_others():
    swedish, english = make_contact(language="sv"), make_contact(language="en")
    added = make_contact(language="en")
    segment = make_segment(
        rules=[{"kind": "language", "languages": ["sv"]}], added=[added]
    )
    rule = {"kind": "segment", "segments": [segment.pk]}

    assert members(rule) == {swedish, added}
    assert members({**rule, "member": "not_in"}) == {english}


def test_same_segment_twice_in_a_tree_is_no_circle():
    contact = make_contact(language="sv")
    inner = make_segment(rules=[{"kind": "language", "languages": ["sv"]}])
    rule = {"kind": "segment", "segments": [inner.pk]}

    assert members(rule, rule) == {contact}


def test_people_by_hand_are_in_or_out_whatever_the_rules_say():
    by_rule, by_hand, out = (make_contact(language=c) for c in ("sv", "en", "sv"))
    swedish = {"kind": "language", "languages": ["sv"]}

    assert members(swedish, added=[by_hand], excluded=[out]) == {by_rule, by_hand}
    assert members(added=[by_hand]) == {by_hand}
    assert members(added=[out], excluded=[out]) == set()


def test_slices_restrict_every_subquery():
    topic = make_topic()
    segment = make_segment(
        rules=[{"kind": "seat"}, {"kind": "topic", "topics": [topic.pk]}]
    )

    condition = compile_segment(segment, Scope(TODAY, slices=((5, 9),)))

    sql = str(Contact.objects.filter(condition).query)
    asked = ("crm_affiliation", "crm_contact_topics", "crm_segment_added")
    assert sum(sql.count(f'FROM "{table}"') for table in asked) == 3
    # SQLite asks about each contact of the slices instead.
    assert sql.count("<= 9" if connection.vendor != "sqlite" else "EXISTS") == 4
