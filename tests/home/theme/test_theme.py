"""The accent and the logo of the public site."""

from io import BytesIO

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.core.files.images import ImageFile
from PIL import Image as Pillow
from wagtail.images import get_image_model

from home.models import SiteTheme
from home.theme.styles import name_styles, write_styles
from newsletter.colours import DEFAULT_ACCENT
from tests.factories import make_user

WINE = "#7a1f3d"


@pytest.fixture
def logo(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    content = BytesIO()
    Pillow.new("RGBA", (400, 100), "green").save(content, "PNG")
    return get_image_model().objects.create(
        title="Märket",
        description="Nätverket för lokal integration",
        file=ImageFile(content, name="market.png"),
    )


def read_head(client, url):
    return BeautifulSoup(client.get(url).content, "html.parser").head


@pytest.mark.django_db
@pytest.mark.parametrize("accent", ["#8fd3c0", "#f0b83a", "green", "#12345"])
def test_accent_that_cannot_be_read_is_refused(site, accent):
    with pytest.raises(ValidationError) as found:
        SiteTheme(site=site.site, accent=accent).full_clean()

    assert found.value.message_dict.keys() == {"accent"}


@pytest.mark.django_db
def test_logo_without_a_description_is_refused(site, logo):
    logo.description = ""

    with pytest.raises(ValidationError) as found:
        SiteTheme(site=site.site, logo=logo).full_clean()

    assert found.value.message_dict.keys() == {"logo"}


@pytest.mark.django_db
def test_default_look_asks_for_nothing_and_writes_nothing(client, site):
    names = [link["href"] for link in read_head(client, site.home.url)("link")]

    assert [name for name in names if "theme" in name] == []
    assert SiteTheme.objects.count() == 0


@pytest.mark.django_db
def test_accent_comes_from_an_address_that_changes_with_it(client, site):
    SiteTheme.objects.create(site=site.site, accent=WINE)

    links = read_head(client, site.archive.url)("link", rel="stylesheet")
    theme = client.get(links[-1]["href"])

    assert links[-1]["href"] == f"/theme-{name_styles(WINE)}.css"
    assert theme.content.decode() == write_styles(WINE)
    assert theme["Cache-Control"] == "public, max-age=31536000, immutable"
    assert theme["Content-Type"] == "text/css; charset=utf-8"


@pytest.mark.parametrize(
    "name", ["7a1f3d-00000000", "8fd3c0-11111111", "x", f"{DEFAULT_ACCENT[1:]}-1"]
)
@pytest.mark.django_db
def test_styles_of_another_name_are_not_found(client, name):
    assert client.get(f"/theme-{name}.css").status_code == 404


def test_styles_leave_print_black_and_have_a_lighter_accent_in_the_dark():
    styles = write_styles(WINE)

    assert styles.startswith("@media screen { :root { --accent: #7a1f3d;")
    assert "(prefers-color-scheme: dark) { :root { --accent: #e8a6bc;" in styles


@pytest.mark.django_db
def test_logo_stands_in_the_head_with_its_text(client, site, logo):
    SiteTheme.objects.create(site=site.site, logo=logo)

    first = BeautifulSoup(client.get(site.home.url).content, "html.parser")
    other = BeautifulSoup(client.get(site.archive.url).content, "html.parser")

    assert first.select_one("h1.name").text == site.home.title
    assert first.select_one(".mast img")["alt"] == "Nätverket för lokal integration"
    link = other.select_one(".mast a.logo-link")
    assert link["href"] == site.home.url
    assert (link.img["width"], link.img["height"]) == ("200", "50")
    assert other.select_one(".mast a.name") is None


@pytest.mark.django_db
def test_logo_whose_file_is_gone_leaves_the_name(client, site, logo):
    SiteTheme.objects.create(site=site.site, logo=logo)
    logo.file.delete(save=False)

    page = BeautifulSoup(client.get(site.archive.url).content, "html.parser")

    assert page.select_one(".mast a.name").text == site.home.title


@pytest.mark.django_db
def test_sample_is_for_who_may_change_the_look(client, editor):
    refused = editor.get("/admin/look/accent/?accent=%237a1f3d")
    assert (refused.status_code, refused.url) == (302, "/admin/")
    client.force_login(make_user(email="admin@example.org", is_superuser=True))

    sample = client.get("/admin/look/accent/?accent=%237a1f3d")
    form = client.get("/admin/settings/home/sitetheme/", follow=True)

    assert b"#7a1f3d" in sample.content
    assert b'data-rb-accent-url-value="/admin/look/accent/"' in form.content
