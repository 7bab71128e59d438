"""newsletter/delivery/sending.py: who or what is taken back under a worker's hands."""

from datetime import timedelta

import pytest
from django.utils import timezone

from crm.choices import SuppressionReason
from crm.consent import suppress, withdraw_consent
from crm.pausing import pause_mail
from newsletter.choices import CampaignState, DeliveryState
from newsletter.delivery.campaigns import cancel_campaign, pause_campaign
from newsletter.delivery.journal import Journal
from newsletter.delivery.scheduling import advance_campaigns
from newsletter.delivery.sending import run_worker
from newsletter.models import Delivery
from tests.factories import make_contact
from tests.newsletter.delivery.scenes import (
    deliver,
    make_frozen_campaign,
    states_of,
)
from tests.smtp_server import running_smtp_server

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def let_everybody_rest(campaign):
    today = timezone.localdate()
    for delivery in campaign.deliveries.select_related("contact"):
        pause_mail(delivery.contact, today + timedelta(days=1), today=today)


def test_run_worker_people_who_left_since_the_freeze_get_nothing(bulk_to):
    people = [make_contact() for _n in range(5)]
    left, stopped, erased, paused, stays = people
    campaign = make_frozen_campaign(contacts=people)
    withdraw_consent(left, campaign.newsletter.purpose, source="test")
    suppress(stopped.email, SuppressionReason.COMPLAINT)
    erased_row = campaign.deliveries.get(contact=erased).pk
    erased.delete()
    today = timezone.localdate()
    pause_mail(paused, today + timedelta(days=30), today=today)

    with running_smtp_server() as server:
        bulk_to(server.port)
        deliver()

    assert server.recipients == [stays.email]
    assert Delivery.objects.get(pk=erased_row).state == DeliveryState.SUPPRESSED
    assert (
        states_of(campaign) == [DeliveryState.ACCEPTED] + [DeliveryState.SUPPRESSED] * 4
    )


@pytest.fixture
def looks_always(monkeypatch):
    """Let the worker look round before every letter instead of every second."""
    monkeypatch.setattr("newsletter.delivery.sending.LOOK_SECONDS", 0.0)


@pytest.mark.parametrize("extensions", [(), ("PIPELINING",)])
@pytest.mark.parametrize(
    ("act", "rest"),
    [
        (pause_campaign, DeliveryState.QUEUED),
        (cancel_campaign, DeliveryState.CANCELLED),
        (let_everybody_rest, DeliveryState.SUPPRESSED),
    ],
)
def test_run_worker_stopped_in_the_middle_hands_over_no_more(
    bulk_to, looks_always, monkeypatch, act, rest, extensions
):
    campaign = make_frozen_campaign(people=6)
    note_answer = Journal.note_answer
    answers = []

    def act_after_the_third(journal, delivery_id, outcome):
        note_answer(journal, delivery_id, outcome)
        answers.append(outcome)
        if len(answers) == 3:
            act(campaign)

    monkeypatch.setattr(Journal, "note_answer", act_after_the_third)
    with running_smtp_server(extensions=extensions) as server:
        bulk_to(server.port)
        deliver()

    assert len(server.messages) == 3
    assert states_of(campaign) == sorted([DeliveryState.ACCEPTED] * 3 + [rest] * 3)
    assert set(campaign.deliveries.values_list("attempts", flat=True)) == {0, 1}


@pytest.mark.parametrize(
    "answer", [None, "450 later"], ids=["given back", "to be tried again"]
)
def test_run_worker_send_cancelled_under_its_hands_leaves_nothing_open(bulk_to, answer):
    campaign = make_frozen_campaign(people=3)
    asked = []

    def should_stop():
        asked.append(1)
        if len(asked) > 2 and campaign.state == CampaignState.SENDING:
            cancel_campaign(campaign)
            campaign.refresh_from_db()
        return len(asked) > 2

    with running_smtp_server(
        answer=lambda phase, argument: answer if phase == "RCPT" else None
    ) as server:
        bulk_to(server.port)
        run_worker(until_idle=True, should_stop=should_stop)
    advance_campaigns(timezone.now())

    states = states_of(campaign)
    assert set(states) <= {DeliveryState.CANCELLED, DeliveryState.ACCEPTED}
    assert states.count(DeliveryState.ACCEPTED) == len(server.messages)
    assert states.count(DeliveryState.CANCELLED) >= 1


def test_run_worker_outside_the_newsletters_hours_sends_nothing(bulk_to, monkeypatch):
    campaign = make_frozen_campaign(people=2)
    monkeypatch.setattr("newsletter.delivery.claims.is_open", lambda *_: False)
    with running_smtp_server() as server:
        bulk_to(server.port)
        deliver()

    assert (server.connections, states_of(campaign)) == (
        0,
        [DeliveryState.QUEUED] * 2,
    )
