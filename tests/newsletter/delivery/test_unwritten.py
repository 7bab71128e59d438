"""newsletter/delivery/unwritten.py: letters that cannot be written, one and many."""

import pytest
from django.utils import timezone

from crm.models import Contact
from newsletter.choices import CampaignState, DeliveryState, Trouble
from newsletter.delivery.campaigns import resume_campaign
from newsletter.delivery.unwritten import MOST_UNWRITTEN, find_example
from newsletter.models import Campaign
from tests.factories import make_campaign, make_delivery
from tests.newsletter.delivery.scenes import (
    deliver,
    make_frozen_campaign,
    states_of,
)
from tests.smtp_server import running_smtp_server

pytestmark = [pytest.mark.django_db, pytest.mark.database]

NO_ADDRESS = "a@example.org>\r\nRCPT TO:<b@example.org"
PAUSED = (CampaignState.PAUSED, Trouble.UNWRITABLE)


@pytest.fixture
def server(bulk_to):
    with running_smtp_server() as server:
        bulk_to(server.port)
        yield server


def read_state(campaign):
    campaign.refresh_from_db()
    return campaign.state, campaign.trouble


def test_run_worker_some_letters_that_cannot_be_written_fail_alone(server):
    campaign = make_frozen_campaign(people=5)
    poor = campaign.deliveries.order_by("pk")[2]
    campaign.deliveries.filter(pk=poor.pk).update(address=NO_ADDRESS)

    deliver()

    poor.refresh_from_db()
    assert read_state(campaign) == (CampaignState.SENDING, "")
    assert (poor.state, poor.reply) == (
        DeliveryState.FAILED,
        "LETTER cannot be written: ValueError",
    )
    assert len(server.messages) == 4


def test_run_worker_no_letter_can_be_written_pauses_and_keeps_the_others(
    server, settings
):
    campaign = make_frozen_campaign(people=MOST_UNWRITTEN + 3)
    settings.SITE_URL = "https://håbo.example"

    deliver()

    assert read_state(campaign) == PAUSED
    assert states_of(campaign) == (
        [DeliveryState.FAILED] * MOST_UNWRITTEN + [DeliveryState.QUEUED] * 3
    )
    assert not server.messages


@pytest.mark.parametrize(("people", "stops"), [(1, False), (2, True), (5, True)])
def test_run_worker_no_letter_of_a_small_send_can_be_written_pauses(
    server, settings, people, stops
):
    campaign = make_frozen_campaign(people=people)
    settings.SITE_URL = "https://håbo.example"

    deliver()

    assert (read_state(campaign) == PAUSED) is stops
    assert states_of(campaign) == [DeliveryState.FAILED] * people


def test_run_worker_variant_that_cannot_be_written_pauses_and_ends_no_worker(server):
    campaign = make_frozen_campaign(people=MOST_UNWRITTEN)
    Campaign.objects.update(list_id="nät.example")

    deliver()

    assert read_state(campaign) == PAUSED
    assert find_example(campaign).reason == "UnicodeEncodeError"


def test_resume_campaign_tries_letters_again_that_could_not_be_written(
    server, settings
):
    campaign = make_frozen_campaign(people=MOST_UNWRITTEN + 3)
    with_address, settings.SITE_URL = settings.SITE_URL, "https://håbo.example"
    deliver()
    settings.SITE_URL = with_address

    resume_campaign(campaign)
    deliver()

    assert states_of(campaign) == [DeliveryState.ACCEPTED] * (MOST_UNWRITTEN + 3)
    assert sorted(server.recipients) == sorted(
        campaign.deliveries.values_list("address", flat=True)
    )


def test_resume_campaign_leaves_what_a_server_refused():
    campaign = make_campaign(state=CampaignState.PAUSED)
    make_delivery(campaign=campaign, state=DeliveryState.FAILED, reply="RCPT 550 no")

    resume_campaign(campaign)

    assert states_of(campaign) == [DeliveryState.FAILED]


def test_find_example_names_the_person_and_why():
    campaign = make_campaign(state=CampaignState.PAUSED, trouble=Trouble.UNWRITABLE)
    row = make_delivery(
        campaign=campaign,
        state=DeliveryState.FAILED,
        reply="LETTER cannot be written: No such field.",
    )
    Contact.objects.filter(pk=row.contact_id).update(
        given_name="Anna", family_name="Berg"
    )

    found = find_example(campaign)

    assert (str(found.contact), found.reason) == ("Anna Berg", "No such field.")


def test_find_example_of_another_trouble_is_not_asked_for(django_assert_num_queries):
    campaign = make_campaign(state=CampaignState.SENDING, started_at=timezone.now())

    with django_assert_num_queries(0):
        assert find_example(campaign) is None
