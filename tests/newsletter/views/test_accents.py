"""newsletter/views/accents.py and the newsletter's form: accent and logo."""

from urllib.parse import urlsplit

import pytest
from django.core.exceptions import ValidationError
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file

from newsletter.mail.compose import compose_page
from tests.factories import make_news_page, make_newsletter
from tests.newsletter.browsing import log_in
from tests.newsletter.mail.pages import parse_html

pytestmark = pytest.mark.django_db


def make_image(size=(600, 200), **fields):
    fields.setdefault("description", "Nätverkets märke")
    return Image.objects.create(
        title="Logo", file=get_test_image_file(size=size), **fields
    )


def test_sample_measures_the_colour_in_both_schemes():
    written = log_in("wagtailadmin.access_admin", "newsletter.change_newsletter").get(
        "/admin/sends/accent/?accent=%230f4a40"
    )

    text = parse_html(written.content.decode()).text
    assert "Link on paper: 9.9 to 1, at least 7." in text
    assert "Link on paper: 10.6 to 1, at least 7." in text
    assert text.count("It can be read.") == 2


@pytest.mark.parametrize("accent", ["", "red", "%230f4a4", "%3Cscript%3E"])
def test_sample_of_no_colour_says_how_to_write_one(accent):
    written = log_in("wagtailadmin.access_admin", "newsletter.change_newsletter").get(
        f"/admin/sends/accent/?accent={accent}"
    )

    assert parse_html(written.content.decode()).text == (
        "Write a colour like #0f4a40 to see it here."
    )


def test_form_shows_the_sample():
    newsletter = make_newsletter()

    html = (
        log_in("wagtailadmin.access_admin", "newsletter.change_newsletter")
        .get(f"/admin/newsletters/edit/{newsletter.pk}/")
        .content.decode()
    )

    assert 'data-controller="rb-accent"' in html
    assert "Link on paper: 9.9 to 1" in html


@pytest.mark.parametrize(
    ("fields", "said"),
    [({"description": ""}, "saknar beskrivning"), ({"size": (4001, 10)}, "4001")],
)
def test_logo_without_words_or_far_too_large_is_refused(fields, said):
    newsletter = make_newsletter()
    newsletter.logo = make_image(**fields)

    with pytest.raises(ValidationError, match=said) as refused:
        newsletter.clean()

    assert list(refused.value.message_dict) == ["logo"]


def test_mail_shows_the_logo_with_its_size_and_name():
    newsletter = make_newsletter(name="Rundbrev & vänner", logo=make_image())
    newsletter.clean()
    page = make_news_page(newsletter=newsletter, body=[("lead", {"text": "Hej"})])

    html = compose_page(page, newsletter, [], locale="sv").cut(0).html

    (logo,) = parse_html(html).find_all("img")
    assert (logo.attrs["alt"], logo.attrs["width"], logo.attrs["height"]) == (
        "Rundbrev & vänner", "216", "72",
    )  # fmt: skip
    assert urlsplit(logo.attrs["src"]).path.endswith(".png")


def test_mail_is_fine_without_logo_and_when_its_file_is_gone():
    newsletter = make_newsletter(name="Rundbrevet", logo=make_image())
    newsletter.logo.file.storage.delete(newsletter.logo.file.name)
    page = make_news_page(newsletter=newsletter, body=[("lead", {"text": "Hej"})])

    html = compose_page(page, newsletter, [], locale="sv").cut(0).html

    assert parse_html(html).find_all("img") == []
    assert "Rundbrevet" in parse_html(html).text


def test_mail_has_the_accent_in_both_schemes():
    newsletter = make_newsletter(accent="#7a1020")
    page = make_news_page(newsletter=newsletter, body=[("lead", {"text": "Hej"})])

    html = compose_page(page, newsletter, [], locale="sv").cut(0).html

    assert "#8fd3c0" not in html
    assert "#7a1020" in html
