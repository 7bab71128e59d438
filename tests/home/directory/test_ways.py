"""What leads to the directory, and what of it machines are told."""

import re

import pytest
from wagtail.models import Locale

from crm.models import Network
from tests.factories import (
    make_directory,
    make_membership,
    make_network,
    make_news_page,
    make_organisation,
    make_role,
)
from tests.home.directory.scene import make_town, read, said

pytestmark = [pytest.mark.django_db, pytest.mark.database]


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
    assert "Dold" not in page.text


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
