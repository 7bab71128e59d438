"""What the send panel asks the server for while it stands open."""

import pytest

from newsletter.choices import CampaignState, DeliveryState, Trouble
from newsletter.models import Campaign, Delivery
from tests.factories import (
    make_contact,
    make_delivery,
    make_news_page,
    make_recipients,
    make_segment,
)
from tests.newsletter.browsing import count_queries, log_in
from tests.newsletter.delivery.scenes import make_frozen_campaign, make_item

pytestmark = pytest.mark.django_db


@pytest.mark.database
def test_status_counts_the_rows():
    campaign = make_frozen_campaign(people=3)
    Delivery.objects.filter(pk=Delivery.objects.first().pk).update(
        state=DeliveryState.ACCEPTED
    )

    answer = log_in("Auditors").get(f"/admin/sends/{campaign.pk}/status/").json()

    assert (answer["state"], answer["percent"], answer["is_moving"]) == (
        "sending",
        33,
        True,
    )
    assert "1 of 3 people, 33 %" in answer["html"]


@pytest.mark.parametrize(("group", "named"), [("Auditors", True), ("Senders", False)])
def test_status_of_a_send_whose_letters_cannot_be_written_names_one(group, named):
    campaign = make_frozen_campaign(contacts=[make_contact(given_name="Åsa")])
    Campaign.objects.update(state=CampaignState.PAUSED, trouble=Trouble.UNWRITABLE)
    Delivery.objects.update(
        state=DeliveryState.FAILED, reply="LETTER cannot be written: It is broken."
    )

    answer = log_in(group).get(f"/admin/sends/{campaign.pk}/status/").json()

    person = Delivery.objects.get().contact
    assert "It is broken." in answer["html"]
    assert (f"The letter to {person}, for example:" in answer["html"]) is named
    assert ("Åsa" in answer["html"]) is named


@pytest.mark.parametrize(
    ("trouble", "told"),
    [(Trouble.SENDER_REFUSED, True), (Trouble.UNREACHABLE, True), ("", False)],
)
def test_status_of_a_send_that_the_server_hinders_says_its_words(trouble, told):
    campaign = make_frozen_campaign(people=2)
    Campaign.objects.update(trouble=trouble)
    campaign.deliveries.filter(pk=campaign.deliveries.last().pk).update(
        reply="RCPT 554 5.7.1 Relay access denied"
    )

    answer = log_in("Senders").get(f"/admin/sends/{campaign.pk}/status/").json()

    assert ("RCPT 554 5.7.1 Relay access denied" in answer["html"]) is told


def test_status_asks_the_database_equally_often():
    client = log_in("Senders")
    small, large = make_frozen_campaign(people=1), make_frozen_campaign(people=3)

    assert count_queries(client, f"/admin/sends/{small.pk}/status/") == count_queries(
        client, f"/admin/sends/{large.pk}/status/"
    )


def test_status_is_refused_to_strangers():
    campaign = make_frozen_campaign(people=1)

    response = log_in("Register keepers").get(f"/admin/sends/{campaign.pk}/status/")

    assert response.status_code == 302


def test_status_of_no_send_is_not_found():
    assert log_in("Senders").get("/admin/sends/77/status/").status_code == 404


@pytest.mark.database
def test_audience_says_who_gets_it_and_why_others_do_not():
    people = [make_contact(), make_contact()]
    page = make_item(people)
    other = make_recipients(include=[make_segment(added=people[:1])])
    client = log_in("Senders")
    address = f"/admin/sends/items/{page.pk}/audience/"

    answer = client.get(
        address,
        {
            "newsletter": page.newsletter_id,
            "newsletter_recipients": other.pk,
            "newsletter_subject": "A & B",
        },
    ).json()

    assert answer["is_allowed"] is True
    assert "1 person gets it." in answer["html"]
    assert "Nobody is left out." in answer["html"]
    assert "A &amp; B" in answer["html"]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({}, "Choose a newsletter first"),
        ({"newsletter": "abc"}, "Choose a newsletter first"),
        ({"newsletter": "9" * 5000}, "Choose a newsletter first"),
        ({"newsletter": "own"}, "Choose recipients first."),
        ({"newsletter": "own", "newsletter_recipients": "none"}, "There is nobody"),
    ],
)
def test_audience_says_what_is_missing(query, told):
    page = make_news_page()
    nobody = make_recipients(include=[make_segment()])
    names = {"own": page.newsletter_id, "none": nobody.pk}
    filled = {key: names.get(value, value) for key, value in query.items()}

    answer = (
        log_in("Senders").get(f"/admin/sends/items/{page.pk}/audience/", filled).json()
    )

    assert answer["is_allowed"] is False
    assert told in answer["html"]


def test_audience_is_refused_to_who_may_not_send():
    page = make_news_page()

    response = log_in("Editors").get(f"/admin/sends/items/{page.pk}/audience/")

    assert response.status_code == 302


@pytest.mark.parametrize("pk", ["abc", "", "77", "9" * 40])
def test_stock_recipients_view_survives_bad_keys(pk):
    response = log_in("Senders").get("/admin/newsletter/recipients/", {"pk": pk})

    assert response.status_code == 404


def test_stock_recipients_view_counts_for_who_may_choose():
    recipients = make_recipients(include=[make_segment(added=[make_contact()])])
    address = f"/admin/newsletter/recipients/?pk={recipients.pk}"

    assert log_in("Senders").get(address).json() == {
        "name": recipients.name,
        "member_count": 1,
    }
    assert log_in("Register keepers").get(address).status_code == 302


def test_stock_unschedule_goes_our_way():
    campaign = make_frozen_campaign(people=1)
    Campaign.objects.update(state="scheduled")
    address = f"/admin/newsletter/pages/{campaign.page_id}/unschedule/"

    log_in("Editors").post(address)
    campaign.refresh_from_db()
    assert campaign.state == "scheduled"

    log_in("Senders").post(address)
    campaign.refresh_from_db()
    assert campaign.state == "draft"


def test_stock_chooser_is_refused_to_strangers():
    stranger = log_in("Register keepers")

    assert log_in("Senders").get("/admin/recipients_chooser/").status_code == 200
    for path in ("", "results/", "chosen/1/", "create/"):
        response = stranger.get(f"/admin/recipients_chooser/{path}")
        assert response.status_code == 302, path


def test_deliveries_of_another_send_do_not_count():
    campaign = make_frozen_campaign(people=1)
    make_delivery(state=DeliveryState.FAILED)

    answer = log_in("Auditors").get(f"/admin/sends/{campaign.pk}/status/").json()

    assert "0 of 1 person, 0 %" in answer["html"]
