"""What each further kind of rule means, in SQL and judged for one person."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone, translation

from crm.choices import ConsentAction
from crm.consent import record_consent
from crm.models import Contact, CustomField
from crm.seats import fill_seat, succeed_seat
from crm.segments.blocks import DayBlock, OneRowBlock
from crm.segments.compiler import compile_rule, is_broken, segment_members
from crm.segments.explaining import explain_segment
from crm.segments.fields import Scope
from crm.segments.kinds.customs import spell
from crm.segments.rules import Group, Rule
from crm.segments.words import describe_rules
from tests.factories import (
    make_contact,
    make_membership,
    make_network,
    make_organisation,
    make_purpose,
    make_role,
    make_seat,
    make_segment,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]

TODAY = date(2026, 11, 22)
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def meant(kind, **values):
    """Return the people a rule means; SQL, its negation and the judges agree."""
    rule = Rule(kind, values)
    found = set(Contact.objects.filter(compile_rule(rule, Scope(TODAY))))
    none = Group("none", (rule,))
    others = set(Contact.objects.filter(compile_rule(none, Scope(TODAY))))
    segment = make_segment(rules=[{"kind": kind, **values}])
    everybody = set(Contact.objects.all())
    judged = {c for c in everybody if explain_segment(segment, c, TODAY).is_member}
    assert judged == found
    assert others == everybody - found
    return found


def words(kind, **values):
    return describe_rules(Rule(kind, values))


# --- Seats


def test_holding_none_is_who_has_no_seat_today():
    holds, left, never = make_contact(), make_contact(), make_contact()
    make_seat(holder=holds)
    seat = make_seat(holder=left, starts_on=date(2024, 1, 1))
    succeed_seat(seat, None, ended_on=YESTERDAY, starts_on=TODAY)

    assert meant("holding", state="none") == {left, never}
    assert meant("holding", state="never") == {never}
    assert words("holding", state="never") == "has never held a seat"


def test_vacancy_is_who_sits_where_such_a_seat_is_vacant():
    coordinator, press = make_role(name_en="Coordinator"), make_role()
    norrhamn, sund = make_organisation(), make_organisation()
    at_norrhamn, at_sund = make_contact(), make_contact()
    make_seat(organisation=norrhamn, role=press, holder=at_norrhamn)
    make_seat(organisation=norrhamn, role=coordinator)
    make_seat(organisation=sund, role=coordinator, holder=at_sund)

    assert meant("vacancy", roles=[coordinator.pk]) == {at_norrhamn}
    assert meant("vacancy", roles=[coordinator.pk], state="held") == {at_sund}
    assert (
        words("vacancy", roles=[coordinator.pk])
        == "sits at an organisation where a seat as coordinator is vacant"
    )


def test_membership_asks_about_the_organisation_where_somebody_sits_today():
    network = make_network(name="Norrnätet")
    pilot, member, former = (make_organisation() for _n in range(3))
    make_membership(organisation=pilot, network=network, role="pilot")
    make_membership(organisation=member, network=network)
    make_membership(organisation=former, network=network, ends_on=YESTERDAY)
    people = {name: make_contact() for name in ("pilot", "member", "former", "left")}
    make_seat(organisation=pilot, holder=people["pilot"])
    make_seat(organisation=member, holder=people["member"])
    make_seat(organisation=former, holder=people["former"])
    fill_seat(make_seat(organisation=pilot), people["left"], ends_on=YESTERDAY)
    ask = {"networks": [network.pk]}

    assert meant("membership", **ask) == {people["pilot"], people["member"]}
    assert meant("membership", **ask, roles=["pilot"]) == {people["pilot"]}
    assert meant("membership", **ask, when="before") == {people["former"]}
    assert meant("membership", **ask, when="ever") == {
        people[name] for name in ("pilot", "member", "former")
    }
    assert (
        words("membership", **ask, roles=["pilot"])
        == "sits at an organisation that is in Norrnätet as pilot city"
    )


# --- What people said, when they came


@pytest.mark.parametrize(
    ("state", "expected"),
    [("given", "y"), ("withdrawn", "w"), ("objected", "o"), ("nothing", "no")],
)
def test_consent_is_asked_per_purpose(state, expected):
    purpose, other = make_purpose(), make_purpose()
    people = {name: make_contact() for name in ("y", "w", "o", "n")}
    for name, action in [("y", "given"), ("w", "withdrawn"), ("o", "objected")]:
        record_consent(people[name], purpose, ConsentAction(action), source="test")
    record_consent(people["n"], other, ConsentAction.GIVEN, source="test")
    expected = expected if state != "nothing" else "n"

    assert meant("consent", purposes=[purpose.pk], state=state) == {
        people[name] for name in expected
    }


def test_added_counts_days_or_from_a_day():
    new, old = make_contact(), make_contact()
    for contact, days in ((new, 3), (old, 40)):
        at = timezone.make_aware(
            timezone.datetime(2026, 11, 22, 12) - timedelta(days=days)
        )
        Contact.objects.filter(pk=contact.pk).update(created_at=at)

    assert meant("added", days=30) == {new}
    assert meant("added", days=40) == {new, old}
    assert meant("added", since="2026-11-19") == {new}
    assert words("added", days=30) == "was added in the last 30 days"
    assert words("added", since="2026-11-01") == "was added since 1 November 2026"


def test_added_without_a_day_is_broken():
    make_contact()
    segment = make_segment(rules=[{"kind": "added"}])

    assert is_broken(segment, TODAY)
    assert set(segment_members(segment, TODAY)) == set()


# --- Fields of the administrator's own


def make_field(type_, **fields):
    return CustomField.objects.create(
        slug=fields.pop("slug", "diet"),
        name_sv="Kost",
        name_en="Diet",
        type=type_,
        **fields,
    )


def with_value(value):
    return make_contact(custom={"diet": value})


@pytest.mark.parametrize(
    ("how", "value", "expected"),
    [
        ("is", "Ägg", {"Ägg", "ägg"}),
        ("is", "ägg", {"Ägg", "ägg"}),
        ("contains", "gg", {"Ägg", "ägg", "Lägg till"}),
        ("begins", "lägg", {"Lägg till"}),
        ("set", "", {"Ägg", "ägg", "Lägg till", "100 %_"}),
        ("contains", "%_", {"100 %_"}),
        ("unset", "", {None}),
    ],
)
def test_text_field(how, value, expected):
    field = make_field("text")
    people = {text: with_value(text) for text in ("Ägg", "ägg", "Lägg till", "100 %_")}
    people[None] = make_contact()
    ask = {"value": value} if value else {}

    assert meant("custom", field=[field.pk], how=how, **ask) == {
        people[text] for text in expected
    }


@pytest.mark.parametrize(
    ("how", "value", "expected"),
    [
        ("is", "12", {12}),
        ("is", "12,5", {12.5}),
        ("least", "12", {12, 12.5}),
        ("most", "12", {-3, 12}),
        ("set", "", {-3, 12, 12.5, "was a text"}),
        ("unset", "", {None}),
    ],
)
def test_number_field_passes_over_what_is_no_number(how, value, expected):
    field = make_field("number")
    people = {number: with_value(number) for number in (-3, 12, 12.5, "was a text")}
    people[None] = make_contact()
    ask = {"value": value} if value else {}

    assert meant("custom", field=[field.pk], how=how, **ask) == {
        people[number] for number in expected
    }


@pytest.mark.parametrize(
    ("how", "value", "expected"),
    [
        ("is", "22.11.2026", {"2026-11-22"}),
        ("least", "2026-11-22", {"2026-11-22", "2026-12-24"}),
        ("most", "2026-11-22", {"2026-11-01", "2026-11-22"}),
        ("past_days", "21", {"2026-11-01", "2026-11-22"}),
        ("past_days", "20", {"2026-11-22"}),
        ("next_days", "40", {"2026-11-22", "2026-12-24"}),
    ],
)
def test_date_field(how, value, expected):
    field = make_field("date")
    days = ("2026-11-01", "2026-11-22", "2026-12-24")
    people = {day: with_value(day) for day in days}
    with_value(7)
    make_contact()

    assert meant("custom", field=[field.pk], how=how, value=value) == {
        people[day] for day in expected
    }


def test_choice_field_is_read_whatever_the_case():
    field = make_field("choice", options=["Vegan", "All"])
    vegan, _all = with_value("Vegan"), with_value("All")

    assert meant("custom", field=[field.pk], how="is", value="vegan") == {vegan}


@pytest.mark.parametrize(
    ("type_", "how", "value"),
    [
        ("number", "is", "many"),
        ("number", "contains", "1"),
        ("date", "past_days", "soon"),
        ("choice", "is", "Fish"),
        ("text", "least", "a"),
        ("text", "is", " "),
    ],
)
def test_question_that_does_not_fit_the_field_means_nobody_also_under_none(
    type_, how, value
):
    field = make_field(type_, options=["Vegan"])
    make_contact()
    rule = {"kind": "custom", "field": [field.pk], "how": how, "value": value}
    segment = make_segment(rules=[rule], match="none")

    assert is_broken(segment, TODAY)
    assert set(segment_members(segment, TODAY)) == set()
    assert not explain_segment(segment, Contact.objects.get(), TODAY).is_member


def test_custom_rules_are_said_in_words():
    text, number = make_field("text"), make_field("number", slug="years")
    day = make_field("date", slug="birthday")

    assert [
        words("custom", field=[text.pk], how="is", value="vegan"),
        words("custom", field=[text.pk], how="unset"),
        words("custom", field=[number.pk], how="least", value="12"),
        words("custom", field=[day.pk], how="most", value="2026-11-01"),
        words("custom", field=[day.pk], how="next_days", value="1"),
        words("custom", field=[999], how="is", value="x"),
    ] == [
        "has “vegan” in “Diet”",
        "has nothing in “Diet”",
        "has at least 12 in “Diet”",
        "has 1 November 2026 or earlier in “Diet”",
        "has a day of the next 1 day in “Diet”",
        "has “x” in “(deleted)”",
    ]


def test_spellings_of_a_word_are_each_named_once():
    assert spell("ägg") == ["ägg", "ÄGG", "Ägg"]


# --- Deleted things, stored forms


@pytest.mark.parametrize("match", ["all", "any", "none"])
def test_rule_about_something_deleted_means_nobody(match):
    make_contact()
    network, purpose, field = make_network(), make_purpose(), make_field("text")
    rules = [
        {"kind": "membership", "networks": [network.pk]},
        {"kind": "consent", "purposes": [purpose.pk], "state": "nothing"},
        {"kind": "custom", "field": [field.pk], "how": "unset"},
        {"kind": "vacancy", "networks": [network.pk]},
    ]
    segments = [make_segment(rules=[rule], match=match) for rule in rules]
    for row in (network, purpose, field):
        row.delete()

    for segment in segments:
        assert is_broken(segment, TODAY)
        assert set(segment_members(segment, TODAY)) == set()
        found = explain_segment(segment, Contact.objects.get(), TODAY)
        assert not found.is_member
        assert "has been deleted" in found.trouble[0]


def test_slices_are_honoured_by_every_subquery():
    network, purpose, role = make_network(), make_purpose(), make_role()
    rules = {
        "holding": {},
        "vacancy": {"roles": [role.pk]},
        "membership": {"networks": [network.pk]},
        "consent": {"purposes": [purpose.pk], "state": "nothing"},
    }
    for kind, values in rules.items():
        scope = Scope(TODAY, slices=((5, 9),))
        people = Contact.objects.filter(compile_rule(Rule(kind, values), scope))

        # SQLite asks about each contact of the slices instead.
        sign = "<= 9" if connection.vendor != "sqlite" else "EXISTS(SELECT 1"
        assert str(people.query).count(sign) >= 1, kind


def test_days_and_single_rows_are_stored_as_plain_json():
    day, row = DayBlock(required=False), OneRowBlock(CustomField)

    assert day.get_prep_value(day.to_python("2026-03-01")) == "2026-03-01"
    assert day.get_prep_value(None) is None
    assert row.get_prep_value(row.to_python([7])) == [7]
    assert row.get_prep_value(row.to_python("")) == []
