"""Pictures and logos in a mail: on our own site, in a format every programme shows."""

import pytest
from django.core.files.images import ImageFile
from django.test import override_settings
from PIL import Image as Pillow
from wagtail.images import get_image_model

from newsletter.mail.compose import compose_page
from tests.factories import (
    make_membership,
    make_network,
    make_news_page,
    make_organisation,
)
from tests.newsletter.mail.pages import parse_html

pytestmark = pytest.mark.django_db


@pytest.fixture
def picture(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.SITE_URL = "https://rundbrev.example"
    path = tmp_path / "bild.webp"
    Pillow.new("RGB", (1400, 700), "green").save(path)
    with path.open("rb") as file:
        return get_image_model().objects.create(
            title="bild.webp", file=ImageFile(file, name="bild.webp")
        )


def images(page):
    mail = compose_page(page, page.newsletter, [], locale="sv").cut(0)
    return mail, [element.attrs for element in parse_html(mail.html).find_all("img")]


def test_picture_is_a_jpeg_of_this_site_with_its_text(picture):
    image = {"image": picture.pk, "decorative": False, "alt_text": 'Ett "torg" & folk'}
    value = {"image": image, "caption": "Torget", "credit": "Åsa Öst"}

    mail, [found] = images(make_news_page(body=[("image", value)]))

    assert found["src"].startswith("https://rundbrev.example/media/")
    assert ".jpg?k=" in found["src"]
    assert found["alt"] == 'Ett "torg" & folk'
    assert '[Ett "torg" & folk]\nTorget' in mail.text


def test_decorative_picture_is_silent(picture):
    image = {"image": picture.pk, "decorative": True, "alt_text": ""}

    mail, [found] = images(make_news_page(body=[("image", {"image": image})]))

    assert found["alt"] == ""
    assert "[" not in mail.text.partition("----")[2].partition("====")[0]


def test_logo_is_named_after_its_organisation(picture):
    network = make_network()
    organisation = make_organisation(name="Ekstads kommun", logo=picture)
    make_membership(network=network, organisation=organisation)
    body = [("partner_logos", {"heading": "Parter"})]

    _mail, [found] = images(make_news_page(body=body, network=network))

    assert ".png?k=" in found["src"]
    assert found["alt"] == "Ekstads kommun"


@override_settings(SITE_URL="https://rundbrev.example")
def test_public_page_shows_the_picture_with_its_text(picture, client):
    image = {"image": picture.pk, "decorative": False, "alt_text": "Ett torg"}

    page = make_news_page(body=[("image", {"image": image})])
    [article] = parse_html(client.get(page.url).content.decode()).find_all("article")

    assert [img.attrs["alt"] for img in article.find_all("img")] == ["Ett torg"]
