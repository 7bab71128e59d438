"""Uncertain deliveries are settled by people: sent again and flagged, or closed."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation
from wagtail.models import ModelLogEntry

from newsletter.choices import CampaignState, DeliveryState
from newsletter.delivery.campaigns import cancel_campaign, finish_campaign
from newsletter.delivery.settling import (
    ALL,
    close_uncertain,
    explain_no_rest,
    list_rest,
    list_uncertain,
    resend_uncertain,
    send_to_rest,
)
from newsletter.exceptions import CampaignStateError
from newsletter.models import Campaign, Delivery
from tests.factories import make_campaign, make_user
from tests.newsletter.delivery.scenes import make_frozen_campaign

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def user():
    return make_user()


def make_ended(
    *states: str, ended: CampaignState = CampaignState.FINISHED
) -> tuple[Campaign, list[Delivery]]:
    """Make a send that has ended with a delivery in each of these states."""
    campaign = make_frozen_campaign(people=len(states))
    now = timezone.now()
    rows = list(campaign.deliveries.order_by("pk"))
    for row, state in zip(rows, states, strict=True):
        Delivery.objects.filter(pk=row.pk).update(state=state, attempts=1)
    Campaign.objects.filter(pk=campaign.pk).update(
        state=ended, started_at=now, finished_at=now
    )
    campaign.refresh_from_db()
    return campaign, rows


def states_of(campaign: Campaign) -> list[str]:
    return list(campaign.deliveries.order_by("pk").values_list("state", flat=True))


def logged(action: str) -> list[tuple]:
    return [
        (entry.user_id, entry.data["people"])
        for entry in ModelLogEntry.objects.filter(action=action)
    ]


def test_resend_of_other_rows_than_uncertain_ones_is_refused(user):
    campaign, rows = make_ended(DeliveryState.ACCEPTED, DeliveryState.FAILED)

    with pytest.raises(CampaignStateError, match="nobody"):
        resend_uncertain(campaign, [row.pk for row in rows], user)

    assert states_of(campaign) == ["accepted", "failed"]
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.FINISHED


def test_resend_of_another_sends_rows_is_refused(user):
    campaign, _rows = make_ended(DeliveryState.ACCEPTED)
    other, others = make_ended(DeliveryState.UNKNOWN)

    with pytest.raises(CampaignStateError):
        resend_uncertain(campaign, [others[0].pk], user)

    assert states_of(other) == ["unknown"]


def test_resend_when_the_number_has_changed_is_refused(user):
    campaign, _rows = make_ended(DeliveryState.UNKNOWN, DeliveryState.UNKNOWN)

    with pytest.raises(CampaignStateError, match="2 by now, not 1"):
        resend_uncertain(campaign, ALL, user, expected=1)

    assert states_of(campaign) == ["unknown", "unknown"]


def test_resend_passes_over_who_was_erased(user):
    campaign, rows = make_ended(DeliveryState.UNKNOWN, DeliveryState.UNKNOWN)
    Delivery.objects.filter(pk=rows[0].pk).update(contact=None, address="")

    assert resend_uncertain(campaign, ALL, user) == 1
    assert states_of(campaign) == ["unknown", "queued"]


def test_resend_queues_the_chosen_flagged_and_the_send_goes_on(user):
    campaign, rows = make_ended(DeliveryState.UNKNOWN, DeliveryState.UNKNOWN)

    assert resend_uncertain(campaign, [rows[0].pk], user) == 1

    campaign.refresh_from_db()
    assert campaign.state == CampaignState.SENDING
    assert list(
        campaign.deliveries.order_by("pk").values_list(
            "state", "is_duplicate_risk", "attempts", "worker"
        )
    ) == [("queued", True, 0, None), ("unknown", False, 1, None)]
    assert Delivery.objects.due(timezone.now()).count() == 1
    assert logged("newsletter.resend_uncertain") == [(user.pk, 1)]


def test_resend_in_a_cancelled_send_leaves_the_cancelled_alone(user):
    campaign, _rows = make_ended(
        DeliveryState.UNKNOWN, DeliveryState.CANCELLED, ended=CampaignState.CANCELLED
    )

    resend_uncertain(campaign, ALL, user)

    assert states_of(campaign) == ["queued", "cancelled"]


def test_resend_while_paused_waits_with_the_others(user):
    campaign, _rows = make_ended(DeliveryState.UNKNOWN, ended=CampaignState.PAUSED)

    resend_uncertain(campaign, ALL, user)

    campaign.refresh_from_db()
    assert (campaign.state, states_of(campaign)) == ("paused", ["queued"])


def test_resend_of_a_held_send_is_refused(user):
    campaign, _rows = make_ended(DeliveryState.UNKNOWN, ended=CampaignState.HELD)

    with pytest.raises(CampaignStateError, match="in the state"):
        resend_uncertain(campaign, ALL, user)


def test_close_keeps_them_uncertain_and_out_of_the_list(user):
    campaign, rows = make_ended(DeliveryState.UNKNOWN, DeliveryState.UNKNOWN)

    assert close_uncertain(campaign, [rows[0].pk], user, expected=1) == 1

    assert states_of(campaign) == ["unknown", "unknown"]
    assert list(list_uncertain(campaign)) == [rows[1]]
    assert list(list_uncertain(campaign, with_closed=True)) == rows
    assert logged("newsletter.close_uncertain") == [(user.pk, 1)]


def test_close_of_what_is_closed_is_refused_and_logged_once(user):
    campaign, rows = make_ended(DeliveryState.UNKNOWN)
    close_uncertain(campaign, ALL, user)

    with pytest.raises(CampaignStateError):
        close_uncertain(campaign, [rows[0].pk], user)

    assert logged("newsletter.close_uncertain") == [(user.pk, 1)]


def test_closed_one_may_still_be_sent_again_by_name(user):
    campaign, rows = make_ended(DeliveryState.UNKNOWN)
    close_uncertain(campaign, ALL, user)

    assert resend_uncertain(campaign, [rows[0].pk], user) == 1
    assert Delivery.objects.get().closed_at is None


def test_rest_of_a_send_that_never_began_is_refused(user):
    campaign = make_frozen_campaign(people=2)
    cancel_campaign(campaign)
    Campaign.objects.filter(pk=campaign.pk).update(started_at=None)

    with pytest.raises(CampaignStateError, match="new send"):
        send_to_rest(campaign, user)

    assert states_of(campaign) == ["cancelled", "cancelled"]


def test_rest_when_a_newer_send_has_begun_is_refused(user):
    campaign, _rows = make_ended(DeliveryState.CANCELLED, ended=CampaignState.CANCELLED)
    make_campaign(
        page=campaign.page,
        state=CampaignState.FINISHED,
        started_at=timezone.now() + timedelta(minutes=1),
    )
    campaign.refresh_from_db()

    with pytest.raises(CampaignStateError, match="newer send"):
        send_to_rest(campaign, user)


def test_rest_beside_a_newer_draft_may_be_sent_to(user):
    campaign, _rows = make_ended(DeliveryState.CANCELLED, ended=CampaignState.CANCELLED)
    make_campaign(page=campaign.page)

    campaign.refresh_from_db()

    assert explain_no_rest(campaign) == ""


def test_rest_queues_the_cancelled_unflagged_and_nobody_else(user):
    campaign, rows = make_ended(
        DeliveryState.CANCELLED,
        DeliveryState.ACCEPTED,
        DeliveryState.UNKNOWN,
        DeliveryState.CANCELLED,
        ended=CampaignState.CANCELLED,
    )
    Delivery.objects.filter(pk=rows[3].pk).update(contact=None, address="")

    assert list(list_rest(campaign)) == [rows[0]]
    assert send_to_rest(campaign, user, expected=1) == 1

    campaign.refresh_from_db()
    assert campaign.state == CampaignState.SENDING
    assert states_of(campaign) == ["queued", "accepted", "unknown", "cancelled"]
    assert not campaign.deliveries.filter(is_duplicate_risk=True).exists()
    assert logged("newsletter.send_to_rest") == [(user.pk, 1)]


def test_send_ends_again_once_the_rest_is_through(user):
    campaign, _rows = make_ended(DeliveryState.CANCELLED, ended=CampaignState.CANCELLED)
    send_to_rest(campaign, user)
    now = timezone.now()

    assert finish_campaign(campaign, now=now) is False
    campaign.deliveries.update(state=DeliveryState.ACCEPTED)
    assert finish_campaign(campaign, now=now) is True


def test_thousands_are_settled_in_a_constant_number_of_queries(
    user, django_assert_max_num_queries
):
    campaign, rows = make_ended(DeliveryState.UNKNOWN)
    Delivery.objects.bulk_create(
        Delivery(
            campaign=campaign,
            contact=None,
            address=f"a{n}@example.org",
            address_hash=f"hash{n}",
            locale="sv",
            state=DeliveryState.UNKNOWN,
        )
        for n in range(2000)
    )

    with django_assert_max_num_queries(8):
        assert close_uncertain(campaign, ALL, user) == 2001
