"""The directory's pages: whom they show, what they say, at what cost."""

import json
import re
from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Locale
from wagtail_localize.models import Translation, TranslationSource

from crm.models import Network, Organisation
from home.directory.listing import open_listing
from home.models import DirectoryPage
from tests.factories import (
    make_contact,
    make_directory,
    make_media_item,
    make_membership,
    make_network,
    make_news_page,
    make_organisation,
    make_publication,
    make_role,
    make_seat,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def make_town(name: str = "Åbo", **fields) -> Organisation:
    """Make a published organisation that is on the map."""
    fields.setdefault("latitude", 60.45)
    fields.setdefault("longitude", 22.27)
    return make_organisation(name=name, is_published=True, **fields)


def read(client, url: str) -> BeautifulSoup:
    response = client.get(url)
    assert response.status_code == 200, url
    return BeautifulSoup(response.content, "html.parser")


def listed(page: BeautifulSoup) -> list[str]:
    return [link.text for link in page.select(".cities a")]


def said(page: BeautifulSoup, selector: str) -> list[str]:
    return [" ".join(found.text.split()) for found in page.select(selector)]


def count_queries(client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.fixture
def directory(site):
    return make_directory(site)


# --- The first page


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
        make_town(name, name_sv=swedish, name_en=own_english, latitude=None)
    abroad = site.home.get_children().get(slug="register").specific
    abroad = abroad.copy_for_translation(english.locale)
    abroad.save_revision().publish()

    assert listed(read(client, "/sv/register/")) == ["Aten", "Wien", "Åbo"]
    assert listed(read(client, abroad.url)) == ["Athens", "Turku", "Vienna"]


def test_who_has_no_coordinates_is_counted_beside_the_map(client, directory):
    make_town("Lund")
    make_town("Åbo", latitude=None)
    make_town("Växjö", longitude=None)
    make_town("Ystad", latitude=554.3)

    page = read(client, directory.url)

    (words,) = said(page, "figcaption")
    assert "3 " in words
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


# --- An organisation


def test_page_of_an_unpublished_organisation_is_not_there(client, directory):
    hidden = make_organisation(name="Hemlig")

    for number in (hidden.pk, 10**9, 10**30):
        url = f"{directory.url}organisations/{number}/"
        assert client.get(url).status_code == 404


def test_organisation_shows_names_place_network_and_period(client, directory):
    network = make_network(name="CLIP", slug="clip")
    town = make_town(
        "Turku", name_sv="Åbo", country="FI", website="https://www.turku.example/"
    )
    for role in ("founder", "member"):
        make_membership(
            network=network, organisation=town, role=role, starts_on=date(2006, 9, 11)
        )

    page = read(client, f"{directory.url}organisations/{town.pk}/")

    assert said(page, "h1") == ["Åbo"]
    assert said(page, ".other-names li") == ["Turku"]
    assert said(page, ".head .meta p") == ["Kommun", "Finland"]
    assert page.select_one(".website a").text == "turku.example"
    assert said(page, ".series li") == [
        "CLIP Medlem, grundare, sedan 11 september 2006"
    ]
    assert page.select(".series a") == []
    assert len(page.select(".map circle")) == 1


def test_other_names_are_marked_with_their_language_where_it_is_known(
    client, directory
):
    town = make_town(
        "København", name_sv="Köpenhamn", name_en="Copenhagen", country="DK"
    )
    bilingual = make_town("Liège", name_sv="Lüttich", country="BE")

    marked = {
        li.text.strip(): li.get("lang")
        for organisation in (town, bilingual)
        for li in read(
            client, f"{directory.url}organisations/{organisation.pk}/"
        ).select(".other-names li")
    }

    assert marked == {"København": "da", "Copenhagen": "en", "Liège": None}


def test_organisation_shows_its_logo_and_agreed_portraits_only(client, directory):
    town = make_town(logo=make_picture("Stadens vapen"))
    for name, agreed in [("Ada", True), ("Bo", False)]:
        holder = make_contact(
            given_name=name,
            photo=make_picture(name),
            publishes_name=True,
            publishes_photo=agreed,
        )
        make_seat(organisation=town, title=name, holder=holder)

    page = read(client, f"{directory.url}organisations/{town.pk}/")

    assert page.select_one(".organisation-logo")["alt"] == "Stadens vapen"
    assert [image["alt"] for image in page.select(".portrait")] == [""]


def test_parent_and_parts_are_named_only_if_published(client, directory):
    hidden = make_organisation(name="Lärosätet")
    centre = make_town("Centret", parent=hidden)
    make_organisation(name="Avdelningen", parent=centre)
    make_town("Gruppen", parent=centre)

    page = read(client, f"{directory.url}organisations/{centre.pk}/")

    assert said(page, ".parts a") == ["Gruppen"]
    assert "Lärosätet" not in page.text
    assert "Avdelningen" not in page.text


def test_organisation_lists_items_this_reader_may_read(client, site):
    directory = make_directory(site)
    network = make_network(slug="clip")
    town = make_town()
    make_membership(network=network, organisation=town)
    for title, visibility in [("Öppen", "public"), ("Sluten", "partners")]:
        make_news_page(
            archive=site.archive, title=title, network=network, visibility=visibility
        )
    url = f"{directory.url}organisations/{town.pk}/"

    page = read(client, url)

    assert said(page, ".contents h3") == ["Öppen"]
    assert page.select_one(".series a")["href"].endswith("/networks/clip/")

    session = client.session
    session["partner"] = make_seat(holder=make_contact()).affiliations.get().contact_id
    session.save()
    assert set(said(read(client, url), ".contents h3")) == {"Öppen", "Sluten"}


def test_a_network_only_partners_read_of_has_no_link_for_others(client, site):
    directory = make_directory(site)
    network = make_network()
    town = make_town()
    make_membership(network=network, organisation=town)
    make_news_page(archive=site.archive, network=network, visibility="partners")

    page = read(client, f"{directory.url}organisations/{town.pk}/")

    assert (page.select(".series a"), page.select(".contents")) == ([], [])


def test_organisation_costs_the_same_for_one_and_three(client, site):
    directory = make_directory(site)
    town = make_town()

    def add():
        network = make_network()
        make_membership(organisation=town, network=network)
        make_seat(
            organisation=town,
            network=network,
            holder=make_contact(publishes_name=True),
        )
        make_seat(organisation=town, email="post@example.org", network=network)
        make_publication(publisher=town)
        make_media_item(publisher=town, outlet=make_town(network.name))
        make_town(f"Del av {network}", parent=town)
        make_news_page(archive=site.archive, network=network)

    add()
    url = f"{directory.url}organisations/{town.pk}/"
    once = count_queries(client, url)
    add(), add()
    assert count_queries(client, url) == once
    assert once <= 32


def test_organisation_describes_itself_to_machines_in_both_languages(client, site):
    directory = make_directory(site)
    english = Locale.objects.get_or_create(language_code="en")[0]
    for page in (site.home, directory):
        page.copy_for_translation(english).save_revision().publish()
    network = make_network(name="CLIP")
    town = make_town(
        "Turku </script>", name_sv="Åbo", country="FI", website="https://turku.example/"
    )
    make_membership(network=network, organisation=town)

    page = read(client, f"{directory.url}organisations/{town.pk}/?q=x")

    graph = json.loads(page.select_one("script[type='application/ld+json']").string)
    (data,) = [part for part in graph["@graph"] if part["name"] == "Åbo"]
    address = f"http://testserver{directory.url}organisations/{town.pk}/"
    assert data["@type"] == "Organization"
    assert data["mainEntityOfPage"].endswith(f"{directory.url}organisations/{town.pk}/")
    assert data["alternateName"] == ["Turku </script>"]
    assert data["address"] == {"@type": "PostalAddress", "addressCountry": "FI"}
    assert data["memberOf"] == [{"@type": "Organization", "name": "CLIP"}]
    assert page.select_one("link[rel=canonical]")["href"] == address
    others = {a["hreflang"]: a["href"] for a in page.select("link[rel=alternate]")}
    assert others["en"].endswith(f"/register/organisations/{town.pk}/")
    assert " ".join(page.title.text.split()) == "Åbo – Register – Rundbrev"
    assert page.select_one("meta[name=description]")["content"].startswith("Åbo.")
    assert page.select_one(".nav [aria-current]")["aria-current"] == "true"
    assert "</script>" not in page.select_one("h1").text


# --- Experts


def test_experts_of_a_directory_without_roles_are_no_page(client, directory):
    assert client.get(f"{directory.url}experts/").status_code == 404
    assert "experts/" not in client.get(directory.url).content.decode()


def test_expert_shows_each_field_only_with_the_word_on_it(client, site):
    role = make_role(name_sv="expert")
    directory = make_directory(site, experts=[role])
    fields = {"phone": "0920-1", "biography": "Forskar."}
    told = make_contact(
        given_name="Ada",
        family_name="Ek",
        publishes_name=True,
        publishes_phone=True,
        **fields,
    )
    make_seat(role=role, organisation=make_town("Lund"), holder=told)
    silent = make_contact(family_name="Tyst", publishes_email=True, **fields)
    make_seat(role=role, organisation=make_town("Åbo"), holder=silent)

    page = read(client, f"{directory.url}experts/")

    assert said(page, ".person-name") == ["Ada Ek"]
    assert "0920-1" in page.text
    assert told.email not in page.text
    assert "Forskar" not in page.text
    assert "Tyst" not in page.text
    assert silent.email not in page.text


def test_translated_directory_follows_the_choice_of_experts(site):
    directory = make_directory(site, experts=[make_role()])
    english = Locale.objects.get_or_create(language_code="en")[0]

    def translate(page) -> None:
        source, _made = TranslationSource.update_or_create_from_instance(page)
        translation, _made = Translation.objects.get_or_create(
            source=source, target_locale=english
        )
        translation.save_target(publish=True)

    translate(site.home), translate(directory)
    directory.expert_roles = [make_role(), make_role()]
    directory.save()
    translate(directory)

    translated = DirectoryPage.objects.get(locale=english)
    assert set(translated.expert_roles.all()) == set(directory.expert_roles.all())


def test_no_expert_who_agreed_is_said_kindly(client, site):
    directory = make_directory(site, experts=[make_role()])

    page = read(client, f"{directory.url}experts/")

    assert len(page.select(".empty")) == 1
    assert page.select(".people") == []


def test_many_experts_are_searched_and_paged(client, site, monkeypatch):
    monkeypatch.setattr("home.directory.people.FEW", 1)
    monkeypatch.setattr("home.directory.people.EXPERTS_PER_PAGE", 2)
    role = make_role()
    directory = make_directory(site, experts=[role])
    for name in ("Åsa", "Bo", "Cleo"):
        make_seat(
            role=role,
            organisation=make_town(f"{name}stad"),
            holder=make_contact(given_name=name, family_name=name, publishes_name=True),
        )
    url = f"{directory.url}experts/"

    assert said(read(client, f"{url}?page=2"), ".person-name") == ["Åsa Åsa"]
    assert said(read(client, f"{url}?q=cleost"), ".person-name") == ["Cleo Cleo"]
    assert len(read(client, f"{url}?q=nobody").select(".empty")) == 1


def make_picture(title: str) -> Image:
    return Image.objects.create(title=title, file=get_test_image_file())


def test_experts_with_portraits_cost_the_same_for_one_and_three(client, site):
    role = make_role()
    directory = make_directory(site, experts=[role])

    def add(number):
        face = make_picture(f"Porträtt {number}")
        holder = make_contact(publishes_name=True, publishes_photo=True, photo=face)
        make_seat(role=role, organisation=make_town(f"Stad {number}"), holder=holder)

    add(1)
    once = count_queries(client, f"{directory.url}experts/")
    add(2), add(3)
    assert count_queries(client, f"{directory.url}experts/") == once


# --- Publications and media


def test_publications_stand_under_their_years_with_title_in_its_language(
    client, directory
):
    make_publication(title="Utan år")
    make_publication(title="Old", language="en", appeared_on="2006-09")
    make_publication(
        title="Ny",
        appeared_on="2021-06-14",
        url="https://example.org/ny",
        publisher=make_organisation(name="Hemlig"),
        authors="Ada Ek",
    )

    page = read(client, f"{directory.url}publications/")

    assert said(page, ".year h2") == ["2021", "2006", "Utan datum"]
    assert said(page, ".works b, .works a") == ["Ny", "Old", "Utan år"]
    assert page.select_one(".works a")["href"] == "https://example.org/ny"
    assert page.find("b", string="Old")["lang"] == "en"
    assert "Hemlig" not in page.text
    assert "Ada Ek" in page.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=oknen", ["Öknen"]),
        ("q=ek+skogen", ["Skogen"]),
        ("kind=book", ["Öknen"]),
        ("year=2020", ["Skogen"]),
        ("publisher={town}", ["Öknen"]),
        ("publisher={hidden}", ["Öknen", "Skogen"]),
        ("publisher=x&kind=x&year=x", ["Öknen", "Skogen"]),
        ("q=nothing", []),
    ],
)
def test_publications_are_narrowed_down(client, directory, query, found):
    town, hidden = make_town(), make_organisation()
    make_publication(title="Öknen", kind="book", appeared_on="2021", publisher=town)
    make_publication(
        title="Skogen", authors="Ada Ek", appeared_on="2020", publisher=hidden
    )
    query = query.format(town=town.pk, hidden=hidden.pk)

    page = read(client, f"{directory.url}publications/?{query}")

    assert said(page, ".works b") == found


