"""newsletter/delivery/campaigns.py: what is refused, and who moves what where."""

from datetime import timedelta

import pytest
from django.utils import timezone

from crm.choices import SuppressionReason
from crm.consent import suppress
from newsletter.choices import CampaignState, DeliveryState
from newsletter.delivery.campaigns import (
    cancel_campaign,
    pause_campaign,
    reopen_campaign,
    resume_campaign,
    save_campaign,
    schedule_campaign,
    send_campaign,
    start_new_send,
    undo_send,
    unschedule_campaign,
)
from newsletter.delivery.scheduling import advance_campaigns
from newsletter.exceptions import CampaignStateError, CompositionError
from newsletter.models import Campaign
from tests.factories import (
    make_contact,
    make_recipients,
    make_segment,
    make_user,
)
from tests.newsletter.delivery.scenes import make_draft, make_frozen_campaign, make_item

pytestmark = pytest.mark.django_db


def send(campaign):
    return send_campaign(campaign, user=make_user(), now=timezone.now())


def states_of(campaign):
    return set(campaign.deliveries.values_list("state", flat=True))


def test_save_campaign_without_newsletter_is_refused():
    page = make_item([make_contact()], newsletter=None)

    with pytest.raises(CampaignStateError, match="nyhetsbrev|newsletter"):
        save_campaign(page, revision=page.latest_revision)


def test_save_campaign_fails_then_nothing_can_be_sent():
    page = make_item([make_contact()])
    campaign = save_campaign(page, revision=page.latest_revision)
    page.body = [("lead", {"text": "Hej [[shoe_size]]"})]
    page.save_revision().publish()
    page.refresh_from_db()

    with pytest.raises(CompositionError):
        save_campaign(page, revision=page.latest_revision)

    with pytest.raises(CampaignStateError):
        send(campaign)
    assert Campaign.objects.get().state == CampaignState.DRAFT
    assert campaign.deliveries.count() == 0


def test_send_campaign_item_changed_after_save_is_refused():
    campaign = make_draft([make_contact()])
    campaign.page.save_revision()

    with pytest.raises(CampaignStateError):
        send(campaign)


def test_send_campaign_unpublished_item_is_refused():
    campaign = make_draft([make_contact()])
    campaign.page.unpublish()

    with pytest.raises(CampaignStateError):
        send(campaign)


def test_send_campaign_without_recipients_is_refused():
    campaign = make_draft([make_contact()], newsletter_recipients=None)

    with pytest.raises(CampaignStateError):
        send(campaign)


def test_send_campaign_twice_is_refused_and_sends_once():
    campaign = make_draft([make_contact()])
    send(campaign)

    with pytest.raises(CampaignStateError):
        send(campaign)
    assert campaign.deliveries.count() == 1


def test_send_campaign_holds_it_until_the_hold_is_over(settings):
    settings.NEWSLETTER_HOLD_SECONDS = 60
    now = timezone.now()
    campaign = send(make_draft([make_contact()]))

    advance_campaigns(now + timedelta(seconds=30))
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.HELD
    advance_campaigns(now + timedelta(seconds=62))
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.SENDING


def test_undo_send_in_the_hold_cancels_every_row(settings):
    settings.NEWSLETTER_HOLD_SECONDS = 60
    campaign = send(make_draft([make_contact()]))

    undo_send(campaign)

    campaign.refresh_from_db()
    assert campaign.state == CampaignState.CANCELLED
    assert states_of(campaign) == {DeliveryState.CANCELLED}
    assert save_campaign(
        campaign.page, revision=campaign.page.latest_revision
    ).state == (CampaignState.DRAFT)


def test_undo_send_after_the_hold_is_refused():
    with pytest.raises(CampaignStateError):
        undo_send(make_frozen_campaign(people=1))


def test_save_campaign_of_sent_item_is_refused_until_new_send():
    campaign = make_frozen_campaign(people=1)
    campaign.deliveries.update(state=DeliveryState.ACCEPTED)
    advance_campaigns(timezone.now())
    page = campaign.page

    with pytest.raises(CampaignStateError):
        save_campaign(page, revision=page.latest_revision)
    fresh = start_new_send(page)
    assert save_campaign(page, revision=page.latest_revision) == fresh


def test_pause_and_resume_move_between_sending_and_paused():
    campaign = make_frozen_campaign(people=1)

    assert pause_campaign(campaign).state == CampaignState.PAUSED
    with pytest.raises(CampaignStateError):
        pause_campaign(campaign)
    assert resume_campaign(campaign).state == CampaignState.SENDING


