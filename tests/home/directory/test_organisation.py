"""The page of an organisation: what it says, to whom."""

import json
from datetime import date

import pytest
from wagtail.models import Locale

from tests.factories import (
    make_contact,
    make_directory,
    make_media_item,
    make_membership,
    make_network,
    make_news_page,
    make_organisation,
    make_publication,
    make_seat,
)
from tests.home.directory.scene import (
    count_queries,
    make_picture,
    make_town,
    read,
    said,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]


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
