import pytest
from django.test import RequestFactory

from newsletter.models.previewing import AS_CONTACT
from tests.factories import (
    make_contact,
    make_news_page,
    make_recipients,
    make_segment,
    make_user,
)

pytestmark = pytest.mark.django_db


def make_page_for(*contacts, **fields):
    segment = make_segment(added=list(contacts))
    recipients = make_recipients(include=[segment])
    return make_news_page(newsletter_recipients=recipients, **fields)


def preview(page, mode):
    return page.serve_preview(RequestFactory().get("/"), mode)


def test_modes_without_the_right_to_see_contacts_name_nobody():
    page = make_page_for(make_contact(given_name="Åsa"))
    page.previewed_by = make_user()

    assert [mode for mode, _label in page.preview_modes] == ["", "html", "text"]


def test_modes_offer_readers_that_differ_by_language():
    swedish = make_contact(family_name="A")
    english = make_contact(family_name="Z", language="en")
    page = make_page_for(swedish, make_contact(family_name="B"), english)
    page.previewed_by = make_user("crm.view_contact")

    modes = [mode for mode, _label in page.preview_modes]

    assert modes[3:] == [f"{AS_CONTACT}{swedish.pk}", f"{AS_CONTACT}{english.pk}"]


def test_mail_mode_is_the_mail_and_may_run_nothing():
    response = preview(make_news_page(title="Rubriken"), "html")

    assert "Rubriken" in response.content.decode()
    assert response._csp_config["default-src"] == ["'none'"]
    assert "script-src" not in response._csp_config


def test_text_mode_is_plain_text():
    response = preview(make_news_page(title="Rubriken"), "text")

    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert "Rubriken" in response.content.decode()


def test_contact_mode_greets_that_contact():
    contact = make_contact(given_name="Åsa")
    page = make_page_for(contact)
    page.previewed_by = make_user("crm.view_contact")

    response = preview(page, f"{AS_CONTACT}{contact.pk}")

    assert "Åsa" in response.content.decode()


def test_contact_mode_of_somebody_who_is_not_offered_greets_nobody():
    stranger = make_contact(given_name="Hemlig")
    page = make_page_for(make_contact())
    page.previewed_by = make_user("crm.view_contact")

    response = preview(page, f"{AS_CONTACT}{stranger.pk}")

    assert "Hemlig" not in response.content.decode()


def test_mail_that_cannot_be_made_says_why():
    page = make_news_page(body=[("lead", {"text": "[[nickname]]"})])

    response = preview(page, "html")

    assert response.status_code == 200
    assert "[[nickname]]" in response.content.decode()
