"""The list of contacts: its order, search, filters, columns and pages."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from crm.choices import (
    ChangeAction,
    ConsentAction,
    FieldType,
    ImportState,
    SuppressionReason,
)
from crm.consent import record_consent, suppress
from crm.models import ImportBatch, ImportChange
from crm.segments import narrowing
from crm.viewsets.paging import RegisterPaginator
from tests.crm.viewsets.browser import log_in, names_in, texts_in
from tests.factories import (
    make_contact,
    make_custom_field,
    make_network,
    make_organisation,
    make_purpose,
    make_role,
    make_seat,
    make_segment,
    make_topic,
)

pytestmark = pytest.mark.django_db
LISTING = "/admin/register/contacts/"


@pytest.fixture
def keeper():
    return log_in("Register keepers")


def test_listing_without_contacts_says_what_to_do(keeper):
    answer = keeper.get(LISTING).content.decode()

    assert "No contacts yet. Import a file or add the first by hand." in answer


@pytest.mark.parametrize("count", [1, 3, 50])
def test_listing_has_constant_queries(keeper, count):
    for _number in range(count):
        make_seat(holder=make_contact(), network=make_network())
    keeper.get(LISTING)

    with CaptureQueriesContext(connection) as queries:
        answer = keeper.get(LISTING)

    assert len(names_in(answer)) == count
    assert len(queries) == 18


def test_listing_is_in_swedish_order(keeper):
    for name in ("Öst", "Zorn", "Ärlig", "Ås", "Alm", "Édith"):
        make_contact(given_name="", family_name=name)

    assert names_in(keeper.get(LISTING)) == [
        "Alm",
        "Édith",
        "Zorn",
        "Ås",
        "Ärlig",
        "Öst",
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("åsa", ["Åsa Berg"]),
        ("BERG åsa", ["Åsa Berg"]),
        ("nils@", ["Nils Ek"]),
        ("malmö", ["Nils Ek"]),
        ("åsa malmö", []),
    ],
)
def test_search_finds_every_word_in_name_address_or_organisation(keeper, query, found):
    make_contact(given_name="Åsa", family_name="Berg", email="berg@example.org")
    nils = make_contact(given_name="Nils", family_name="Ek", email="nils@example.org")
    make_seat(holder=nils, organisation=make_organisation(name="Malmö stad"))

    assert names_in(keeper.get(LISTING, {"q": query})) == found


def test_search_of_more_than_is_shown_says_so_and_lists_the_first(keeper, monkeypatch):
    monkeypatch.setattr(RegisterPaginator, "MOST", 2)
    for name in ("Alm", "Ek", "Lind"):
        make_contact(given_name="", family_name=name, email=f"{name}@example.org")

    answer = keeper.get(LISTING, {"q": "example.org"})

    assert names_in(answer) == ["Alm", "Ek"]
    said = "There are more than 2 contacts that match. The first of them are listed."
    assert texts_in(answer, "h2[role=alert]") == [said]
    assert texts_in(answer, ".crm-bulk__bar label")[1] == "all that match"


@pytest.mark.parametrize(("many", "count"), [(1, 1), (10**9, 3)])
def test_among_very_many_fewer_are_looked_for(keeper, monkeypatch, many, count):
    monkeypatch.setattr(RegisterPaginator, "MANY", many)
    monkeypatch.setattr(RegisterPaginator, "MOST_AMONG_MANY", 1)
    for name in ("Alm", "Ek", "Lind"):
        make_contact(given_name="", family_name=name, email=f"{name}@example.org")

    answer = keeper.get(LISTING, {"q": "example.org"})

    assert names_in(answer) == ["Alm", "Ek", "Lind"][:count]


@pytest.mark.parametrize("ordering", ["sort_key", "-sort_key", "email", "-updated_at"])
@pytest.mark.parametrize("is_large", [True, False])
def test_language_is_filtered_in_any_order(keeper, monkeypatch, ordering, is_large):
    monkeypatch.setattr(narrowing, "is_large", lambda: is_large)
    for name, language in (("Alm", "sv"), ("Ek", "en"), ("Lind", "sv"), ("Ros", "sv")):
        make_contact(
            given_name="",
            family_name=name,
            email=f"{name}@example.org",
            language=language,
        )

    answer = keeper.get(LISTING, {"language": "sv", "ordering": ordering})

    names = ["Alm", "Lind", "Ros"]
    assert names_in(answer) == (names[::-1] if ordering[0] == "-" else names)


def test_organisation_is_filtered_by_part_of_its_name(keeper):
    make_seat(
        holder=make_contact(given_name="", family_name="Ek"),
        organisation=make_organisation(name="Malmö stad"),
    )
    make_seat(holder=make_contact(), organisation=make_organisation(name="Lund"))

    assert names_in(keeper.get(LISTING, {"organisation": "stad malmö"})) == ["Ek"]


def test_seat_filters_ask_about_one_and_the_same_seat(keeper):
    role, other = make_role(), make_role()
    both = make_contact(given_name="", family_name="Both")
    apart = make_contact(given_name="", family_name="Apart")
    finland = make_organisation(country="FI")
    make_seat(holder=both, role=role, organisation=finland)
    make_seat(holder=apart, role=role)
    make_seat(holder=apart, role=other, organisation=finland)

    answer = keeper.get(LISTING, {"role": role.pk, "country": "FI"})

    assert names_in(answer) == ["Both"]


def test_filters_keep_those_they_name(keeper):
    topic = make_topic()
    segment_member = make_contact(given_name="", family_name="Member")
    segment = make_segment(added=[segment_member])
    make_contact(given_name="", family_name="Reader", topics=[topic], language="en")
    leaver = make_contact(given_name="", family_name="Leaver")
    record_consent(leaver, make_purpose(), ConsentAction.WITHDRAWN, source="test")
    stopped = make_contact(given_name="", family_name="Stopped")
    suppress(stopped.email, SuppressionReason.BOUNCE)
    batch = ImportBatch.objects.create(file_name="a.csv", state=ImportState.APPLIED)
    brought = {"batch": batch, "row_number": 2, "action": ChangeAction.CREATED}
    for model in ("contact", "organisation"):
        pk = leaver.pk if model == "contact" else stopped.pk
        ImportChange.objects.create(model=model, object_id=pk, **brought)

    found = {
        name: names_in(keeper.get(LISTING, {name: value}))
        for name, value in [
            ("topics", topic.pk),
            ("language", "en"),
            ("segment", segment.pk),
            ("batch", batch.pk),
        ]
    }
    found |= {
        state: names_in(keeper.get(LISTING, {"standing": state}))
        for state in ("left", "objected", "stopped")
    }

    assert found == {
        "topics": ["Reader"],
        "language": ["Reader"],
        "segment": ["Member"],
        "batch": ["Leaver"],
        "left": ["Leaver"],
        "objected": [],
        "stopped": ["Stopped"],
    }


def test_hostile_name_is_shown_as_text(keeper):
    contact = make_contact(
        given_name="<script>alert(1)</script>", family_name="Åsa\r\nBcc: x"
    )

    pages = [LISTING, f"{LISTING}inspect/{contact.pk}/", f"{LISTING}edit/{contact.pk}/"]
    answers = [keeper.get(page).content.decode() for page in pages]

    assert ["<script>alert(1)" in answer for answer in answers] == [False] * 3
    assert ["&lt;script&gt;alert(1)" in answer for answer in answers] == [True] * 3
    assert contact.family_name == "Åsa Bcc: x"


def test_field_of_our_own_is_a_column_where_the_administrator_says_so(keeper):
    day = make_custom_field(name_en="Appointed", type=FieldType.DATE, is_listed=True)
    diet = make_custom_field(name_en="Diet")
    make_contact(custom={day.slug: "2026-03-01", diet.slug: "vegan"})

    answer = keeper.get(LISTING)

    heads = texts_in(answer, "table.listing thead th")
    assert heads[-2:] == ["Appointed", "Changed"]
    assert "Diet" not in heads
    assert texts_in(answer, "table.listing tbody td")[-2] == "1 March 2026"


@pytest.mark.database
def test_large_register_finds_many_and_few_alike(keeper, monkeypatch):
    """Many are met on a walk along the list, few are listed: each finds the same."""
    topic, rare = make_topic(), make_topic()
    place = make_organisation(name="Malmö stad")
    for number in range(12):
        contact = make_contact(
            given_name="Nils", family_name=f"Ek{number:02}", topics=[topic]
        )
        make_seat(holder=contact, organisation=place, title=str(number))
    make_contact(given_name="Åsa", family_name="Öst", topics=[rare], language="en")
    segment = make_segment(rules=[{"kind": "topic", "topics": [topic.pk]}])
    asked = [
        {"q": "malmö"},
        {"q": "nils malmö ek1"},
        {"q": "öst"},
        {"topics": topic.pk},
        {"topics": rare.pk},
        {"segment": segment.pk, "language": "sv"},
        {"language": "en", "standing": "no_seat"},
        {"country": "SE", "q": "ek0"},
    ]
    small = [names_in(keeper.get(LISTING, query)) for query in asked]
    monkeypatch.setattr("crm.segments.estimating.WORTH_A_GUESS", 0)

    large = [names_in(keeper.get(LISTING, query)) for query in asked]

    assert large == small
    assert list(map(len, small)) == [12, 2, 1, 12, 1, 12, 1, 10]


def test_import_button_only_for_those_who_may_add_and_change():
    address = reverse("crm_import")

    shown = {
        role: address in log_in(role).get(LISTING).content.decode()
        for role in ("Register keepers", "Auditors")
    }

    assert shown == {"Register keepers": True, "Auditors": False}


def test_listing_names_rows_in_the_admins_language():
    make_contact(language="en")

    with translation.override("sv"):
        answer = log_in("Register keepers").get(LISTING)

    assert len(names_in(answer)) == 1


def test_page_far_back_is_the_same_as_without_the_detour(keeper, monkeypatch):
    for number in range(60):
        make_contact(family_name=f"Family{number:02}")
    plain = names_in(keeper.get(LISTING, {"p": 2}))
    monkeypatch.setattr(RegisterPaginator, "FAR_BACK", 0)

    assert names_in(keeper.get(LISTING, {"p": 2})) == plain
    assert len(plain) == 10
