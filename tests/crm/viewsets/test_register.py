"""The register's other screens: organisations, seats, networks, words, addresses."""

import html

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from wagtail.models import ModelLogEntry

from crm.choices import SuppressionReason
from crm.consent import hash_of, suppress
from crm.models import (
    Affiliation,
    Membership,
    Organisation,
    Purpose,
    Role,
    Seat,
    Suppression,
)
from crm.viewsets import seat_paging
from crm.viewsets import seats as seats_views
from crm.viewsets.choosers import seat_chooser
from tests.crm.viewsets.browser import log_in, names_in, texts_in
from tests.factories import (
    make_contact,
    make_event,
    make_event_series,
    make_grant,
    make_media_item,
    make_membership,
    make_network,
    make_organisation,
    make_place,
    make_publication,
    make_purpose,
    make_role,
    make_seat,
    make_segment,
    make_topic,
)

pytestmark = pytest.mark.django_db
REGISTER = "/admin/register/"
LISTINGS = {
    "organisations": make_organisation,
    "seats": make_seat,
    "networks": make_network,
    "roles": make_role,
    "topics": make_topic,
    "purposes": make_purpose,
    "grants": make_grant,
    "events": lambda: make_event(
        place=make_place(), series=make_event_series(), network=make_network()
    ),
    "series": lambda: make_event_series(network=make_network()),
    "places": make_place,
    "publications": lambda: make_publication(publisher=make_organisation()),
    "media": lambda: make_media_item(outlet=make_organisation()),
    "stopped": lambda: suppress(make_contact().email, SuppressionReason.BOUNCE),
}


@pytest.fixture
def keeper():
    return log_in("Register keepers")


@pytest.mark.parametrize("name", LISTINGS)
def test_listing_has_the_same_queries_for_one_and_three(keeper, name):
    counts = []
    for more in (1, 2):
        for _number in range(more):
            LISTINGS[name]()
        keeper.get(f"{REGISTER}{name}/")
        with CaptureQueriesContext(connection) as queries:
            answer = keeper.get(f"{REGISTER}{name}/")
        counts.append((len(names_in(answer)), len(queries)))

    assert counts == [(1, counts[0][1]), (3, counts[0][1])]


@pytest.mark.parametrize("name", LISTINGS)
def test_listing_without_rows_says_what_to_do(keeper, name):
    answer = keeper.get(f"{REGISTER}{name}/")

    assert len(texts_in(answer, ".register-empty")) == 1


@pytest.mark.parametrize("name", LISTINGS)
def test_listing_is_no_file_by_get(keeper, name):
    answer = keeper.get(f"{REGISTER}{name}/", {"export": "csv"})

    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


# --- Organisations


def test_organisation_edited_refreshes_what_rules_read(keeper):
    organisation = make_organisation(name="Ås", country="SE")
    make_seat(holder=make_contact(), organisation=organisation)

    keeper.post(
        f"{REGISTER}organisations/edit/{organisation.pk}/",
        {"name": "Ås", "kind": "region", "country": "FI", "region": "Nyland"},
    )

    copies = Affiliation.objects.values_list("kind", "country", "region").get()
    assert copies == ("region", "FI", "Nyland")


def test_organisation_of_the_same_name_is_an_error(keeper):
    make_organisation(name="Ås", country="SE")

    answer = keeper.post(
        f"{REGISTER}organisations/new/",
        {"name": "ås ", "kind": "region", "country": "SE"},
    )

    assert answer.context["form"].non_field_errors() == [
        "There is already an organisation of that name in that country."
    ]
    assert Organisation.objects.count() == 1


