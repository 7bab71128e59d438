"""Pictures under /media/: to whom they are shown, and what a file server may hand out."""

from datetime import date
from functools import partial

import pytest
from django.test import Client
from wagtail.images.models import Rendition
from wagtail.models import PageViewRestriction

from crm.seats import fill_seat
from home.models import SiteTheme
from home.pictures.layout import take_out_all
from newsletter.choices import Visibility
from newsletter.mail.urls import point_at_picture
from tests.factories import (
    make_contact,
    make_news_page,
    make_organisation,
    make_seat,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def committing(django_capture_on_commit_callbacks):
    """Wagtail notes what refers to a picture after the commit, and so do we."""
    return partial(django_capture_on_commit_callbacks, execute=True)


@pytest.fixture
def show(committing):
    """Return what publishes an item with a picture in it."""

    def publish(picture, visibility=Visibility.PUBLIC):
        image = {"image": picture.pk, "decorative": False, "alt_text": "Torget"}
        with committing():
            return make_news_page(
                body=[("image", {"image": image})], visibility=visibility
            )

    return publish


def size_of(picture):
    return picture.get_rendition("width-30")


def ask(client, address):
    """Return the answer with its ``body``, read to the end so that its file is closed."""
    answer = client.get(address)
    answer.body = answer.getvalue()
    return answer


def status(client, picture) -> int:
    return ask(client, size_of(picture).url).status_code


@pytest.fixture
def partner():
    contact = make_contact()
    fill_seat(make_seat(), contact, starts_on=date(2020, 1, 1))
    client = Client()
    session = client.session
    session["partner"] = contact.pk
    session.save()
    client.cookies["sessionid"] = session.session_key
    return client


@pytest.fixture
def colleague():
    client = Client()
    client.force_login(make_user("Editors"))
    return client


def test_picture_that_is_used_nowhere_is_the_editors_alone(
    client, partner, colleague, picture, folders
):
    statuses = [status(who, picture) for who in (client, partner, colleague)]

    assert statuses == [404, 404, 200]
    assert not folders.exists()


def test_picture_of_a_partners_item_is_theirs(
    client, site, partner, colleague, picture, folders, show
):
    show(picture, Visibility.PARTNERS)

    answers = [ask(who, size_of(picture).url) for who in (client, partner, colleague)]

    assert [answer.status_code for answer in answers] == [404, 200, 200]
    assert answers[1]["Cache-Control"] == "private, no-store"
    assert not folders.exists()


def test_public_picture_is_laid_out_for_the_file_server(
    client, site, picture, folders, show
):
    show(picture)
    size = size_of(picture)

    answer = ask(client, size.url)

    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert answer["Cache-Control"] == "public, max-age=3600"
    assert (folders / size.file.name).read_bytes() == answer.body
    # Emptied at any time, it fills again.
    take_out_all()
    assert status(client, picture) == 200
    assert (folders / size.file.name).exists()


@pytest.mark.parametrize(
    "kind", ["visibility", "draft", "removed", "deleted", "walled"]
)
def test_picture_is_taken_out_when_its_item_is_no_longer_public(
    kind, client, site, picture, folders, committing, show
):
    page = show(picture)
    size = size_of(picture)
    ask(client, size.url)
    assert (folders / size.file.name).exists()

    with committing():
        if kind == "visibility":
            page.visibility = Visibility.PARTNERS
            page.save_revision().publish()
        elif kind == "draft":
            page.unpublish()
        elif kind == "removed":
            page.body = []
            page.save_revision().publish()
        elif kind == "deleted":
            page.delete()
        else:
            PageViewRestriction.objects.create(page=page, restriction_type="login")

    assert not (folders / size.file.name).exists()
    assert client.get(size.url).status_code == 404


def test_picture_in_two_items_stays_as_long_as_one_is_public(
    client, site, picture, committing, show
):
    show(picture, Visibility.PARTNERS)
    public = show(picture)
    assert status(client, picture) == 200

    with committing():
        public.unpublish()

    assert status(client, picture) == 404


def test_letter_shows_its_pictures_without_a_session(client, site, picture, show):
    show(picture, Visibility.PARTNERS)
    address = point_at_picture(size_of(picture))

    assert ask(client, address).status_code == 200
    assert client.get(address[:-1]).status_code == 404
    # The key of one picture opens no other one.
    other = picture.get_rendition("width-20")
    key = address.partition("?")[2]
    assert ask(client, f"{other.url}?{key}").status_code == 404


@pytest.mark.parametrize(("agrees", "expected"), [(True, 200), (False, 404)])
def test_portrait_is_public_while_its_owner_agrees(
    agrees, expected, client, picture, folders, committing
):
    with committing():
        make_contact(photo=picture, publishes_photo=agrees)

    assert status(client, picture) == expected
    assert not folders.exists()


def test_logos_are_public(client, site, picture, committing):
    with committing():
        organisation = make_organisation(logo=picture)
    assert status(client, picture) == 200
    with committing():
        organisation.delete()
    assert status(client, picture) == 404

    with committing():
        SiteTheme.objects.create(site=site.site, logo=picture)

    assert status(client, picture) == 200


def test_size_that_is_deleted_is_taken_out(
    client, site, picture, folders, committing, show
):
    show(picture)
    size = size_of(picture)
    ask(client, size.url)

    with committing():
        Rendition.objects.filter(pk=size.pk).delete()

    assert not (folders / size.file.name).exists()


@pytest.mark.parametrize("path", ["/media/../secret", "/media/images/none.png"])
def test_what_is_no_picture_is_not_found(client, path):
    assert client.get(path).status_code == 404


def test_original_file_is_handed_to_nobody(colleague, site, picture, show):
    show(picture)

    assert colleague.get(picture.file.url).status_code == 404
