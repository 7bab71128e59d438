"""Leaving by the link of a letter: RFC 8058, trust D4 and D5."""

import re
from datetime import date

import pytest
import time_machine
from django.core.signing import Signer
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm.choices import ConsentAction
from crm.consent import record_consent
from crm.models import ConsentEntry, ConsentState
from newsletter.models import DeliveryEvent
from newsletter.tokens import make_unsubscribe_token
from tests.factories import (
    make_campaign,
    make_contact,
    make_delivery,
    make_news_page,
    make_newsletter,
    make_site,
)

ONE_CLICK = "List-Unsubscribe=One-Click"
MULTIPART = (
    "--border\r\n"
    'Content-Disposition: form-data; name="List-Unsubscribe"\r\n\r\n'
    "One-Click\r\n--border--\r\n"
)


@pytest.fixture
def delivery(site):
    newsletter = make_newsletter(name="Rundbrevet")
    contact = make_contact(email="maria@norrhamn.example", language="sv")
    page = make_news_page(archive=site.archive, newsletter=newsletter)
    return make_delivery(campaign=make_campaign(page=page), contact=contact)


@pytest.fixture
def stranger():
    """A client without cookies that CSRF protection would stop."""
    return Client(enforce_csrf_checks=True)


def leave_url(delivery):
    return reverse("unsubscribe", args=[make_unsubscribe_token(delivery.pk)])


def return_url(delivery):
    return reverse("undo_unsubscribe", args=[make_unsubscribe_token(delivery.pk)])


def rest_url(delivery):
    return reverse("rest_from_mail", args=[make_unsubscribe_token(delivery.pk)])


def written():
    """What leaving writes: ledger, state and event."""
    return (
        [entry.action for entry in ConsentEntry.objects.order_by("pk")],
        [state.status for state in ConsentState.objects.all()],
        [event.type for event in DeliveryEvent.objects.order_by("pk")],
    )


LEFT = (["withdrawn"], ["withdrawn"], ["unsubscribed"])
NOTHING = ([], [], [])


@pytest.mark.parametrize("token", ["xx", "1.forged", "1", "%00", "zzzzzzzzzzzzzz.a"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_forged_token_changes_nothing_and_is_explained(stranger, site, token, method):
    response = getattr(stranger, method)(f"/u/{token}/")

    assert (response.status_code, written()) == (404, NOTHING)
    assert "web/newsletter/leave_broken.html" in [t.name for t in response.templates]


def test_token_signed_for_something_else_is_refused(stranger, delivery):
    foreign = Signer(salt="newsletter.confirm", sep=".").sign("1")

    response = stranger.post(reverse("unsubscribe", args=[foreign]))

    assert (response.status_code, written()) == (404, NOTHING)


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_leaving_page_when_only_looked_at_changes_nothing(stranger, delivery, method):
    response = getattr(stranger, method)(leave_url(delivery))

    assert (response.status_code, written()) == (200, NOTHING)


def test_leaving_page_has_one_button_to_leave_and_masks_the_address(stranger, delivery):
    response = stranger.get(leave_url(delivery))
    page = response.content.decode()

    # The button to leave comes first; a rest from mail is offered below it.
    assert re.findall(r'<form method="post" action="([^"]+)"', page) == [
        leave_url(delivery),
        rest_url(delivery),
    ]
    assert page.index("<button") < page.index('name="rest"')
    assert "m***@norrhamn.example" in page
    assert "maria@" not in page
    assert "Rundbrevet" in page


def test_leaving_page_needs_no_cookie_and_tells_nobody(stranger, delivery):
    response = stranger.get(leave_url(delivery))

    assert response.cookies == {}
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in response["Cache-Control"]


@pytest.mark.database
@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/x-www-form-urlencoded", ONE_CLICK),
        ("multipart/form-data; boundary=border", MULTIPART),
    ],
)
def test_one_click_post_takes_effect_before_the_answer(
    stranger, delivery, content_type, body
):
    response = stranger.post(leave_url(delivery), body, content_type=content_type)

    assert response.status_code == 200
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert (written(), response.cookies) == (LEFT, {})


@pytest.mark.database
def test_one_click_post_repeated_writes_once_and_answers_200(stranger, delivery):
    answers = [
        stranger.post(
            leave_url(delivery),
            ONE_CLICK,
            content_type="application/x-www-form-urlencoded",
        ).status_code
        for _attempt in range(3)
    ]

    assert (answers, written()) == ([200, 200, 200], LEFT)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/x-www-form-urlencoded", ""),
        ("multipart/form-data", "no boundary"),
        ("application/json", "{}"),
    ],
)
def test_post_with_an_odd_body_leaves_all_the_same(
    stranger, delivery, content_type, body
):
    response = stranger.post(leave_url(delivery), body, content_type=content_type)

    assert (response.status_code, written()) == (200, LEFT)