def test_publications_of_a_networks_directory_are_the_networks(client, site):
    network = make_network()
    directory = make_directory(site, network=network)
    make_publication(title="Vår", network=network)
    make_publication(title="Andras")

    page = read(client, f"{directory.url}publications/")

    assert said(page, ".works b") == ["Vår"]


def test_media_say_where_only_if_that_is_published(client, directory):
    make_media_item(title="Ett", outlet=make_town("Bladet"), appeared_on="2020")
    make_media_item(title="Två", outlet=make_organisation(name="Hemlig"))

    page = read(client, f"{directory.url}media/")

    lines = said(page, ".works li")
    assert lines[0].startswith("”Ett”")
    assert "Bladet" in lines[0]
    assert "Hemlig" not in page.text


@pytest.mark.parametrize(
    ("part", "make"), [("publications", make_publication), ("media", make_media_item)]
)
def test_works_cost_the_same_for_one_and_three(client, directory, part, make):
    def add():
        make(publisher=make_town(f"Förlag {Organisation.objects.count()}"))

    add()
    once = count_queries(client, f"{directory.url}{part}/")
    add(), add()
    assert count_queries(client, f"{directory.url}{part}/") == once


def test_nothing_written_yet_is_said_and_not_offered(client, directory):
    assert read(client, directory.url).select(".ways") == []
    page = read(client, f"{directory.url}publications/")
    assert len(page.select(".empty")) == 1
    assert page.select(".find") == []


