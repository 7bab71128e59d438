"""Random trees of rules mean in SQL what they mean in plain Python."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.choices import Language, OrganisationKind
from crm.models import Contact
from crm.seats import fill_seat, succeed_seat
from crm.segments.compiler import (
    compile_rule,
)
from crm.segments.fields import Scope
from crm.segments.rules import Group, Rule
from crm.segments.sets import count_people, gather
from tests.factories import (
    make_contact,
    make_network,
    make_organisation,
    make_role,
    make_seat,
    make_topic,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]

TODAY = date(2026, 11, 22)
YESTERDAY = TODAY - timedelta(days=1)
TOMORROW = TODAY + timedelta(days=1)


def make_register():
    """Make thirty contacts with seats now and before; return what rules refer to."""
    roles, networks = [make_role(), make_role()], [make_network(), None]
    topics = [make_topic(), make_topic()]
    organisations = [
        make_organisation(kind=kind, country=country, region=region)
        for kind, country, region in [
            ("municipality", "SE", "Skåne"),
            ("region", "SE", ""),
            ("municipality", "FI", "Nyland"),
        ]
    ]
    for number in range(30):
        contact = make_contact(
            language=Language.values[number % 2],
            topics=[t for at, t in enumerate(topics) if number >> at & 1],
        )
        for turn in range(number % 3):
            seat = make_seat(
                role=roles[(number + turn) % 2],
                network=networks[(number // 2 + turn) % 2],
                organisation=organisations[(number + turn) % 3],
                title=f"{number}.{turn}",
            )
            fill_seat(seat, contact, starts_on=TODAY - timedelta(days=30))
            if (number + turn) % 4 == 0:
                succeed_seat(seat, None, ended_on=YESTERDAY, starts_on=TODAY)
    return roles, [networks[0]], organisations, topics


def matches(node, contact):
    """Return whether a contact meets a tree: the meaning, in plain Python."""
    if isinstance(node, Group):
        inside = [matches(child, contact) for child in node.rules]
        if not inside:
            return False
        return {"all": all, "any": any, "none": lambda found: not any(found)}[
            node.match
        ](inside)
    if node.kind == "language":
        return contact.language in node.values["languages"]
    if node.kind == "topic":
        followed = {topic.pk for topic in contact.topics.all()}
        asked = set(node.values["topics"])
        return asked <= followed if node.values["match"] == "all" else asked & followed
    return any(meets(held, node.values) for held in contact.affiliations.all())


def meets(held, values):
    columns = {
        "roles": held.role_id,
        "networks": held.network_id,
        "organisations": held.organisation_id,
        "kinds": held.kind,
        "countries": held.country,
        "regions": held.region,
    }
    has_ended = held.ends_on is not None and held.ends_on < TODAY
    when = values.get("when", "now")
    is_then = when == "ever" or has_ended == (when == "before")
    return is_then and all(
        columns[key] in wanted for key, wanted in values.items() if key in columns
    )


def subsets(values):
    return st.lists(st.sampled_from(values), min_size=1, unique=True)


def tree_strategy(roles, networks, organisations, topics):
    def ids(rows):
        return subsets([row.pk for row in rows])

    seats = st.fixed_dictionaries(
        {},
        optional={
            "roles": ids(roles),
            "networks": ids(networks),
            "organisations": ids(organisations),
            "kinds": subsets(OrganisationKind.values[:3]),
            "countries": subsets(["SE", "FI", "NO"]),
            "regions": subsets(["Skåne", "Nyland"]),
            "when": st.sampled_from(["now", "before", "ever"]),
        },
    )
    follows = st.fixed_dictionaries(
        {"topics": ids(topics), "match": st.sampled_from(["any", "all"])}
    )
    leaves = st.one_of(
        st.builds(Rule, st.just("seat"), seats),
        st.builds(Rule, st.just("topic"), follows),
        st.builds(
            Rule,
            st.just("language"),
            st.fixed_dictionaries({"languages": subsets(Language.values)}),
        ),
    )

    def groups(children, min_size=1):
        return st.builds(
            Group,
            st.sampled_from(["all", "any", "none"]),
            st.lists(children, min_size=min_size, max_size=3).map(tuple),
        )

    return groups(leaves | groups(leaves | groups(leaves)), min_size=0)


def test_random_trees_mean_in_sql_what_they_mean_in_python():
    register = make_register()
    contacts = list(Contact.objects.prefetch_related("topics", "affiliations"))
    assert len(contacts) == 30

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(tree_strategy(*register))
    def check(tree):
        expected = {contact.pk for contact in contacts if matches(tree, contact)}

        condition = compile_rule(tree, Scope(TODAY))
        gathered = Contact.objects.filter(gather(condition))
        found = Contact.objects.filter(condition)
        assert {contact.pk for contact in found} == expected
        assert set(gathered.values_list("pk", flat=True)) == expected
        assert count_people(condition) == len(expected)

    check()
