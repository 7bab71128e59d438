"""One's own choices, behind the link in every letter."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core import mail
from django.utils import timezone

from crm.choices import ConsentAction, ConsentStatus, SeatTaskReason, SuppressionReason
from crm.consent import record_consent, suppress
from crm.models import ConsentEntry, Contact, SeatTask
from newsletter.choices import OwnPage
from newsletter.mail.message import own_values
from newsletter.preferences.choosing import list_offers
from newsletter.public_forms import make_moment
from newsletter.tokens import make_preferences_token, make_unsubscribe_token
from tests.factories import (
    make_campaign,
    make_contact,
    make_delivery,
    make_newsletter,
    make_purpose,
    make_seat,
    make_topic,
)

pytestmark = pytest.mark.django_db
LINK = re.compile(r"http://\S+?(/(?:choices|address|own-data)/\S+)")


@pytest.fixture
def contact():
    return make_contact(email="maria@norrhamn.example", language="sv")


@pytest.fixture
def letter(contact):
    """A letter that the contact got as part of a public task."""
    newsletter = make_newsletter(
        name="Rundbrevet", purpose=make_purpose(lawful_basis="public_task")
    )
    return make_delivery(campaign=make_campaign(newsletter=newsletter), contact=contact)


@pytest.fixture
def page(letter) -> str:
    """The address of the contact's choices, as in the letter."""
    return f"/choices/{make_preferences_token(delivery_id=letter.pk)}/"


def state_of(contact, purpose) -> str:
    found = contact.consent_states.filter(purpose=purpose).first()
    return found.status if found else ""


def purpose_of(letter):
    return letter.campaign.newsletter.purpose


@pytest.mark.parametrize("token", ["x", "d1.forged", "c1.forged"])
def test_forged_link_opens_nothing(client, letter, token):
    response = client.get(f"/choices/{token}/")

    assert response.status_code == 404
    assert "maria" not in response.content.decode()


def test_links_to_leave_and_to_choose_do_not_open_each_other(client, letter):
    leave, choose = (
        make_unsubscribe_token(letter.pk),
        make_preferences_token(delivery_id=letter.pk),
    )

    assert client.get(f"/choices/{leave}/").status_code == 404
    assert client.get(f"/u/{choose}/").status_code == 404


def test_page_masks_the_address_and_opening_changes_nothing(client, page):
    for _time in range(3):
        shown = client.get(page)
        client.head(page)

    text = shown.content.decode()
    assert "m***@norrhamn.example" in text
    assert "maria@norrhamn.example" not in text
    assert shown["Referrer-Policy"] == "no-referrer"
    assert not ConsentEntry.objects.exists()


def test_link_to_choose_outlives_a_rotation_of_the_key_and_a_year(
    client, page, settings
):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key"

    with time_machine.travel(timezone.now() + timedelta(days=400)):
        assert client.get(page).status_code == 200


def test_erased_contact_has_no_page(client, letter, page):
    letter.contact = None
    letter.save()

    assert client.get(page).status_code == 404


def test_unticking_leaves_and_ticking_comes_back(client, letter, contact, page):
    purpose = purpose_of(letter)
    assert [offer.is_on for offer in list_offers(contact)] == [True]

    client.post(page, {"act": "choose", "language": "sv"})
    assert state_of(contact, purpose) == ConsentStatus.WITHDRAWN
    client.post(page, {"act": "choose", "language": "sv", "purposes": [purpose.pk]})

    assert state_of(contact, purpose) == ConsentStatus.GIVEN
    assert list(
        ConsentEntry.objects.order_by("pk").values_list("action", "source")
    ) == [
        ("withdrawn", "page with one's own choices"),
        ("given", "page with one's own choices"),
    ]


def test_choices_that_stay_write_nothing(client, letter, page):
    client.post(
        page, {"act": "choose", "language": "sv", "purposes": [purpose_of(letter).pk]}
    )

    assert not ConsentEntry.objects.exists()


def test_what_nobody_can_ask_for_is_not_offered(contact, letter):
    make_newsletter(name="Intern", purpose=make_purpose(lawful_basis="public_task"))
    make_newsletter(
        name="Öppen", is_open=True, purpose=make_purpose(lawful_basis="consent")
    )

    offers = {offer.name: offer.is_on for offer in list_offers(contact)}

    assert offers == {"Rundbrevet": True, "Öppen": False}


