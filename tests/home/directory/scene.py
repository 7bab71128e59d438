"""Reading the directory's pages, for their tests."""

from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file

from crm.models import Organisation
from tests.factories import (
    make_organisation,
)


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


def make_picture(title: str) -> Image:
    return Image.objects.create(title=title, file=get_test_image_file())