# --- Ways to it


def test_network_page_leads_to_its_published_members(client, site):
    make_directory(site)
    network: Network = make_network(slug="clip")
    town, hidden = make_town("Lund"), make_organisation(name="Dold")
    for member in (town, hidden):
        make_membership(network=network, organisation=member)
    make_news_page(archive=site.archive, network=network)

    page = read(client, f"{site.archive.url}networks/clip/")

    assert [(a.text, a["href"]) for a in page.select(".members a")] == [
        ("Lund", f"/sv/register/organisations/{town.pk}/")
    ]
    assert said(page, ".members li > span:first-child") == ["Dold"]


@pytest.mark.parametrize("layout", ["line", "columns"])
@pytest.mark.parametrize("has_directory", [True, False])
def test_member_list_of_an_item_leads_to_the_directory(
    client, site, layout, has_directory
):
    if has_directory:
        make_directory(site)
    network = make_network()
    town = make_town("Lund")
    make_membership(network=network, organisation=town)
    make_membership(network=network, organisation=make_organisation(name="Dold"))
    block = {"heading": "Med", "layout": layout, "role": "member"}
    item = make_news_page(
        archive=site.archive, network=network, body=[("member_list", block)]
    )

    links = read(client, item.url).select("a[href*='/organisations/']")

    assert [a.text for a in links] == (["Lund"] if has_directory else [])