def test_language_and_topics_are_kept_and_the_answer_is_in_the_language(
    client, letter, contact, page
):
    topic, other = make_topic(), make_topic()
    contact.topics.add(other)

    shown = client.post(
        page,
        {
            "act": "choose",
            "language": "en",
            "topics": [topic.pk],
            "purposes": [purpose_of(letter).pk],
        },
    )

    contact.refresh_from_db()
    assert (contact.language, list(contact.topics.all())) == ("en", [topic])
    assert "Your choices hold from now." in shown.content.decode()


def test_stop_of_all_mail_holds_at_once_and_can_be_undone(
    client, letter, contact, page
):
    purpose, left = purpose_of(letter), make_purpose(lawful_basis="consent")
    record_consent(contact, left, ConsentAction.WITHDRAWN, source="letter")

    shown = client.post(page, {"act": "stop"})
    assert state_of(contact, purpose) == ConsentStatus.OBJECTED
    assert not Contact.objects.mailable(purpose, timezone.localdate()).exists()
    undo = re.search(r'name="undo" value="([^"]+)"', shown.content.decode())[1]
    client.post(page, {"act": "resume", "undo": undo})

    assert state_of(contact, purpose) == ConsentStatus.GIVEN
    assert state_of(contact, left) == ConsentStatus.WITHDRAWN
    assert Contact.objects.mailable(purpose, timezone.localdate()).get() == contact


def test_forged_undo_brings_nothing_back_but_the_page(client, letter, contact, page):
    client.post(page, {"act": "stop"})

    client.post(page, {"act": "resume", "undo": "forged"})

    assert state_of(contact, purpose_of(letter)) == ConsentStatus.WITHDRAWN


def test_who_has_left_a_post_tells_the_office(client, contact, page):
    seat = make_seat(holder=contact, starts_on=date(2020, 1, 1))

    client.post(page, {"act": "left", "seat": seat.pk, "successor": "Nils Ek"})
    client.post(page, {"act": "left", "seat": seat.pk, "successor": "Nils Ek"})

    task = SeatTask.objects.get()
    assert (task.seat, task.contact) == (seat, contact)
    assert (task.reason, task.detail) == (SeatTaskReason.REPORTED, "Nils Ek")


def test_successor_that_is_too_long_is_said_at_that_post_and_kept(
    client, contact, page
):
    seats = [
        make_seat(holder=contact, starts_on=date(2020, 1, 1)) for _number in range(2)
    ]
    told = "Nils Ek " * 40

    answer = client.post(page, {"act": "left", "seat": seats[1].pk, "successor": told})
    shown = BeautifulSoup(answer.content, "html.parser")

    assert (answer.status_code, SeatTask.objects.exists()) == (422, False)
    assert [field["id"] for field in shown.select("[aria-invalid]")] == [
        f"id_successor{seats[1].pk}"
    ]
    assert shown.select_one("[aria-invalid]")["value"] == told
    assert [a["href"] for a in shown.select("[role=alert] a")] == [
        f"#id_successor{seats[1].pk}"
    ]


def test_seat_of_somebody_else_cannot_be_reported(client, contact, page):
    seat = make_seat(holder=make_contact(), starts_on=date(2020, 1, 1))

    assert client.post(page, {"act": "left", "seat": seat.pk}).status_code == 422
    assert not SeatTask.objects.exists()


@pytest.mark.parametrize(
    ("posted", "until"),
    [
        ({"rest": "1"}, date(2026, 4, 2)),
        ({"rest": "3", "until": "2026-12-24"}, date(2026, 6, 2)),
        ({"rest": "other", "until": "2027-03-02"}, date(2027, 3, 2)),
    ],
)
@time_machine.travel("2026-03-02 12:00Z", tick=False)
def test_pause_holds_until_the_day_and_is_taken_back_with_one_button(
    client, contact, page, posted, until
):
    shown = client.post(page, {"act": "pause", **posted})
    contact.refresh_from_db()
    assert (shown.status_code, contact.paused_until) == (200, until)
    assert shown.context["paused_until"] == until

    client.post(page, {"act": "wake"})
    contact.refresh_from_db()
    assert contact.paused_until is None
    assert not ConsentEntry.objects.exists()