@pytest.mark.parametrize(
    ("trouble", "is_watched"),
    [("bouncing", False), ("complaints", False), ("blocked", False), ("", True)],
)
def test_resume_campaign_stopped_by_itself_is_watched_no_more(trouble, is_watched):
    campaign = pause_campaign(make_frozen_campaign(people=1), trouble=trouble)

    campaign = resume_campaign(campaign)

    assert (campaign.trouble, campaign.is_watched) == ("", is_watched)


def test_reopen_campaign_that_goes_on_is_refused():
    with pytest.raises(CampaignStateError):
        reopen_campaign(make_frozen_campaign(people=1), now=timezone.now())


def test_reopen_campaign_cancelled_goes_on_and_counts_time_anew():
    campaign = cancel_campaign(make_frozen_campaign(people=1))
    started_at, now = campaign.started_at, timezone.now()

    reopen_campaign(campaign, now=now)

    campaign.refresh_from_db()
    assert (campaign.state, campaign.finished_at) == (CampaignState.SENDING, None)
    assert (campaign.started_at, campaign.going_since) == (started_at, now)


def test_reopen_campaign_without_open_rows_ends_again():
    campaign = make_frozen_campaign(people=1)
    campaign.deliveries.update(state=DeliveryState.ACCEPTED)
    advance_campaigns(timezone.now())

    reopen_campaign(campaign, now=timezone.now())
    advance_campaigns(timezone.now())

    campaign.refresh_from_db()
    assert campaign.state == CampaignState.FINISHED


def test_cancel_campaign_leaves_accepted_rows_alone():
    campaign = make_frozen_campaign(people=3)
    done = campaign.deliveries.first()
    campaign.deliveries.filter(pk=done.pk).update(state=DeliveryState.ACCEPTED)

    cancel_campaign(campaign)

    assert sorted(campaign.deliveries.values_list("state", flat=True)) == [
        DeliveryState.ACCEPTED,
        DeliveryState.CANCELLED,
        DeliveryState.CANCELLED,
    ]


def test_schedule_campaign_in_the_past_is_refused():
    with pytest.raises(CampaignStateError):
        schedule_campaign(
            make_draft([make_contact()]),
            send_at=timezone.now() - timedelta(minutes=1),
            user=make_user(),
        )


def test_schedule_campaign_sends_content_and_rules_of_then_to_members_of_now():
    swedes = make_segment(rules=[{"kind": "language", "languages": ["sv"]}])
    around = make_segment(rules=[{"kind": "segment", "segments": [swedes.pk]}])
    person = make_contact()
    draft = make_draft([], newsletter_recipients=make_recipients(include=[around]))
    at = timezone.now() + timedelta(hours=1)
    campaign = schedule_campaign(draft, send_at=at, user=make_user())
    scheduled_title = campaign.page.title
    campaign.page.title = "Ändrad sedan dess"
    campaign.page.save_revision().publish()
    swedes.rules = {**swedes.rules, "match": "none"}
    swedes.save()
    newcomer = make_contact()

    advance_campaigns(at - timedelta(minutes=1))
    assert campaign.deliveries.count() == 0
    advance_campaigns(at + timedelta(seconds=1))

    campaign.refresh_from_db()
    assert campaign.state == CampaignState.SENDING
    assert campaign.variants.get().subject == scheduled_title
    assert {d.contact for d in campaign.deliveries.all()} == {person, newcomer}


def test_schedule_campaign_missed_by_a_day_asks_instead_of_firing():
    at = timezone.now() + timedelta(hours=1)
    campaign = schedule_campaign(
        make_draft([make_contact()]), send_at=at, user=make_user()
    )

    advance_campaigns(at + timedelta(days=1))

    campaign.refresh_from_db()
    assert (campaign.state, campaign.trouble) == (CampaignState.DRAFT, "missed")
    assert campaign.deliveries.count() == 0


def test_schedule_campaign_nobody_left_when_it_fires_says_so():
    person = make_contact()
    at = timezone.now() + timedelta(hours=1)
    campaign = schedule_campaign(make_draft([person]), send_at=at, user=make_user())
    suppress(person.email, SuppressionReason.BOUNCE)

    advance_campaigns(at + timedelta(seconds=1))

    campaign.refresh_from_db()
    assert (campaign.state, campaign.trouble) == (CampaignState.DRAFT, "refused")


def test_unschedule_campaign_is_a_draft_again():
    campaign = schedule_campaign(
        make_draft([make_contact()]),
        send_at=timezone.now() + timedelta(hours=1),
        user=make_user(),
    )

    assert unschedule_campaign(campaign).state == CampaignState.DRAFT