def test_organisation_overview_shows_seats_holders_and_memberships(keeper):
    organisation = make_organisation()
    make_seat(
        organisation=organisation,
        title="Chair",
        holder=make_contact(
            given_name="Nils", family_name="Ek", email="nils@example.org"
        ),
    )
    make_seat(organisation=organisation, title="Press")
    make_organisation(name="The committee", parent=organisation)
    make_membership(organisation=organisation, network=make_network(name="The network"))

    answer = keeper.get(f"{REGISTER}organisations/inspect/{organisation.pk}/")

    assert texts_in(answer, "#seats ~ table tbody td:nth-child(3)") == [
        "Nils Ek nils@example.org",
        "Vacant",
    ]
    assert texts_in(answer, "#memberships ~ table tbody th") == ["The network"]
    assert texts_in(answer, "#parts ~ ul li") == ["The committee"]


def test_editor_sees_the_seats_but_not_who_people_are():
    seat = make_seat(holder=make_contact(given_name="Nils", family_name="Ek"))

    answer = log_in("Editors").get(
        f"{REGISTER}organisations/inspect/{seat.organisation_id}/"
    )

    assert texts_in(answer, "#seats ~ table tbody td:nth-child(3)") == ["Held"]
    assert "Nils" not in answer.content.decode()


def test_organisation_page_leads_to_a_new_seat_at_it(keeper):
    office = make_organisation(name="Ås kommun")
    add = f"{REGISTER}seats/new/?organisation={office.pk}"

    page = keeper.get(f"{REGISTER}organisations/inspect/{office.pk}/")
    form = keeper.get(add).context["form"]
    strangers = [keeper.get(f"{REGISTER}seats/new/?organisation={pk}") for pk in "x0"]

    assert f'href="{add}"' in page.content.decode()
    assert form["organisation"].value() == office.pk
    assert [answer.context["form"]["organisation"].value() for answer in strangers] == [
        None,
        None,
    ]


def test_deleting_names_the_segments_that_ask_for_it(keeper):
    topic, network = make_topic(), make_network()
    make_segment(name="Readers", rules=[{"kind": "topic", "topics": [topic.pk]}])
    make_segment(name="Posts", rules=[{"kind": "seat", "networks": [network.pk]}])
    pages = [
        keeper.get(f"{REGISTER}{path}/")
        for path in (f"topics/delete/{topic.pk}", f"networks/delete/{network.pk}")
    ]

    assert [texts_in(page, ".help-warning li") for page in pages] == [
        ["Segment “Readers”"],
        ["Segment “Posts”"],
    ]


def test_organisation_with_parts_is_not_deleted_and_says_why(keeper):
    parent = make_organisation()
    make_organisation(name="The committee", parent=parent)

    answer = keeper.post(f"{REGISTER}organisations/delete/{parent.pk}/")

    assert answer.status_code == 409
    assert "1 organisations: The committee" in " ".join(texts_in(answer, "li"))
    assert Organisation.objects.count() == 2


# --- Seats


def test_vacant_filter_keeps_the_seats_nobody_holds(keeper):
    make_seat(holder=make_contact(), title="Held")
    make_seat(title="Empty")

    found = [
        names_in(keeper.get(f"{REGISTER}seats/", {"vacant": value}))
        for value in ("yes", "no")
    ]

    assert [[name.partition(",")[0] for name in names] for names in found] == [
        ["Empty"],
        ["Held"],
    ]


def test_seat_edited_refreshes_what_rules_read(keeper):
    seat = make_seat(holder=make_contact())
    role, network = make_role(), make_network()

    keeper.post(
        f"{REGISTER}seats/edit/{seat.pk}/",
        {"organisation": seat.organisation_id, "role": role.pk, "network": network.pk},
    )

    copies = Affiliation.objects.values_list("role", "network").get()
    assert copies == (role.pk, network.pk)


def test_role_in_use_is_not_deleted_and_says_by_what(keeper):
    seat = make_seat(title="Chair")

    answer = keeper.post(f"{REGISTER}roles/delete/{seat.role_id}/")

    assert answer.status_code == 409
    assert f"Chair, {seat.organisation}" in answer.content.decode()
    assert Role.objects.filter(pk=seat.role_id).exists()
    assert Seat.objects.count() == 1


# --- Networks and purposes


