"""Nothing of ours asks another host for anything: not the site, the admin, the mail."""

import re

import pytest
from bs4 import BeautifulSoup
from django.conf import settings

from tests.factories import make_contact, make_news_page, make_segment, make_user

SUFFIXES = {".html", ".mjml", ".css", ".js", ".svg"}
FOLDERS = ("templates", "static", "crm", "home", "newsletter")
HOST = re.compile(r"""(?:https?:)?//([a-z0-9][\w-]*(?:\.[\w-]+)+)""", re.IGNORECASE)
# Hosts that stand in our files without being asked for anything.
NAMED = {
    "www.w3.org": "names of XML vocabularies",
}
# Elements that make a browser or mail programme fetch something.
FETCHING = {
    "audio": "src",
    "embed": "src",
    "iframe": "src",
    "img": "src",
    "input": "src",
    "link": "href",
    "object": "data",
    "script": "src",
    "source": "srcset",
    "video": "src",
}
ADMIN_PAGES = (
    "/admin/",
    "/admin/account/",
    "/admin/login/",
    "/admin/pages/",
    "/admin/register/contacts/",
    "/admin/register/segments/",
    "/admin/users/",
)


def test_own_files_name_no_host_but_the_reviewed():
    found = {
        host
        for folder in FOLDERS
        for path in (settings.BASE_DIR / folder).rglob("*")
        if path.suffix in SUFFIXES
        for host in HOST.findall(path.read_text(encoding="utf-8"))
    }

    assert found == set(NAMED)


def fetched_from_elsewhere(html):
    """Return the addresses on other hosts that a page would fetch."""
    soup = BeautifulSoup(html, "html.parser")
    wanted = [
        tag[attribute]
        for name, attribute in FETCHING.items()
        for tag in soup.find_all(name, attrs={attribute: True})
        # A link to the page's own address is no request.
        if tag.get("rel") not in (["canonical"], ["alternate"])
    ]
    return [url for url in wanted if HOST.match(url)]


@pytest.mark.django_db
def test_admin_fetches_nothing_from_elsewhere(client):
    make_contact()
    make_segment()
    client.force_login(make_user(email="asa@example.org", is_superuser=True))

    pages = {path: client.get(path, follow=True) for path in ADMIN_PAGES}

    assert {path: page.status_code for path, page in pages.items()} == dict.fromkeys(
        ADMIN_PAGES, 200
    )
    assert {
        path: fetched_from_elsewhere(page.content) for path, page in pages.items()
    } == {path: [] for path in ADMIN_PAGES}


@pytest.mark.django_db
def test_public_site_fetches_nothing_from_elsewhere(client, site):
    item = make_news_page(body=[("lead", {"text": "Tre dagar i staden."})])

    for page in (site.home, site.archive, item):
        response = client.get(page.url)

        assert response.status_code == 200
        assert fetched_from_elsewhere(response.content) == []
