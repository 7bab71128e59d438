"""The form of a call to take part, and the calendar file of an event."""

import re
from time import time

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.signing import TimestampSigner, b62_encode

from crm.models import Contact, Interaction
from newsletter.mail.compose import compose_page
from newsletter.public_forms import SALT
from tests.factories import (
    make_contact,
    make_event,
    make_news_page,
    make_organisation,
    make_segment,
)

pytestmark = pytest.mark.django_db
CALL = {"heading": "Samarbeta med oss!", "button": "Jag vill vara med"}


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


def make_call(**value):
    """Return a published item with a call, and the call's address."""
    page = make_news_page(body=[("collaborate", {**CALL, **value})])
    return page, f"/take-part/{page.pk}/{page.body[0].id}/"


def shown_ago(seconds):
    signer = TimestampSigner(salt=SALT)
    signer.timestamp = lambda: b62_encode(int(time()) - seconds)
    return signer.sign("shown")


def offer(**fields):
    return {
        "name": "Eva Ås",
        "address": "eva@example.org",
        "message": "Vi vill vara med.",
        "made": shown_ago(60),
        **fields,
    }


def test_offer_becomes_a_lead_and_the_answer_thanks(client):
    ours = make_organisation()
    page, url = make_call(organisation=ours.pk)

    answer = client.post(url, offer())

    assert (answer.status_code, answer.url) == (302, f"{url}?sent")
    lead = Interaction.objects.get()
    assert (lead.kind, lead.organisation) == ("lead", ours)
    assert page.title in lead.text
    assert client.get(answer.url).context["has_sent"]


def test_answer_is_the_same_whoever_it_is(client):
    _page, url = make_call()
    make_contact(email="eva@example.org")
    answers = [
        client.post(url, offer()),
        client.post(url, offer(address="ny@example.org")),
        client.post(url, offer(address="bot@example.org", homepage="http://x.example")),
    ]

    assert {(a.status_code, a.url, a.content) for a in answers} == {
        (302, f"{url}?sent", b"")
    }
    assert Interaction.objects.count() == 2
    assert Contact.objects.count() == 1


@pytest.mark.parametrize(
    "made", ["", "shown", "shown:1abc:nosuchsignature", None], ids=str
)
def test_offer_sent_too_fast_or_unsigned_is_asked_for_again_with_what_was_written(
    client, made
):
    _page, url = make_call()

    answer = client.post(url, offer(made=shown_ago(0) if made is None else made))

    html = answer.content.decode()
    assert (answer.status_code, Interaction.objects.count()) == (422, 0)
    assert "Vi vill vara med." in html
    # The new moment is signed, and good after a while.
    assert re.search(r'name="made" value="shown:', html)


def test_offer_with_faults_says_which(client):
    _page, url = make_call()

    answer = client.post(url, offer(address="ingen", message=""))

    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"address", "message"}
    assert Interaction.objects.count() == 0


def test_fourth_offer_of_an_address_within_a_day_is_thanked_and_not_kept(client):
    _page, url = make_call()

    answers = [client.post(url, offer()).status_code for _n in range(4)]

    assert (answers, Interaction.objects.count()) == ([302] * 4, 3)


def test_eleventh_offer_from_one_place_within_an_hour_waits(client):
    _page, url = make_call()

    answers = [
        client.post(url, offer(address=f"p{n}@example.org")).status_code
        for n in range(11)
    ]

    assert answers == [302] * 10 + [429]
    elsewhere = client.post(url, offer(address="x@example.org"), REMOTE_ADDR="8.8.4.4")
    assert elsewhere.status_code == 302


@pytest.mark.parametrize("change", ["draft", "other block", "another kind"])
def test_call_that_is_not_published_is_nowhere(client, change):
    page, url = make_call()
    if change == "draft":
        page.unpublish()
    elif change == "other block":
        url = f"/take-part/{page.pk}/00000000-0000-0000-0000-000000000000/"
    else:
        page = make_news_page(body=[("lead", {"text": "x"})])
        url = f"/take-part/{page.pk}/{page.body[0].id}/"

    assert client.get(url).status_code == 404
    assert client.post(url, offer()).status_code == 404
    assert Interaction.objects.count() == 0


def test_page_has_the_form_and_the_mail_a_button_to_it(client):
    page, url = make_call()

    html = client.get(page.url).content.decode()
    mail = compose_page(page, page.newsletter, [], locale="sv").cut(0)

    assert f'action="{url}"' in html
    assert "csrfmiddlewaretoken" not in html
    assert mail.html.count(f'{url}"') == 1
    assert f"Jag vill vara med:\n{settings.SITE_URL}{url}" in mail.text


def test_call_that_is_kept_from_partners_is_not_on_the_page_and_found_from_the_letter(
    client,
):
    page, url = make_call(not_for=[str(make_segment().pk)])

    assert url not in client.get(page.url).content.decode()
    assert client.get(url).status_code == 200


def test_form_escapes_what_a_visitor_wrote(client):
    _page, url = make_call()

    answer = client.post(url, offer(name="<script>alert(1)</script>", message=""))

    assert "<script>alert" not in answer.content.decode()


# --- The calendar file


def test_event_of_a_page_can_be_put_into_ones_calendar(client):
    event = make_event(title="Mötet", starts_on="2018-02-19")
    page = make_news_page(body=[("event_facts", {"event": event.pk})])
    url = f"/calendar/{page.pk}/{page.body[0].id}.ics"

    answer = client.get(url)

    assert url in client.get(page.url).content.decode()
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert b"SUMMARY:M\xc3\xb6tet" in answer.content
    assert client.post(url).status_code == 405


def test_event_without_a_day_has_no_file(client):
    page = make_news_page(body=[("event_facts", {"event": make_event().pk})])
    url = f"/calendar/{page.pk}/{page.body[0].id}.ics"

    assert client.get(url).status_code == 404
    assert url not in client.get(page.url).content.decode()


def test_event_of_the_item_itself_is_the_blocks(client):
    event = make_event(title="Mötet", starts_on="2018-02-19")
    page = make_news_page(body=[("event_facts", {})], event=event)

    answer = client.get(f"/calendar/{page.pk}/{page.body[0].id}.ics")

    assert b"DTSTART;VALUE=DATE:20180219" in answer.content