def test_button_answers_with_time_and_undo_on_the_page(stranger, delivery):
    response = stranger.post(leave_url(delivery))

    state = ConsentState.objects.get()
    assert (response.status_code, written()) == (200, LEFT)
    assert response.context["standing"].since == state.since
    assert f'action="{return_url(delivery)}"' in response.content.decode()


def test_undo_brings_the_reader_back(stranger, delivery):
    stranger.post(leave_url(delivery))

    response = stranger.post(return_url(delivery))

    assert response.status_code == 200
    assert response.context["has_returned"] is True
    assert written() == (["withdrawn", "returned"], ["given"], ["unsubscribed"])


def test_undo_without_having_left_writes_nothing(stranger, delivery):
    response = stranger.post(return_url(delivery))

    assert (response.status_code, written()) == (200, NOTHING)


def test_undo_after_objecting_to_all_mail_is_refused(stranger, delivery):
    purpose = delivery.campaign.newsletter.purpose
    record_consent(
        delivery.contact, purpose, ConsentAction.OBJECTED, source="telephone"
    )

    response = stranger.post(return_url(delivery))

    assert response.context["standing"].may_return is False
    assert written() == (["objected"], ["objected"], [])


@time_machine.travel("2026-03-02 12:00Z", tick=False)
def test_rest_from_mail_begins_at_once_and_is_taken_back_with_one_button(
    stranger, delivery
):
    contact = delivery.contact

    response = stranger.post(rest_url(delivery), {"rest": "3"})
    page = response.content.decode()
    contact.refresh_from_db()
    assert (response.status_code, contact.paused_until) == (200, date(2026, 6, 2))
    assert response.context["has_paused"] is True
    assert page.count("<button") == 1

    stranger.post(rest_url(delivery), {"rest": "end"})
    contact.refresh_from_db()
    assert contact.paused_until is None
    assert written() == NOTHING


@pytest.mark.parametrize("rest", ["", "12", "other", "x"])
def test_rest_from_mail_that_is_not_offered_changes_nothing(stranger, delivery, rest):
    response = stranger.post(rest_url(delivery), {"rest": rest})

    delivery.contact.refresh_from_db()
    assert (response.status_code, delivery.contact.paused_until) == (200, None)
    assert written() == NOTHING


def test_rest_from_mail_of_an_erased_contact_is_no_error(stranger, delivery):
    delivery.contact.delete()

    assert stranger.post(rest_url(delivery), {"rest": "1"}).status_code == 200


@pytest.mark.parametrize("name", ["undo_unsubscribe", "rest_from_mail"])
def test_only_the_button_undoes_or_rests(stranger, delivery, name):
    stranger.post(leave_url(delivery))

    response = stranger.get(reverse(name, args=[make_unsubscribe_token(delivery.pk)]))

    assert (response.status_code, written()) == (405, LEFT)


@pytest.mark.parametrize("method", ["get", "post"])
def test_link_of_an_erased_contact_says_that_nothing_more_comes(
    stranger, delivery, method
):
    delivery.contact.delete()

    response = getattr(stranger, method)(leave_url(delivery))

    assert (response.status_code, written()) == (200, NOTHING)
    assert (response.context["standing"].is_out, response.context["address"]) == (
        True,
        "",
    )


@pytest.mark.parametrize(
    ("language", "words"), [("sv", 'lang="sv"'), ("en", 'lang="en"')]
)
def test_leaving_page_is_in_the_language_of_the_letter(
    stranger, delivery, language, words
):
    make_site("en")
    delivery.locale = language
    delivery.save()

    response = stranger.get(leave_url(delivery), headers={"accept-language": "de"})

    assert response["Content-Language"] == language
    assert f"<html {words}>" in response.content.decode()


def test_leaving_survives_a_rotation_of_the_secret_key(stranger, delivery, settings):
    url = leave_url(delivery)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key"

    response = stranger.post(url)

    assert (response.status_code, written()) == (200, LEFT)


def test_one_click_post_costs_few_queries(stranger, delivery):
    with CaptureQueriesContext(connection) as queries:
        stranger.post(
            leave_url(delivery),
            ONE_CLICK,
            content_type="application/x-www-form-urlencoded",
        )

    assert len(queries) <= 16