@pytest.mark.parametrize(
    ("posted", "field"),
    [
        ({}, "rest"),
        ({"rest": "2"}, "rest"),
        ({"rest": "other"}, "until"),
        ({"rest": "other", "until": "x"}, "until"),
        ({"rest": "other", "until": "2026-03-02"}, "until"),
        ({"rest": "other", "until": "2027-03-03"}, "until"),
    ],
)
@time_machine.travel("2026-03-02 12:00Z", tick=False)
def test_pause_that_cannot_be_is_said_beside_its_field(
    client, contact, page, posted, field
):
    shown = client.post(page, {"act": "pause", **posted})

    contact.refresh_from_db()
    assert (shown.status_code, contact.paused_until) == (422, None)
    assert list(shown.context["pause_form"].errors) == [field]
    # Each error leads to what is to be filled in.
    page = BeautifulSoup(shown.content, "html.parser")
    assert [
        bool(page.select_one(f"input{a['href']}"))
        for a in page.select("[role=alert] a")
    ] == [True]


def test_pause_that_is_over_is_not_shown(client, contact, page):
    contact.paused_until = timezone.localdate()
    contact.save()

    assert client.get(page).context["paused_until"] is None


def test_link_to_own_data_goes_to_the_register_s_address_three_times_a_day(
    client, contact, page
):
    for _time in range(4):
        shown = client.post(page, {"act": "data"})

    assert shown.status_code == 200
    assert [m.to for m in mail.outbox] == [["maria@norrhamn.example"]] * 3
    assert "/own-data/" not in shown.content.decode()
    assert client.get(LINK.search(mail.outbox[0].body)[1]).status_code == 200


@pytest.fixture
def change(client, page, django_capture_on_commit_callbacks):
    """Return how to ask for another address; what waits for the commit has run then."""

    def post(address: str):
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(page, {"act": "address", "address": address})

    return post


def test_new_address_is_confirmed_in_its_own_mailbox(client, contact, change):
    change("Maria@Ny.example")
    assert [m.to for m in mail.outbox] == [["maria@ny.example"]]
    link = LINK.search(mail.outbox[0].body)[1]
    assert client.get(link).status_code == 200
    contact.refresh_from_db()
    assert contact.email == "maria@norrhamn.example"

    client.post(link)

    contact.refresh_from_db()
    assert contact.email == "maria@ny.example"
    assert client.post(link).status_code == 404


def test_link_to_a_new_address_is_old_after_a_week(client, contact, change):
    change("ny@ny.example")
    link = LINK.search(mail.outbox[0].body)[1]

    with time_machine.travel(timezone.now() + timedelta(days=8)):
        assert client.post(link).status_code == 404


def test_address_of_another_contact_changes_nothing(client, contact, change):
    make_contact(email="ny@ny.example")
    change("ny@ny.example")

    client.post(LINK.search(mail.outbox[0].body)[1])

    contact.refresh_from_db()
    assert contact.email == "maria@norrhamn.example"


@pytest.mark.parametrize("address", ["stopped@ny.example", "maria@norrhamn.example"])
def test_stopped_or_same_address_is_not_mailed(contact, change, address):
    suppress("stopped@ny.example", SuppressionReason.COMPLAINT)

    assert change(address).status_code == 200
    assert mail.outbox == []


def test_bad_address_is_said_beside_its_field(change):
    shown = change("ny")

    assert shown.status_code == 422
    assert 'aria-invalid="true"' in shown.content.decode()


@pytest.mark.parametrize("address", ["maria@norrhamn.example", "nobody@x.example"])
@pytest.mark.parametrize("wanted", OwnPage.values)
def test_asking_for_the_link_gives_the_same_answer(client, contact, address, wanted):
    with time_machine.travel(timezone.now() - timedelta(seconds=5)):
        made = make_moment()

    response = client.post(
        "/choices/", {"address": address, "made": made, "page": wanted}
    )

    assert response.url == "/choices/?sent"
    assert len(mail.outbox) == (address == contact.email)
    if mail.outbox:
        link = LINK.search(mail.outbox[0].body)[1]
        shown = client.get(link)
        assert (shown.status_code, shown.context["address"]) == (
            200,
            "m***@norrhamn.example",
        )


def test_every_letter_leads_to_the_choices(letter):

    path = own_values(letter.pk)["preferences_url"].removeprefix("http://")
    assert path.endswith(f"/choices/{make_preferences_token(delivery_id=letter.pk)}/")