def test_member_is_added_with_the_network(keeper):
    organisation = make_organisation()

    keeper.post(
        f"{REGISTER}networks/new/",
        {
            "name": "Nätet",
            "slug": "natet",
            "kind": "network",
            "memberships-TOTAL_FORMS": 1,
            "memberships-INITIAL_FORMS": 0,
            "memberships-0-organisation": organisation.pk,
            "memberships-0-role": "member",
        },
    )

    membership = Membership.objects.get()
    assert (membership.organisation, membership.network.slug) == (organisation, "natet")


@pytest.mark.parametrize(("wording", "version"), [("New words.", 2), ("Old.", 1)])
def test_new_wording_counts_the_version_up(keeper, wording, version):
    purpose = make_purpose(wording_sv="Old.", wording_en="Old.")

    keeper.post(
        f"{REGISTER}purposes/edit/{purpose.pk}/",
        {
            "slug": purpose.slug,
            "name_sv": "Nytt namn",
            "name_en": "New name",
            "lawful_basis": purpose.lawful_basis,
            "wording_sv": "Old.",
            "wording_en": wording,
        },
    )

    stored = Purpose.objects.get()
    assert (stored.name_en, stored.version) == ("New name", version)


# --- Stopped addresses


def test_stopped_address_is_kept_as_a_hash_and_logged(keeper):
    keeper.post(
        f"{REGISTER}stopped/new/",
        {"address": " Stop@Example.org", "reason": "manual", "note": "by telephone"},
    )

    stopped = Suppression.objects.get()
    entry = ModelLogEntry.objects.get()
    assert (stopped.address_hash, stopped.note) == (
        hash_of("stop@example.org"),
        "by telephone",
    )
    assert entry.action == "crm.address_stopped"
    assert "stop@example.org" not in f"{entry.label} {entry.data}".lower()


def test_stopping_what_is_no_address_is_an_error(keeper):
    answer = keeper.post(
        f"{REGISTER}stopped/new/", {"address": "nobody", "reason": "manual"}
    )

    assert list(answer.context["form"].errors) == ["address"]
    assert not Suppression.objects.exists()


def test_lifting_asks_first_and_is_logged(keeper):
    stopped = suppress("stop@example.org", SuppressionReason.COMPLAINT)
    page = f"{REGISTER}stopped/delete/{stopped.pk}/"

    asked = keeper.get(page).content.decode()
    still_stopped = Suppression.objects.count()
    keeper.post(page)

    assert "Somebody asked for this address to be left alone." in asked
    assert (still_stopped, Suppression.objects.count()) == (1, 0)
    assert ModelLogEntry.objects.get().action == "crm.address_lifted"


def test_address_of_a_stopped_contact_is_shown_to_those_who_may_see_contacts(keeper):
    suppress(make_contact(email="asa@example.org").email, SuppressionReason.BOUNCE)
    stranger = log_in("wagtailadmin.access_admin", "crm.view_suppression")

    shown = [
        "asa@example.org" in browser.get(f"{REGISTER}stopped/").content.decode()
        for browser in (keeper, stranger)
    ]

    assert shown == [True, False]


# Of the same name in two countries, and one without a seat before the others.
PLACES = [(number, country) for number in range(7) for country in ("SE", "FI")]


# --- Choosing


@pytest.mark.parametrize(
    ("kind", "query", "count"),
    [
        ("contact", "åsa", 1),
        ("contact", "nobody", 0),
        ("organisation", "ÅS", 1),
        ("seat", "ås chair", 1),
        ("seat", "stol", 0),
    ],
)
def test_choosers_find_what_is_typed(keeper, kind, query, count):
    contact = make_contact(given_name="Åsa")
    make_seat(
        holder=contact, title="Chair", organisation=make_organisation(name="Ås kommun")
    )

    answer = keeper.get(f"{REGISTER}choose/{kind}/results/", {"q": query})

    assert len(answer.context["results"].object_list) == count


