"""Deciding about uncertain letters, and sending to the rest, in the admin."""

import pytest

from newsletter.choices import CampaignState, DeliveryState
from newsletter.models import Delivery, DeliveryEvent
from tests.factories import make_contact
from tests.newsletter.browsing import count_queries, log_in, read_messages
from tests.newsletter.statistics.scenes import add_row, make_send

pytestmark = pytest.mark.django_db


def make_uncertain(people: int = 2, **fields):
    campaign = make_send(**fields)
    for number in range(people):
        contact = make_contact(
            given_name="Osäker",
            family_name=f"Nr {number}",
            email=f"o{number}-{campaign.pk}@x.example",
        )
        add_row(
            campaign,
            DeliveryState.UNKNOWN,
            contact=contact,
            attempts=1,
            reply="DOT timed out",
        )
    return campaign


def address(campaign) -> str:
    return f"/admin/sends/{campaign.pk}/uncertain/"


def states(campaign) -> list[str]:
    return list(campaign.deliveries.order_by("pk").values_list("state", flat=True))


def open_letters(campaign) -> int:
    return campaign.deliveries.filter(closed_at__isnull=True).count()


@pytest.mark.parametrize("role", ["Editors", "Auditors", "Register keepers"])
def test_deciding_is_refused_to_who_may_not_send(role):
    campaign = make_uncertain()
    client = log_in(role)

    for decision in ("resend", "close"):
        client.post(address(campaign), {"decision": decision, "whom": "all"})
    client.post(f"/admin/sends/{campaign.pk}/rest/")

    assert states(campaign) == ["unknown", "unknown"]
    assert open_letters(campaign) == 2


def test_decision_that_does_not_exist_is_not_found():
    campaign = make_uncertain()

    response = log_in("Senders").post(address(campaign), {"decision": "delete"})

    assert response.status_code == 404


def test_nothing_ticked_is_said():
    campaign = make_uncertain()

    response = log_in("Senders").post(
        address(campaign), {"decision": "resend", "whom": "ticked"}
    )

    assert read_messages(response) == ["Tick the letters first."]
    assert states(campaign) == ["unknown", "unknown"]


@pytest.mark.parametrize("ticked", ["x", "9" * 400, "-1", "²"])
def test_ticked_nonsense_does_nothing(ticked):
    campaign = make_uncertain()

    response = log_in("Senders").post(
        address(campaign), {"decision": "close", "whom": "ticked", "delivery": ticked}
    )

    assert response.status_code == 302
    assert open_letters(campaign) == 2


def test_more_than_were_shown_are_not_decided_about():
    campaign = make_uncertain(3)

    response = log_in("Senders").post(
        address(campaign), {"decision": "resend", "whom": "all", "expected": "2"}
    )

    assert read_messages(response) == ["There are 3 by now, not 2. Look again."]
    assert states(campaign) == ["unknown"] * 3


@pytest.mark.database
def test_ticked_letter_is_sent_again_and_said_who_did_it():
    campaign = make_uncertain()
    row = campaign.deliveries.order_by("pk").first()
    client = log_in("Senders")

    response = client.post(
        address(campaign),
        {"decision": "resend", "whom": "ticked", "delivery": str(row.pk)},
    )

    assert read_messages(response) == [
        "1 letter is sent again. Its reader may get it twice."
    ]
    assert response.url == address(campaign)
    assert states(campaign) == ["queued", "unknown"]
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.SENDING
    html = client.get(f"/admin/sends/inspect/{campaign.pk}/").content.decode()
    assert "Sent again to 1 person who may have it already" in html
    assert client.user.username in html


def test_all_are_closed_and_the_way_back_is_the_send():
    campaign = make_uncertain()
    client = log_in("Senders")

    response = client.post(
        address(campaign), {"decision": "close", "whom": "all", "expected": "2"}
    )

    assert response.url == f"/admin/sends/inspect/{campaign.pk}/"
    assert (states(campaign), open_letters(campaign)) == (["unknown", "unknown"], 0)
    assert (
        "There is nothing to decide." in client.get(address(campaign)).content.decode()
    )
    assert (
        "DOT timed out" in client.get(address(campaign) + "?closed=1").content.decode()
    )


def test_page_says_what_is_known_and_what_was_heard():
    campaign = make_uncertain()
    DeliveryEvent.objects.create(
        delivery=campaign.deliveries.first(), type="autoresponded"
    )

    html = log_in("Auditors").get(address(campaign)).content.decode()

    for words in (
        "2 letters to decide about",
        "DOT timed out",
        "1 attempt",
        "Automatic reply",
        "It seems to have arrived.",
        "Osäker Nr 0",
        f"o1-{campaign.pk}@x.example",
        "Deciding is done by somebody who may send.",
    ):
        assert words in html


def test_page_names_nobody_to_who_may_not_see_people():
    campaign = make_uncertain()

    html = log_in("Senders").get(address(campaign)).content.decode()

    assert "Osäker" not in html
    assert "x.example" not in html
    assert "Send again (they may get it twice)" in html


def test_page_is_refused_to_strangers():
    campaign = make_uncertain()

    assert log_in("Register keepers").get(address(campaign)).status_code == 302


@pytest.mark.database
def test_page_asks_the_database_equally_often():
    client = log_in("Auditors")
    few, many = make_uncertain(1), make_uncertain(1)
    for _number in range(3):
        add_row(many, DeliveryState.UNKNOWN, heard=("bounced",))
    add_row(few, DeliveryState.UNKNOWN, heard=("bounced",))

    assert count_queries(client, address(few)) == count_queries(client, address(many))


def test_send_offers_to_decide():
    campaign = make_uncertain()

    html = (
        log_in("Senders").get(f"/admin/sends/inspect/{campaign.pk}/").content.decode()
    )

    assert address(campaign) in html
    assert "2 letters are uncertain" in html


def test_rest_of_a_cancelled_send_is_offered_with_its_number():
    campaign = make_send(state=CampaignState.CANCELLED)
    add_row(campaign)
    for _number in range(2):
        add_row(campaign, DeliveryState.CANCELLED)
    client = log_in("Senders")

    html = client.get(f"/admin/sends/inspect/{campaign.pk}/").content.decode()
    response = client.post(f"/admin/sends/{campaign.pk}/rest/", {"expected": "2"})

    assert "Send to 2 people" in html
    assert read_messages(response) == ["The send goes on, to 2 people."]
    assert sorted(states(campaign)) == ["accepted", "queued", "queued"]
    assert Delivery.objects.filter(is_duplicate_risk=True).count() == 0


def test_rest_of_a_finished_send_without_one_is_said():
    campaign = make_uncertain()

    response = log_in("Senders").post(f"/admin/sends/{campaign.pk}/rest/")

    assert read_messages(response) == ["There is nobody to do this for any more."]