def test_search_in_the_archive_names_who_is_in_the_directory(client, site):
    make_directory(site)
    make_town("Turku", name_sv="Åbo"), make_organisation(name="Turkudold")

    page = read(client, f"{site.archive.url}?q=turku")

    assert said(page, ".found a[href*=organisations]") == ["Åbo"]


def test_no_directory_leads_nowhere(client, site):
    make_town("Turku")

    page = read(client, f"{site.archive.url}?q=turku")

    assert page.select("a[href*=organisations]") == []


def test_sitemap_names_the_directorys_pages_in_all_languages(client, site):
    directory = make_directory(site, experts=[make_role()])
    town, _hidden = make_town(), make_organisation()
    english = Locale.objects.get_or_create(language_code="en")[0]
    for page in (site.home, directory):
        page.copy_for_translation(english).save_revision().publish()

    index = client.get("/sitemap.xml").content.decode()
    part = client.get("/sitemap-directory.xml").content.decode()

    assert "/sitemap-directory.xml" in index
    paths = re.findall(r"<loc>[^<]*/register/([^<]*)</loc>", part)
    assert paths == ["experts/", f"organisations/{town.pk}/"] * 2
    assert part.count("xhtml:link ") == 8


def test_sitemap_without_a_directory_has_no_such_part(client, site):
    assert "directory" not in client.get("/sitemap.xml").content.decode()
    assert client.get("/sitemap-directory.xml").status_code == 404