def test_seat_made_in_the_chooser_is_logged(keeper):
    organisation, role = make_organisation(), make_role()

    answer = keeper.post(
        f"{REGISTER}choose/seat/create/",
        {"organisation": organisation.name, "role": role.pk, "title": "Chair"},
    )

    assert answer.json()["step"] == "chosen"
    assert Seat.objects.get().organisation == organisation
    assert ModelLogEntry.objects.get().object_id == str(Seat.objects.get().pk)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("", "This field is required."),
        ("ekstad", "No organisation has that in its name. Add it first."),
        (
            "ås",
            "Several organisations have that in their names: "
            "Ås kommun; Åstorps kommun.",
        ),
    ],
)
def test_seat_made_at_no_one_organisation_is_refused(keeper, name, said):
    for organisation in ("Ås kommun", "Åstorps kommun"):
        make_organisation(name=organisation)

    answer = keeper.post(
        f"{REGISTER}choose/seat/create/",
        {"organisation": name, "role": make_role().pk},
    )

    assert said in html.unescape(answer.json()["htmlFragment"])
    assert not Seat.objects.exists()


@pytest.mark.parametrize(
    ("name", "chosen"), [("ÅS KOMMUN", "Ås kommun"), ("torp", "Åstorps kommun")]
)
def test_seat_is_made_where_a_name_or_a_part_of_it_says(keeper, name, chosen):
    for organisation in ("Ås kommun", "Nya Ås kommun", "Åstorps kommun"):
        make_organisation(name=organisation)

    keeper.post(
        f"{REGISTER}choose/seat/create/",
        {"organisation": name, "role": make_role().pk},
    )

    assert str(Seat.objects.get().organisation) == chosen


def test_seats_far_back_are_the_same_as_without_the_detour(keeper, monkeypatch):
    places = [make_organisation(name=f"Place {n % 9}", country=c) for n, c in PLACES]
    for number in range(60):
        make_seat(organisation=places[number % len(places)], title=f"Seat {number}")
    pages = [
        {"p": page, **order}
        for page in (1, 2)
        for order in ({}, {"ordering": "role__slug"})
    ]
    plain = [names_in(keeper.get(f"{REGISTER}seats/", page)) for page in pages]
    monkeypatch.setattr(seat_paging, "NEAR_AN_END", 0)
    monkeypatch.setattr(seat_paging.SeatPaginator, "FAR_BACK", 0)

    again = [names_in(keeper.get(f"{REGISTER}seats/", page)) for page in pages]

    assert again == plain
    assert [len(names) for names in plain] == [50, 50, 10, 10]


def test_page_with_very_many_seats_shows_the_first_and_leads_to_all(
    keeper, monkeypatch
):
    monkeypatch.setattr(seats_views, "SHOWN", 2)
    network = make_network()
    place = make_organisation(name="Ås kommun")
    for title in ("Chair", "Secretary", "Treasurer"):
        make_seat(title=title, organisation=place, network=network)
    pages = (
        (f"{REGISTER}networks/inspect/{network.pk}/", f"network={network.pk}"),
        (f"{REGISTER}organisations/inspect/{place.pk}/", "q=%C3%85s+kommun"),
    )

    for page, chosen in pages:
        answer = keeper.get(page)

        assert len(answer.context["seats"]) == 2
        assert answer.context["all_seats_url"] == f"{REGISTER}seats/?{chosen}"
        assert len(names_in(keeper.get(answer.context["all_seats_url"]))) == 3


def test_tab_to_search_in_is_in_the_language_of_whoever_looks():
    with translation.override("sv"):
        assert str(seat_chooser.search_tab_label) == "Sök"
    with translation.override("en"):
        assert str(seat_chooser.search_tab_label) == "Search"


# --- The menu


@pytest.mark.parametrize(
    ("role", "is_shown"),
    [("Auditors", True), ("Register keepers", True), ("Approvers", False)],
)
def test_site_history_is_offered_to_those_who_see_contacts(role, is_shown):
    answer = log_in(role).get("/admin/").content.decode()

    assert ("register-history" in answer) == is_shown
