"""Why somebody is in a segment or not, for one person."""

from datetime import date

import pytest
from django.utils import translation

from crm.segments.explaining import explain_segment, explain_segments
from crm.segments.freezing import freeze_segments
from tests.factories import (
    make_contact,
    make_organisation,
    make_role,
    make_seat,
    make_segment,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def lines(finding):
    """Return the tree as (words, holds, because, parts)."""
    return (
        finding.words,
        finding.holds,
        finding.because,
        [lines(part) for part in finding.parts],
    )


def test_each_rule_says_whether_it_holds_and_what_the_register_knows():
    role = make_role(name_en="Coordinator")
    contact = make_contact(language="sv")
    organisation = make_organisation(name="Sund", country="FI")
    make_seat(role=role, organisation=organisation, holder=contact)
    segment = make_segment(
        rules=[
            {"kind": "seat", "roles": [role.pk], "countries": ["SE"]},
            {"match": "none", "rules": [{"kind": "language", "languages": ["en"]}]},
        ]
    )

    found = explain_segment(segment, contact, TODAY)

    assert found.is_member is False
    assert lines(found.rules) == (
        "Everyone who meets all of this:",
        False,
        "",
        [
            (
                "holds a seat as coordinator in Sweden",
                False,
                "Coordinator, Sund.",
                [],
            ),
            (
                "meets none of this:",
                True,
                "",
                [("is written to in English", False, "Swedish.", [])],
            ),
        ],
    )


def test_people_by_hand_go_before_the_rules_and_left_out_before_added():
    added, both = make_contact(), make_contact()
    segment = make_segment(added=[added, both], excluded=[both])

    found = [explain_segment(segment, c, TODAY) for c in (added, both)]

    assert [(f.is_member, f.by_hand) for f in found] == [
        (True, "added"),
        (False, "excluded"),
    ]


def test_another_segment_is_shown_under_the_rule_that_asks_about_it():
    contact = make_contact(language="en")
    inner = make_segment(
        name="English", rules=[{"kind": "language", "languages": ["en"]}]
    )
    outer = make_segment(
        rules=[{"kind": "segment", "segments": [inner.pk], "member": "not_in"}]
    )

    found = explain_segment(outer, contact, TODAY)

    [rule] = found.rules.parts
    assert (found.is_member, rule.holds) == (False, False)
    assert [part.words for part in rule.parts] == ["The segment “English”"]
    assert rule.parts[0].holds is True


def test_frozen_rules_stand_in_for_those_of_today():
    contact = make_contact(language="en")
    segment = make_segment(rules=[{"kind": "language", "languages": ["en"]}])
    frozen = freeze_segments([segment])
    segment.rules = make_segment(
        rules=[{"kind": "language", "languages": ["sv"]}]
    ).rules
    segment.save()

    assert explain_segment(segment, contact, TODAY).is_member is False
    assert explain_segment(segment, contact, TODAY, frozen=frozen).is_member is True


def test_broken_segments_say_what_is_wrong():
    role, contact = make_role(), make_contact()
    broken = make_segment(
        name="Old", rules=[{"kind": "seat", "roles": [role.pk]}], added=[contact]
    )
    asking = make_segment(rules=[{"kind": "segment", "segments": [broken.pk]}])
    unreadable = make_segment(rules={"version": 7})
    role.delete()

    found = explain_segments([broken, asking, unreadable], contact, TODAY)

    assert [f.is_member for f in found] == [False] * 3
    assert [f.trouble[0] for f in found] == [
        "The rule “holds a seat as (deleted)” refers to something that has been deleted.",
        "The segment “Old” is broken.",
        "The rules cannot be read. The segment means nobody.",
    ]
