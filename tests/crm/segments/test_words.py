"""Rules as sentences. Swedish is checked with a catalogue of the test's own, which shows
that the texts can be put in Swedish order; the project's own catalogue is checked in
tests/project."""

import pytest
from django.utils import translation
from django.utils.translation import trans_real

from crm.segments.phrases import join_all, join_any, lower_first
from crm.segments.rules import Group, Rule
from crm.segments.words import (
    Outline,
    describe_by_hand,
    describe_rules,
    describe_segment,
    describe_segments,
    outline_rules,
)
from tests.factories import (
    make_network,
    make_organisation,
    make_role,
    make_segment,
    make_topic,
)

pytestmark = pytest.mark.django_db

SWEDISH = Rule("language", {"languages": ["sv"]})
ENGLISH = Rule("language", {"languages": ["en"]})


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def coordinator():
    return make_role(name_sv="Samordnare", name_en="Coordinator")


def test_seat_rule_reads_as_a_phrase(coordinator):
    rule = Rule("seat", {"roles": [coordinator.pk], "countries": ["SE"]})

    assert describe_rules(rule) == "holds a seat as coordinator in Sweden"


def test_seat_rule_with_everything_reads_as_a_phrase(coordinator):
    adviser = make_role(name_en="EU adviser")
    network = make_network(name="Kollegor i migration")
    organisation = make_organisation(name="Malmö stad")
    rule = Rule(
        "seat",
        {
            "roles": [coordinator.pk, adviser.pk],
            "networks": [network.pk],
            "organisations": [organisation.pk],
            "kinds": ["municipality", "region", "eu_body"],
            "countries": ["SE", "FI"],
            "regions": ["Skåne"],
            "when": "before",
        },
    )

    assert describe_rules(rule) == (
        "has left a seat as coordinator or EU adviser in Kollegor i migration at Malmö "
        "stad at an organisation of kind municipality, region or EU body in Skåne in "
        "Sweden or Finland"
    )


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ({}, "holds a seat"),
        ({"when": "now"}, "holds a seat"),
        ({"when": "before"}, "has left a seat"),
        ({"when": "ever"}, "holds or has held a seat"),
    ],
)
def test_seat_rule_without_conditions_says_only_when(when, words):
    assert describe_rules(Rule("seat", when)) == words


def test_other_rules_read_as_phrases():
    topics = [make_topic(name_en=name).pk for name in ("Housing", "Work")]
    segment = make_segment(name="Partners")

    assert [
        describe_rules(rule)
        for rule in (
            Rule("language", {"languages": ["sv", "en"]}),
            Rule("topic", {"topics": topics}),
            Rule("topic", {"topics": topics, "match": "all"}),
            Rule("segment", {"segments": [segment.pk]}),
            Rule("segment", {"segments": [segment.pk], "member": "not_in"}),
        )
    ] == [
        "is written to in Swedish or English",
        "follows Housing or Work",
        "follows Housing and Work",
        "is in the segment “Partners”",
        "is not in the segment “Partners”",
    ]


def test_what_is_deleted_is_named_as_such():
    assert describe_rules(Rule("topic", {"topics": [99]})) == "follows (deleted)"


@pytest.mark.parametrize(
    ("tree", "words"),
    [
        (Group("all"), "is nobody"),
        (
            Group("all", (SWEDISH, Rule("seat"))),
            "is written to in Swedish and holds a seat",
        ),
        (
            Group("any", (SWEDISH, ENGLISH)),
            "is written to in Swedish or is written to in English",
        ),
        (
            Group("none", (SWEDISH, Rule("seat"))),
            "does not fit this: is written to in Swedish or holds a seat",
        ),
        (
            Group("all", (Rule("seat"), Group("any", (SWEDISH, ENGLISH)))),
            "holds a seat and (is written to in Swedish or is written to in English)",
        ),
        (
            Group("all", (Rule("seat"), Group("none", (ENGLISH,)))),
            "holds a seat and (does not fit this: is written to in English)",
        ),
    ],
)
def test_groups_read_as_one_line(tree, words):
    assert describe_rules(tree) == words


