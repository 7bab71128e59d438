"""One's own data behind a link that is mailed and works for a day: GDPR art. 15 to 20."""

import csv
import io
import json
from datetime import date, timedelta

import pytest
import time_machine
from django.core import mail, signing
from django.core.signing import Signer
from django.urls import reverse
from django.utils import timezone

from crm.choices import RequestKind
from crm.models import DataRequest
from crm.requests import answer_request
from newsletter.choices import DeliveryState, EventType, LeftOutReason
from newsletter.models import DeliveryEvent, LeftOut, LinkTotal, SignUp
from newsletter.preferences.data_links import make_data_token
from newsletter.tokens import make_preferences_token, make_unsubscribe_token
from tests.factories import (
    make_campaign,
    make_contact,
    make_delivery,
    make_newsletter,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def contact():
    return make_contact(
        email="maria@norrhamn.example", language="en", given_name="Maria", notes="Tea."
    )


@pytest.fixture
def page(contact) -> str:
    return reverse("own_data", args=[make_data_token(contact)])


@pytest.fixture
def press(client, page, django_capture_on_commit_callbacks):
    """Return how to ask for something; what waits for the commit has run then."""

    def post(**posted: str):
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(page, posted)

    return post


def test_no_other_token_opens_the_page_and_its_own_opens_no_other(client, contact):
    letter = make_delivery(contact=contact)
    others = [
        make_unsubscribe_token(letter.pk),
        make_preferences_token(delivery_id=letter.pk),
        make_preferences_token(contact_id=contact.pk),
        signing.dumps([contact.pk, contact.address_hash], salt="home.partners"),
        Signer().sign("x"),
    ]

    for token in others:
        response = client.get(reverse("own_data", args=[token]))
        assert (response.status_code, "Maria" in response.content.decode()) == (
            404,
            False,
        )
    for name in ("unsubscribe", "preferences", "confirm_address", "partner_enter"):
        address = reverse(name, args=[make_data_token(contact)])
        assert client.get(address).status_code == 404


def test_link_is_old_after_a_day_or_when_the_address_is_another(client, contact, page):
    with time_machine.travel(timezone.now() + timedelta(hours=23)):
        assert client.get(page).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert client.get(page).status_code == 404

    contact.email = "maria@ny.example"
    contact.save()
    assert client.get(page).status_code == 404


def test_link_outlives_a_rotation_of_the_secret_key(client, page, settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key"

    assert client.get(page).status_code == 200


def test_page_is_kept_by_nobody_and_opening_it_writes_nothing(client, page):
    shown = client.get(page)
    client.head(page)

    assert "Tea." in shown.content.decode()
    assert shown["Referrer-Policy"] == "no-referrer"
    assert shown["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in shown["Cache-Control"]
    assert shown.cookies == {}
    assert not DataRequest.objects.exists()
    assert client.get(f"{page}copy/").status_code == 405


def test_copies_are_files_and_are_written_down_without_content(client, contact, page):
    as_json = client.post(f"{page}copy/", {"format": "json"})
    as_csv = client.post(f"{page}copy/", {"format": "csv"})

    day = timezone.localdate().isoformat()
    assert (
        as_json["Content-Disposition"] == f'attachment; filename="my-data-{day}.json"'
    )
    person = json.loads(as_json.content)["sections"]["person"]["records"][0]
    assert (person["given_name"], person["notes"]) == ("Maria", "Tea.")
    rows = list(csv.reader(io.StringIO(as_csv.content.decode("utf-8-sig"))))
    assert ["Who you are", "1", "Given name", "Maria"] in rows
    for response in (as_json, as_csv):
        assert "no-store" in response["Cache-Control"]
        assert response["Referrer-Policy"] == "no-referrer"
    kept = DataRequest.objects.values_list("contact", "kind", "text", "answer")
    assert list(kept) == [(contact.pk, RequestKind.COPY, "", "")] * 2
    assert not DataRequest.objects.filter(closed_at__isnull=True).exists()


def test_copy_of_an_unknown_kind_is_none(client, page):
    assert client.post(f"{page}copy/", {"format": "exe"}).status_code == 422
    assert not DataRequest.objects.exists()


def test_letters_links_and_sends_that_passed_by_are_told(client, contact, page):
    campaign = make_campaign(subject="Spring")
    letter = make_delivery(
        campaign=campaign,
        contact=contact,
        state=DeliveryState.ACCEPTED,
        accepted_at=timezone.now(),
    )
    LinkTotal.objects.create(campaign=campaign, number=3, url="https://x.example/a")
    for kind, detail in ((EventType.CLICKED, "3"), (EventType.BOUNCED, "full")):
        DeliveryEvent.objects.create(delivery=letter, type=kind, detail=detail)
    passed_by = make_campaign(subject="Summer", newsletter=campaign.newsletter)
    LeftOut.objects.create(
        campaign=passed_by, contact=contact, reason=LeftOutReason.PAUSED
    )
    SignUp.objects.create(
        newsletter=make_newsletter(),
        email=contact.email,
        address_hash=contact.address_hash,
        language="en",
    )
    make_delivery(campaign=make_campaign(subject="Not yours"))

    sections = json.loads(client.post(f"{page}copy/", {"format": "json"}).content)
    sections = sections["sections"]

    (told,) = sections["letters"]["records"]
    assert (told["subject"], told["state"], told["heard"]) == (
        "Spring",
        "accepted",
        ["Bounced · full"],
    )
    assert [r["link"] for r in sections["clicks"]["records"]] == ["https://x.example/a"]
    assert [(r["subject"], r["reason"]) for r in sections["left_out"]["records"]] == [
        ("Summer", "paused")
    ]
    assert len(sections["sign_ups"]["records"]) == 1


@time_machine.travel("2026-03-02 12:00Z", tick=False)
def test_erasure_is_asked_once_confirmed_by_mail_and_told_to_the_office(contact, press):
    keeper = make_user("Register keepers", email="keeper@example.org")

    shown = press(kind="erasure", text="Please. <b>Buy now</b>")
    press(kind="erasure")

    row = DataRequest.objects.get()
    assert (row.contact, row.kind, row.text) == (
        contact,
        RequestKind.ERASURE,
        "Please. <b>Buy now</b>",
    )
    assert row.due_on == date(2026, 3, 30)
    assert "30 March 2026" in shown.content.decode()
    receipt, notice = mail.outbox
    assert (receipt.to, notice.to) == ([contact.email], [keeper.email])
    assert "Buy" not in receipt.body + notice.body
    assert "maria" not in (notice.body + notice.subject).lower()


def test_correction_needs_words(contact, press):
    shown = press(kind="correction", text=" ")

    assert shown.status_code == 422
    assert 'aria-invalid="true"' in shown.content.decode()
    assert (DataRequest.objects.count(), mail.outbox) == (0, [])


def test_correction_can_be_added_to_while_it_is_open(press):
    press(kind="correction", text="It is Öberg.")
    press(kind="correction", text="And the telephone.")

    assert DataRequest.objects.get().text == "It is Öberg.\n\nAnd the telephone."
    assert len(mail.outbox) == 1


def test_answered_wish_may_be_followed_by_another(press):
    press(kind="erasure")
    answer_request(DataRequest.objects.get(), "Done.", by=None, now=timezone.now())

    press(kind="erasure")

    assert DataRequest.objects.filter(closed_at__isnull=True).count() == 1
    assert DataRequest.objects.count() == 2


@pytest.mark.parametrize("kind", ["", "copy", "x"])
def test_wish_of_an_unknown_kind_is_none(press, kind):
    assert press(kind=kind).status_code == 422
    assert not DataRequest.objects.exists()
