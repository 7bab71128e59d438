"""The directory's first page: the list, the map, whom they show."""

from datetime import date

import pytest
from django.utils import translation
from wagtail.models import Locale

from home.directory.listing import open_listing
from tests.factories import (
    make_contact,
    make_directory,
    make_membership,
    make_network,
    make_organisation,
    make_publication,
    make_role,
    make_seat,
)
from tests.home.directory.scene import count_queries, listed, make_town, read, said

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_empty_directory_says_so_without_form_and_map(client, directory):
    page = read(client, directory.url)

    assert said(page, ".empty") == ["Ingen organisation visas här än."]
    assert (page.select(".find"), page.select(".map")) == ([], [])


def test_list_and_map_show_the_same_published_organisations(client, directory):
    make_town("Åbo"), make_town("Lund", latitude=55.7, longitude=13.2)
    make_organisation(name="Hemlig", latitude=60.0, longitude=20.0)

    page = read(client, directory.url)

    assert listed(page) == ["Lund", "Åbo"]
    assert [title.text for title in page.select(".map a > title")] == ["Lund", "Åbo"]
    assert [a["href"] for a in page.select(".map a")] == [
        a["href"] for a in page.select(".cities a")
    ]
    assert {a["tabindex"] for a in page.select(".map a")} == {"-1"}
    assert page.select_one(".map")["aria-hidden"] == "true"
    assert "Hemlig" not in page.text


def test_line_says_country_and_an_unusual_kind(client, directory):
    for name, kind in [
        ("A", "municipality"),
        ("B", "eu_body"),
        ("C", "research_centre"),
        ("D", "other"),
    ]:
        make_town(name, kind=kind, country="IE")
    with translation.override("en"):
        entries = open_listing(None, {}, date(2026, 3, 2)).entries

    assert [(entry.country, entry.kind) for entry in entries] == [
        ("Ireland", ""),
        ("Ireland", "EU body"),
        ("Ireland", "research centre"),
        ("Ireland", ""),
    ]
    assert said(read(client, directory.url), ".cities span")[0] == "Irland"


def test_list_is_in_the_order_of_the_languages_names(client, site):
    make_directory(site)
    english = site.home.copy_for_translation(
        Locale.objects.get_or_create(language_code="en")[0]
    )
    english.save_revision().publish()
    for name, swedish, own_english in [
        ("Αθήνα", "Aten", "Athens"),
        ("Turku", "Åbo", ""),
        ("Wien", "", "Vienna"),
    ]:
        make_town(
            name, name_sv=swedish, name_en=own_english, latitude=None, longitude=None
        )
    abroad = site.home.get_children().get(slug="register").specific
    abroad = abroad.copy_for_translation(english.locale)
    abroad.save_revision().publish()

    assert listed(read(client, "/sv/register/")) == ["Aten", "Wien", "Åbo"]
    assert listed(read(client, abroad.url)) == ["Athens", "Turku", "Vienna"]


def test_who_has_no_coordinates_is_counted_beside_the_map(client, directory):
    make_town("Lund")
    make_town("Åbo", latitude=None, longitude=None)
    make_town("Växjö", latitude=None, longitude=None)

    page = read(client, directory.url)

    (words,) = said(page, "figcaption")
    assert "2 " in words
    assert len(page.select(".map a")) == 1


def test_without_any_coordinates_there_is_a_list_only(client, directory):
    make_town("Åbo", latitude=None, longitude=None)

    page = read(client, directory.url)

    assert (listed(page), page.select("figure")) == (["Åbo"], [])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=abo", ["Åbo"]),
        ("q=TURKU", ["Åbo"]),
        ("q=frankfurt+main", ["Frankfurt am Main"]),
        ("q=%00", ["Frankfurt am Main", "Oxford", "Åbo"]),
        ("country=DE", ["Frankfurt am Main"]),
        ("kind=university", ["Oxford"]),
        ("country=XX&kind=none&page=9", ["Frankfurt am Main", "Oxford", "Åbo"]),
        ("q=abo&country=DE", []),
    ],
)
def test_list_is_narrowed_down_by_name_country_and_kind(
    client, directory, query, found
):
    make_town("Turku", name_sv="Åbo", country="FI")
    make_town("Frankfurt am Main", country="DE")
    make_town("Oxford", country="GB", kind="university")

    page = read(client, f"{directory.url}?{query}")

    assert listed(page) == found
    assert len(page.select(".map a")) == len(found)
    assert bool(page.select(".empty")) is not bool(found)


def test_directory_of_a_network_lists_todays_members(client, site):
    network = make_network(name="CLIP")
    directory = make_directory(site, network=network)
    for name, role, ends_on in [
        ("Medlem", "member", None),
        ("Förr", "member", date(2020, 1, 1)),
        ("Grundare", "founder", None),
    ]:
        make_membership(
            network=network, organisation=make_town(name), role=role, ends_on=ends_on
        )
    make_membership(network=network, organisation=make_organisation(name="Hemlig"))
    make_membership(
        network=network, organisation=make_organisation(name="Dold"), role="funder"
    )
    make_town("Utanför")

    page = read(client, directory.url)

    assert listed(page) == ["Medlem"]
    assert said(page, ".sidelist dd") == ["Grundare"]
    assert said(page, ".sidelist dt") == ["Grundare"]


def test_directory_of_a_project_without_members_lists_all_who_take_part(client, site):
    network = make_network()
    directory = make_directory(site, network=network)
    make_membership(network=network, organisation=make_town("Pilot"), role="pilot")
    make_membership(network=network, organisation=make_town("Mäster"), role="founder")

    page = read(client, directory.url)

    assert listed(page) == ["Mäster", "Pilot"]
    assert said(page, ".cities span")[0].startswith("Sverige,")
    assert page.select(".sidelist") == []


def test_long_list_goes_over_pages_and_the_map_shows_all(
    client, directory, monkeypatch
):
    monkeypatch.setattr("home.directory.listing.ORGANISATIONS_PER_PAGE", 2)
    for number in range(3):
        make_town(f"Stad {number}", longitude=10.0 + number)

    page = read(client, f"{directory.url}?page=2&country=SE")

    assert listed(page) == ["Stad 2"]
    assert len(page.select(".map a")) == 3
    assert page.select_one(".pages a")["href"] == "?page=1&country=SE"


def test_map_names_how_many_do_not_find_room(client, directory, monkeypatch):
    monkeypatch.setattr("home.directory.mapping.MOST_DOTS", 2)
    monkeypatch.setattr("home.directory.listing.MOST_DOTS", 2)
    for number in range(3):
        make_town(f"Trångt {number}")

    page = read(client, directory.url)

    assert len(page.select(".map a")) == 2
    assert "1 " in said(page, "figcaption")[0]


def test_first_page_costs_the_same_for_one_and_three(client, site):
    role, network = make_role(), make_network()
    directory = make_directory(site, experts=[role], network=network)

    def add(number):
        town = make_town(f"Stad {number}", longitude=10.0 + number)
        make_membership(network=network, organisation=town)
        make_membership(network=network, organisation=town, role="founder")
        partner = make_town(f"Partner {number}")
        make_membership(network=network, organisation=partner, role="partner")
        make_seat(
            organisation=town,
            role=role,
            network=network,
            holder=make_contact(publishes_name=True),
        )
        make_publication(network=network, publisher=town)

    add(1)
    once = count_queries(client, directory.url)
    add(2), add(3)
    assert count_queries(client, directory.url) == once
    assert once <= 25