def test_outline_nests_as_the_tree_does():
    tree = Group("all", (Rule("seat"), Group("none", (SWEDISH, ENGLISH))))

    assert outline_rules(tree) == Outline(
        "Everyone who meets all of this:",
        (
            "holds a seat",
            Outline(
                "meets none of this:",
                ("is written to in Swedish", "is written to in English"),
            ),
        ),
    )


@pytest.mark.parametrize(
    ("tree", "heading"),
    [
        (Group("none"), "Nobody by rule."),
        (Group("all", (SWEDISH,)), "Everyone who"),
        (Group("none", (SWEDISH,)), "Everyone who meets none of this:"),
        (Group("any", (SWEDISH, ENGLISH)), "Everyone who meets any of this:"),
    ],
)
def test_outline_heading_says_whom_it_is_about(tree, heading):
    assert outline_rules(tree).heading == heading


def test_segment_is_described_in_a_sentence():
    rules = [{"kind": "language", "languages": ["en"]}]

    assert [
        describe_segment(make_segment(rules=rules)),
        describe_segment(make_segment()),
        describe_segment(make_segment(rules={"version": 7})),
    ] == [
        "Everyone who is written to in English.",
        "Nobody by rule.",
        "The rules cannot be read.",
    ]


def test_describing_many_segments_takes_as_many_queries_as_one(
    django_assert_num_queries,
):
    def make(number):
        roles, topics = [make_role().pk, make_role().pk], [make_topic().pk]
        seat = {"kind": "seat", "roles": roles}
        rules = [seat, seat, {"kind": "topic", "topics": topics}]
        return [make_segment(rules=rules) for _ in range(number)]

    one, three = make(1), make(3)
    with django_assert_num_queries(2):
        describe_segments(one)
    with django_assert_num_queries(2):
        assert len(describe_segments(three)) == 3


@pytest.mark.parametrize(
    ("added", "excluded", "said"),
    [
        (0, 0, []),
        (1, 0, ["1 person is added by hand."]),
        (
            3,
            2,
            ["3 people are added by hand.", "2 people are left out by hand."],
        ),
    ],
)
def test_people_by_hand_are_counted_in_sentences(added, excluded, said):
    assert describe_by_hand(added, excluded) == said


@pytest.mark.parametrize(
    ("names", "either", "both"),
    [
        (["a"], "a", "a"),
        (["a", "b"], "a or b", "a and b"),
        (["a", "b", "c"], "a, b or c", "a, b and c"),
    ],
)
def test_lists_are_joined_as_english_does(names, either, both):
    assert (join_any(names), join_all(names)) == (either, both)


def test_lists_are_joined_as_swedish_does():
    with translation.override("sv"):
        assert join_any(["a", "b", "c"]) == "a, b eller c"
        assert join_all(["a", "b", "c"]) == "a, b och c"


@pytest.mark.parametrize(
    ("name", "inside"),
    [("Samordnare", "samordnare"), ("EU-rådgivare", "EU-rådgivare"), ("", "")],
)
def test_lower_first_keeps_abbreviations(name, inside):
    assert lower_first(name) == inside


def test_seat_rule_can_be_said_in_swedish(coordinator, monkeypatch):
    catalogue = {
        "holds a seat %(role)s %(network)s %(organisation)s %(kind)s %(region)s "
        "%(country)s": "innehar en plats %(role)s %(network)s %(organisation)s %(kind)s "
        "%(region)s %(country)s",
        "seat with a role\x04as %(names)s": "som %(names)s",
        "seat in a country\x04in %(names)s": "i %(names)s",
    }
    swedish = trans_real.translation("sv")._catalog
    monkeypatch.setattr(swedish, "_catalogs", [catalogue, *swedish._catalogs])
    monkeypatch.setattr(swedish, "_plurals", [lambda n: 0, *swedish._plurals])
    rule = Rule("seat", {"roles": [coordinator.pk], "countries": ["SE"]})

    with translation.override("sv"):
        assert describe_rules(rule) == "innehar en plats som samordnare i Sverige"
