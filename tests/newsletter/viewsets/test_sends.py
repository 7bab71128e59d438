"""The page of a send: figures, letters, who was left out, person by person."""

import pytest

from crm.consent import withdraw_consent
from crm.models import Segment
from newsletter.choices import BounceClass, DeliveryState
from newsletter.models import Campaign, Newsletter
from tests.factories import (
    make_contact,
    make_newsletter,
    make_recipients,
    make_segment,
)
from tests.newsletter.browsing import count_queries, log_in
from tests.newsletter.delivery.scenes import make_frozen_campaign

pytestmark = pytest.mark.django_db


def read_send(client, campaign, query: str = "") -> str:
    return client.get(f"/admin/sends/inspect/{campaign.pk}/{query}").content.decode()


def make_send_with_one_left_out() -> Campaign:
    newsletter = make_newsletter()
    leaver = make_contact(given_name="Lennart", family_name="Lämnat")
    withdraw_consent(leaver, newsletter.purpose, source="test")
    reader = make_contact(given_name="Rut", family_name="Läst", email="rut@example.org")
    return make_frozen_campaign(contacts=[leaver, reader], newsletter=newsletter)


def test_send_without_right_to_see_people_names_nobody():
    html = read_send(log_in("Senders"), make_send_with_one_left_out())

    assert "Has left or objected" in html
    for secret in ("Lämnat", "Läst", "rut@example.org"):
        assert secret not in html


@pytest.mark.database
def test_send_names_people_to_who_may_see_them():
    html = read_send(log_in("Auditors"), make_send_with_one_left_out())

    for shown in ("Lennart Lämnat", "Rut Läst", "rut@example.org"):
        assert shown in html


def test_send_names_its_segments_as_when_it_was_frozen():
    goes, not_goes = make_segment(added=[make_contact()]), make_segment()
    campaign = make_frozen_campaign(
        contacts=[make_contact()],
        newsletter_recipients=make_recipients(include=[goes], exclude=[not_goes]),
    )
    names = [goes.name, not_goes.name]
    Segment.objects.filter(pk=goes.pk).update(name="Renamed")

    html = read_send(log_in("Senders"), campaign)

    assert [html.count(f"<dd>{name}</dd>") for name in names] == [1, 1]


def test_send_lists_its_letters():
    campaign = make_send_with_one_left_out()

    html = read_send(log_in("Senders"), campaign)

    assert "Swedish" in html
    assert "for everybody" in html


@pytest.mark.database
def test_send_finds_deliveries_by_state_and_address():
    campaign = make_frozen_campaign(
        contacts=[
            make_contact(email="aa@example.org"),
            make_contact(email="bb@example.org"),
        ]
    )
    doubtful = campaign.deliveries.get(address="bb@example.org")
    doubtful.state = DeliveryState.UNKNOWN
    doubtful.save()
    auditor = log_in("Auditors")

    for query in ("?state=unknown", "?q=BB@", "?state=unknown&q=bb&p=7"):
        html = read_send(auditor, campaign, query)
        assert ("aa@example.org" in html, "bb@example.org" in html) == (False, True)


def test_send_search_by_address_does_nothing_for_who_may_not_see_people():
    campaign = make_frozen_campaign(contacts=[make_contact(email="aa@example.org")])

    with_hit = read_send(log_in("Senders"), campaign, "?q=aa")
    without = read_send(log_in("Senders"), campaign, "?q=zz")

    assert "Person by person" not in with_hit
    assert "Nobody matches." not in without


def test_send_of_deleted_item_is_still_readable():
    campaign = make_frozen_campaign(people=1)
    campaign.page.delete()

    response = log_in("Auditors").get(f"/admin/sends/inspect/{campaign.pk}/")

    assert response.status_code == 200


def test_send_is_refused_to_strangers():
    campaign = make_frozen_campaign(people=1)

    response = log_in("Register keepers").get(f"/admin/sends/inspect/{campaign.pk}/")

    assert response.status_code == 302


@pytest.mark.parametrize("address", ["new", "edit/1", "delete/1", "history/1"])
def test_sends_cannot_be_made_or_changed_by_hand(address):
    assert log_in("Senders").get(f"/admin/sends/{address}/").status_code == 404


@pytest.mark.database
def test_listing_asks_the_database_equally_often():
    client = log_in("Senders")
    make_frozen_campaign(people=2)
    with_one = count_queries(client, "/admin/sends/")
    for _number in range(2):
        make_frozen_campaign(people=2)

    assert count_queries(client, "/admin/sends/") == with_one
    listed = client.get("/admin/sends/").context["object_list"]
    assert [send.people for send in listed] == [2, 2, 2]


@pytest.mark.database
def test_listing_tells_the_accepted_from_all_others():
    campaign = make_frozen_campaign(people=4)
    states = (DeliveryState.ACCEPTED, DeliveryState.UNKNOWN, DeliveryState.FAILED)
    for delivery, state in zip(campaign.deliveries.all(), states, strict=False):
        campaign.deliveries.filter(pk=delivery.pk).update(state=state)

    (send,) = log_in("Senders").get("/admin/sends/").context["object_list"]

    assert (send.people, send.accepted, send.uncertain) == (4, 1, 1)


def test_page_asks_the_database_equally_often():
    client = log_in("Auditors")
    small, large = make_frozen_campaign(people=1), make_frozen_campaign(people=3)

    assert count_queries(client, f"/admin/sends/inspect/{small.pk}/") == count_queries(
        client, f"/admin/sends/inspect/{large.pk}/"
    )


def test_dashboard_shows_sends_to_who_may_see_them():
    campaign = make_frozen_campaign(people=2)

    shown = log_in("Senders").get("/admin/").content.decode()
    hidden = log_in("Register keepers").get("/admin/").content.decode()

    assert (campaign.subject in shown, "0 of 2 accepted" in shown) == (True, True)
    assert campaign.subject not in hidden


@pytest.mark.parametrize("place", ["", "sends/", "sends/inspect/{pk}/"])
def test_subject_with_a_merge_field_reads_as_for_somebody_without_a_name(place):
    campaign = make_frozen_campaign(people=1)
    Campaign.objects.filter(pk=campaign.pk).update(
        subject="Träningsveckan, [[given_name|kollega]]"
    )

    address = "/admin/" + place.format(pk=campaign.pk)
    html = log_in("Senders").get(address).content.decode()

    assert ("Träningsveckan, kollega" in html, "[[given_name" in html) == (True, False)


def test_name_of_a_send_is_never_empty():
    assert str(Campaign(subject="[[given_name]]")) == "[[given_name]]"
    assert str(Campaign(subject="Hej [[family_name]] alla")) == "Hej alla"


def test_conditions_of_letters_are_named():
    segment = make_segment(name="Experter")
    campaign = make_frozen_campaign(people=1)
    campaign.conditions = [{"kind": "segment", "key": segment.pk, "include": False}]
    campaign.save()
    campaign.variants.update(shown=1)

    assert "not for Experter" in read_send(log_in("Senders"), campaign)
    assert Newsletter.objects.count() == 1


def test_dashboard_before_the_first_send_says_how_to_begin():
    client = log_in("Senders")

    html = client.get("/admin/").content.decode()

    assert "No letter has been sent yet." in html


def test_send_says_person_by_person_whose_letter_came_back():
    campaign = make_frozen_campaign(people=1)
    campaign.deliveries.update(
        state=DeliveryState.ACCEPTED, bounce_class=BounceClass.HARD
    )

    html = read_send(log_in("Auditors"), campaign)

    assert "Accepted by the mail server (came back: no such address)" in html
