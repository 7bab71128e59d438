"""The pages of publications and media."""

import pytest

from crm.models import Organisation
from tests.factories import (
    make_directory,
    make_media_item,
    make_network,
    make_organisation,
    make_publication,
)
from tests.home.directory.scene import count_queries, make_town, read, said

pytestmark = [pytest.mark.django_db, pytest.mark.database]


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
