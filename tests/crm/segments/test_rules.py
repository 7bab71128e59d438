"""The tree's shape: what is read, what is refused and where."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.exceptions import RuleError
from crm.segments.rules import (
    MAX_RULES,
    Group,
    Param,
    Rule,
    dump_rules,
    empty_rules,
    parse_rules,
    walk_paths,
    walk_rules,
)

SCHEMAS = {
    "seat": {
        "roles": Param("ids"),
        "countries": Param("texts"),
        "when": Param("choice", options=("now", "before")),
        "strict": Param("flag"),
    },
    "language": {"languages": Param("texts", required=True, options=("sv", "en"))},
}
SWEDISH = {"kind": "language", "languages": ["sv"]}


def tree(*rules, match="all"):
    return {"version": 1, "match": match, "rules": list(rules)}


def group(*rules, match="all"):
    return {"match": match, "rules": list(rules)}


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "all",
        {},
        {"match": "all", "rules": []},
        {"version": 2, "match": "all", "rules": []},
        {"version": "1", "match": "all", "rules": []},
    ],
)
def test_parse_rules_without_known_version_is_refused(data):
    with pytest.raises(RuleError) as refusal:
        parse_rules(data, SCHEMAS)

    assert (str(refusal.value), refusal.value.path) == (
        "Not a rule tree of version 1.",
        "",
    )


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ({"version": 1, "match": "all"}, ""),
        ({"version": 1, "rules": []}, ""),
        ({"version": 1, "match": "some", "rules": []}, ""),
        ({"version": 1, "match": ["all"], "rules": []}, ""),
        ({"version": 1, "match": "all", "rules": [], "limit": 3}, ""),
        ({"version": 1, "match": "all", "rules": {}}, ""),
        (tree("seat"), "rules.0"),
        (tree(SWEDISH, None), "rules.1"),
        (tree({}), "rules.0"),
        (tree(group()), "rules.0"),
        (tree(group(SWEDISH, match="not")), "rules.0"),
        (tree(group(group())), "rules.0.rules.0"),
        (tree(group(group(group(SWEDISH)))), "rules.0.rules.0.rules.0"),
        (tree({"kind": "shoe size"}), "rules.0"),
        (tree({"kind": ["seat"]}), "rules.0"),
        (tree({"kind": None}), "rules.0"),
        (tree({"kind": "seat", "colour": "red"}), "rules.0.colour"),
        (tree({"kind": "seat", "match": "all", "rules": []}), "rules.0.match"),
        (tree({"kind": "seat", "roles": []}), "rules.0.roles"),
        (tree({"kind": "seat", "roles": None}), "rules.0.roles"),
        (tree({"kind": "seat", "roles": 3}), "rules.0.roles"),
        (tree({"kind": "seat", "roles": ["3"]}), "rules.0.roles"),
        (tree({"kind": "seat", "roles": [True]}), "rules.0.roles"),
        (tree({"kind": "seat", "roles": [3, 4.0]}), "rules.0.roles"),
        (tree({"kind": "seat", "countries": "SE"}), "rules.0.countries"),
        (tree({"kind": "seat", "countries": [""]}), "rules.0.countries"),
        (tree({"kind": "seat", "countries": [["SE"]]}), "rules.0.countries"),
        (tree({"kind": "seat", "when": "later"}), "rules.0.when"),
        (tree({"kind": "seat", "when": ["now"]}), "rules.0.when"),
        (tree({"kind": "seat", "strict": 1}), "rules.0.strict"),
        (tree({"kind": "language"}), "rules.0.languages"),
        (tree({"kind": "language", "languages": ["fi"]}), "rules.0.languages"),
        (tree(SWEDISH, group({"kind": "language"})), "rules.1.rules.0.languages"),
    ],
)
def test_parse_rules_malformed_tree_is_refused_with_its_path(data, path):
    with pytest.raises(RuleError) as refusal:
        parse_rules(data, SCHEMAS)

    assert refusal.value.path == path


def test_parse_rules_more_rules_than_allowed_is_refused():
    parse_rules(tree(*[SWEDISH] * MAX_RULES), SCHEMAS)

    with pytest.raises(RuleError, match="More than 200 rules"):
        parse_rules(tree(*[SWEDISH] * MAX_RULES, SWEDISH), SCHEMAS)


def test_parse_rules_empty_tree_is_an_empty_group():
    assert parse_rules(empty_rules(), SCHEMAS) == Group("all", ())


def test_parse_rules_nested_tree_keeps_order_and_values():
    data = tree(
        {"kind": "seat", "roles": [3], "when": "before", "strict": False},
        group(SWEDISH, {"kind": "seat"}, match="none"),
        match="any",
    )

    assert parse_rules(data, SCHEMAS) == Group(
        "any",
        (
            Rule("seat", {"roles": [3], "when": "before", "strict": False}),
            Group("none", (Rule("language", {"languages": ["sv"]}), Rule("seat"))),
        ),
    )


def test_walk_paths_yields_leaves_in_reading_order_with_their_places():
    leaf, other, third = Rule("a"), Rule("b"), Rule("c")
    nested = Group("all", (leaf, Group("any", (other, Group("none", (third,))))))

    assert list(walk_paths(nested)) == [
        ((0,), leaf),
        ((1, 0), other),
        ((1, 1, 0), third),
    ]
    assert list(walk_rules(nested)) == [leaf, other, third]


leaves = st.one_of(
    st.builds(
        Rule,
        st.just("seat"),
        st.fixed_dictionaries(
            {},
            optional={
                "roles": st.lists(st.integers(), min_size=1, max_size=3),
                "countries": st.lists(st.sampled_from(["SE", "Åbo"]), min_size=1),
                "when": st.sampled_from(["now", "before"]),
                "strict": st.booleans(),
            },
        ),
    ),
    st.builds(Rule, st.just("language"), st.just({"languages": ["en"]})),
)


def groups(children, min_size=1):
    return st.builds(
        Group,
        st.sampled_from(["all", "any", "none"]),
        st.lists(children, min_size=min_size, max_size=3).map(tuple),
    )


trees = groups(leaves | groups(leaves | groups(leaves)), min_size=0)


@given(trees)
def test_parse_rules_of_dumped_tree_is_the_tree(tree_):
    assert parse_rules(dump_rules(tree_), SCHEMAS) == tree_


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from(["", "all", "seat", "SE"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["match", "rules", "kind", "roles", "version", "x"]),
            inner | st.sampled_from(["all", "seat", 1]),
            max_size=4,
        )
    ),
)


@given(json_values)
def test_parse_rules_of_any_json_returns_or_refuses(data):
    try:
        parsed = parse_rules(data, SCHEMAS)
    except RuleError:
        return

    assert dump_rules(parsed) == data
