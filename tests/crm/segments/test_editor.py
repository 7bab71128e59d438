"""Stored trees as blocks and back."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail import blocks

from crm.choices import Language, OrganisationKind
from crm.segments import fields
from crm.segments.editor import (
    GROUP,
    from_block_value,
    make_error,
    make_rules_block,
    to_block_value,
)
from crm.segments.fields import RuleKind, all_kinds, all_schemas
from crm.segments.rules import Group, Param, Rule, dump_rules, parse_rules

pytestmark = pytest.mark.django_db


def leaf_names(block):
    return set(block.child_blocks) - {GROUP}


def test_rules_block_offers_every_kind_at_every_depth():
    kinds = {kind.name for kind in all_kinds()}

    outer = make_rules_block()
    middle = outer.child_blocks[GROUP].child_blocks["rules"]
    inner = middle.child_blocks[GROUP].child_blocks["rules"]

    assert [leaf_names(b) for b in (outer, middle, inner)] == [kinds] * 3
    assert GROUP not in inner.child_blocks
    assert inner.child_blocks["seat"] is outer.child_blocks["seat"]


def test_rules_block_offers_kinds_that_other_apps_register(monkeypatch):
    received = RuleKind(
        name="opened",
        label="Opened",
        params={"openly": Param("flag")},
        compile=lambda rule, scope: None,
        describe=lambda rule, rows: "opened",
        judge=lambda rule, facts: None,
        make_block=lambda: blocks.StructBlock(
            [("openly", blocks.BooleanBlock(required=False))]
        ),
    )
    monkeypatch.setitem(fields._kinds, "opened", received)

    block = make_rules_block()
    value = block.to_python([{"type": "opened", "value": {"openly": True}}])

    assert from_block_value("all", value, block) == Group(
        "all", (Rule("opened", {"openly": True}),)
    )


def test_every_block_is_named_as_its_kind_and_absent_values_mean_its_defaults():
    for kind in all_kinds():
        block = kind.make_block()

        assert set(block.child_blocks) == set(kind.params)
        for name, child in block.child_blocks.items():
            default = child.get_prep_value(child.get_default())
            nothing = default in ([], "", None)
            assert nothing or default == kind.params[name].options[0]


def test_empty_picks_are_no_conditions():
    block = make_rules_block()
    value = block.to_python(
        [{"type": "seat", "value": {"roles": [], "countries": ["SE"], "when": "now"}}]
    )

    assert from_block_value("any", value, block) == Group(
        "any", (Rule("seat", {"countries": ["SE"], "when": "now"}),)
    )


def test_error_is_nested_to_the_rule_at_its_place():
    error = make_error((1, 0), "segments", "Round.")

    assert error.as_json_data() == {
        "blockErrors": {
            1: {
                "blockErrors": {
                    "rules": {
                        "blockErrors": {
                            0: {"blockErrors": {"segments": {"messages": ["Round."]}}}
                        }
                    }
                }
            }
        }
    }


def some(values):
    return st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True)


ids = some([1, 2, 30])
leaves = st.one_of(
    st.builds(
        Rule,
        st.just("seat"),
        st.fixed_dictionaries(
            {"when": st.sampled_from(["now", "before", "ever"])},
            optional={
                "roles": ids,
                "networks": ids,
                "organisations": ids,
                "kinds": some(OrganisationKind.values),
                "countries": some(["SE", "FI"]),
                "regions": some(["Skåne", "Uppsala län"]),
            },
        ),
    ),
    st.builds(
        Rule,
        st.just("language"),
        st.fixed_dictionaries({"languages": some(Language.values)}),
    ),
    st.builds(
        Rule,
        st.just("topic"),
        st.fixed_dictionaries(
            {"topics": ids, "match": st.sampled_from(["any", "all"])}
        ),
    ),
    st.builds(
        Rule,
        st.just("segment"),
        st.fixed_dictionaries(
            {"segments": ids, "member": st.sampled_from(["in", "not_in"])}
        ),
    ),
)


def groups(children, min_size=1):
    return st.builds(
        Group,
        st.sampled_from(["all", "any", "none"]),
        st.lists(children, min_size=min_size, max_size=3).map(tuple),
    )


def test_stored_tree_comes_back_from_the_blocks_as_it_went_in():
    block = make_rules_block()

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(groups(leaves | groups(leaves | groups(leaves)), min_size=0))
    def check(tree):
        value = to_block_value(tree, block)
        back = from_block_value(tree.match, value, block)

        assert back == tree
        assert parse_rules(dump_rules(back), all_schemas()) == tree

    check()
