"""newsletter/delivery/guarding.py: sends that stop by themselves."""

import pytest
from django.utils import timezone

from newsletter.choices import (
    BounceClass,
    CampaignState,
    DeliveryState,
    EventType,
    Trouble,
)
from newsletter.delivery.campaigns import resume_campaign
from newsletter.delivery.feedback import hear_mail
from newsletter.delivery.guarding import guard_campaigns
from newsletter.delivery.return_paths import return_path
from newsletter.models import DeliveryEvent
from tests.factories import make_campaign, make_delivery
from tests.newsletter.mail.returned import make_complaint

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture(autouse=True)
def lines(settings):
    settings.NEWSLETTER_GUARD_LEAST = 10
    settings.NEWSLETTER_PAUSE_BOUNCE_PERCENT = 10.0
    settings.NEWSLETTER_PAUSE_BLOCK_PERCENT = 50.0
    settings.NEWSLETTER_PAUSE_COMPLAINT_PERCENT = 20.0
    settings.NEWSLETTER_BOUNCE_ADDRESS = "studs@example.org"


def make_send(state=CampaignState.SENDING, *, accepted=0, complained=0, **bounced):
    """Make a send with so many deliveries of each kind, by class of bounce."""
    campaign = make_campaign(state=state, started_at=timezone.now())
    for _number in range(accepted):
        make_delivery(campaign=campaign, state=DeliveryState.ACCEPTED)
    for bounce_class, number in bounced.items():
        for _number in range(number):
            make_delivery(
                campaign=campaign,
                state=DeliveryState.FAILED,
                bounce_class=bounce_class,
            )
    for delivery in campaign.deliveries.all()[:complained]:
        DeliveryEvent.objects.create(delivery=delivery, type=EventType.COMPLAINED)
    return campaign


def guard(campaign):
    guard_campaigns(timezone.now())
    campaign.refresh_from_db()
    return campaign.state, campaign.trouble


RUNNING = (CampaignState.SENDING, "")


def test_guard_campaigns_all_refused_but_too_few_to_tell_goes_on():
    assert guard(make_send(hard=9)) == RUNNING


def test_guard_campaigns_share_under_the_line_goes_on():
    assert guard(make_send(accepted=10, hard=1)) == RUNNING


def test_guard_campaigns_share_on_the_line_pauses():
    campaign = make_send(accepted=9, hard=1)

    assert guard(campaign) == (CampaignState.PAUSED, Trouble.BOUNCING)


def test_guard_campaigns_bounces_not_understood_pause_too():
    campaign = make_send(accepted=9, unknown=1)

    assert guard(campaign) == (CampaignState.PAUSED, Trouble.BOUNCING)


def test_guard_campaigns_full_mailboxes_stop_nothing():
    assert guard(make_send(accepted=5, soft=5)) == RUNNING


def test_guard_campaigns_ten_blocks_pause_and_nine_do_not():
    few, many = make_send(block=9), make_send(block=10)

    assert guard(few) == RUNNING
    assert guard(many) == (CampaignState.PAUSED, Trouble.BLOCKED)


def test_guard_campaigns_blocks_of_a_small_share_go_on():
    assert guard(make_send(accepted=11, block=10)) == RUNNING


def test_guard_campaigns_one_complaint_is_no_pattern():
    assert guard(make_send(accepted=10, complained=1)) == RUNNING


def test_guard_campaigns_complaints_pause_and_weigh_most():
    campaign = make_send(accepted=8, hard=2, complained=2)

    assert guard(campaign) == (CampaignState.PAUSED, Trouble.COMPLAINTS)


def test_guard_campaigns_complaint_repeated_by_one_reader_counts_once():
    campaign = make_send(accepted=10, complained=1)
    delivery = campaign.deliveries.first()
    DeliveryEvent.objects.create(delivery=delivery, type=EventType.COMPLAINED)

    assert guard(campaign) == RUNNING


def test_guard_campaigns_line_of_zero_is_never(settings):
    settings.NEWSLETTER_PAUSE_BOUNCE_PERCENT = 0.0

    assert guard(make_send(hard=20)) == RUNNING


def test_guard_campaigns_send_that_was_let_go_on_is_not_stopped_again():
    campaign = make_send(accepted=9, hard=1)
    guard(campaign)

    resume_campaign(campaign)

    assert guard(campaign) == RUNNING


@pytest.mark.parametrize(
    "state", [CampaignState.PAUSED, CampaignState.CANCELLED, CampaignState.DRAFT]
)
def test_guard_campaigns_other_states_are_left_alone(state):
    assert guard(make_send(state, hard=20)) == (state, "")


def test_hear_mail_complaints_mark_a_finished_send_and_keep_its_state():
    campaign = make_send(CampaignState.FINISHED, accepted=10)
    for number, delivery in enumerate(campaign.deliveries.all()[:2]):
        path = return_path(delivery.pk, "")
        hear_mail(make_complaint(mail_from=path, message_id=f"<{number}@fbl.example>"))

    campaign.refresh_from_db()
    assert (campaign.state, campaign.trouble) == (
        CampaignState.FINISHED,
        Trouble.COMPLAINTS,
    )


@pytest.mark.parametrize("sends", [1, 3])
def test_guard_campaigns_asks_three_questions_a_send(django_assert_num_queries, sends):
    for _number in range(sends):
        make_send(accepted=3)

    with django_assert_num_queries(3 + 3 * sends):
        guard_campaigns(timezone.now())


def test_bounce_class_of_other_kinds_is_no_bounce():
    campaign = make_send(accepted=9)
    make_delivery(
        campaign=campaign,
        state=DeliveryState.ACCEPTED,
        bounce_class=BounceClass.AUTO_REPLY,
    )

    assert guard(campaign) == RUNNING
