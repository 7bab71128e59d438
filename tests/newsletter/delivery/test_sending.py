"""newsletter/delivery/sending.py: one worker against a real server on loopback."""

from datetime import timedelta

import pytest
from django.utils import timezone

from crm.choices import SuppressionReason
from crm.consent import suppress, withdraw_consent
from newsletter.choices import CampaignState, DeliveryState, Trouble
from newsletter.delivery.campaigns import cancel_campaign, pause_campaign
from newsletter.delivery.scheduling import advance_campaigns
from newsletter.delivery.sending import run_worker
from newsletter.models import Delivery, Worker
from tests.factories import make_contact
from tests.newsletter.delivery.scenes import make_frozen_campaign
from tests.smtp_server import DROP, running_smtp_server

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def bulk_to(settings):
    """Return a function that points the bulk mailer at a port."""

    def point(port):
        settings.MAILERS = {
            **settings.MAILERS,
            "bulk": {
                # The test run has put a mailbox in memory in its place.
                "BACKEND": "newsletter.delivery.transports.smtp.Mailer",
                "OPTIONS": {"host": "127.0.0.1", "port": port},
            },
        }

    return point


def deliver():
    return run_worker(until_idle=True, should_stop=lambda: False)


def states_of(campaign):
    return sorted(campaign.deliveries.values_list("state", flat=True))


def test_run_worker_nothing_due_ends_and_leaves_no_worker():
    assert deliver() == 0
    assert Worker.objects.filter(ended_at__isnull=True).count() == 0


def test_run_worker_everybody_gets_one_message_and_the_send_is_closed(bulk_to):
    campaign = make_frozen_campaign(people=3)
    with running_smtp_server() as server:
        bulk_to(server.port)
        accepted = deliver()

    assert accepted == 3
    assert sorted(server.recipients) == sorted(
        campaign.deliveries.values_list("address", flat=True)
    )
    assert states_of(campaign) == [DeliveryState.ACCEPTED] * 3
    assert server.connections == 1
    advance_campaigns(timezone.now())
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.FINISHED


def test_run_worker_server_is_down_nothing_is_lost_and_the_send_says_so(bulk_to):
    campaign = make_frozen_campaign(people=2)
    with running_smtp_server() as server:
        port = server.port
    bulk_to(port)

    deliver()

    campaign.refresh_from_db()
    assert (campaign.state, campaign.trouble) == (
        CampaignState.SENDING,
        Trouble.UNREACHABLE,
    )
    assert states_of(campaign) == [DeliveryState.QUEUED] * 2
    assert set(campaign.deliveries.values_list("attempts", flat=True)) == {0}
    assert not campaign.deliveries.due(timezone.now()).exists()


def test_run_worker_server_comes_back_trouble_is_cleared(bulk_to):
    campaign = make_frozen_campaign(people=1)
    with running_smtp_server() as server:
        port = server.port
    bulk_to(port)
    deliver()
    campaign.deliveries.update(next_at=timezone.now())

    with running_smtp_server() as server:
        bulk_to(server.port)
        deliver()

    campaign.refresh_from_db()
    assert (campaign.trouble, states_of(campaign)) == ("", [DeliveryState.ACCEPTED])


def test_run_worker_one_refused_the_others_get_it(bulk_to):
    campaign = make_frozen_campaign(people=3)
    poor = campaign.deliveries.order_by("pk")[1]

    def answer(phase, argument):
        if phase == "RCPT" and argument == poor.address:
            return "550 5.1.1 unknown"
        return None

    with running_smtp_server(answer=answer) as server:
        bulk_to(server.port)
        deliver()

    poor.refresh_from_db()
    assert (poor.state, poor.reply) == (DeliveryState.FAILED, "RCPT 550 5.1.1 unknown")
    assert len(server.messages) == 2
    assert poor.address not in poor.reply


def test_run_worker_greylisted_is_tried_again_later(bulk_to):
    campaign = make_frozen_campaign(people=1)
    now = timezone.now()
    with running_smtp_server(
        answer=lambda phase, a: "450 greylisted" if phase == "RCPT" else None
    ) as server:
        bulk_to(server.port)
        deliver()

    row = campaign.deliveries.get()
    assert (row.state, row.attempts) == (DeliveryState.DEFERRED, 1)
    assert timedelta(seconds=40) < row.next_at - now < timedelta(seconds=80)

    campaign.deliveries.update(next_at=now)
    with running_smtp_server() as server:
        bulk_to(server.port)
        deliver()
    assert states_of(campaign) == [DeliveryState.ACCEPTED]


def test_run_worker_deferred_for_days_expires(bulk_to, settings):
    campaign = make_frozen_campaign(people=1)
    campaign.going_since = timezone.now() - timedelta(hours=73)
    campaign.save()
    with running_smtp_server(
        answer=lambda phase, a: "450 later" if phase == "RCPT" else None
    ) as server:
        bulk_to(server.port)
        deliver()

    assert states_of(campaign) == [DeliveryState.EXPIRED]


def test_run_worker_drop_after_dot_is_uncertain_and_never_sent_again(bulk_to):
    campaign = make_frozen_campaign(people=2)
    first = campaign.deliveries.order_by("pk").first()

    def answer(phase, argument):
        return DROP if phase == "STORED" and argument == first.address else None

    with running_smtp_server(answer=answer) as server:
        bulk_to(server.port)
        deliver()
        deliver()

    first.refresh_from_db()
    assert first.state == DeliveryState.UNKNOWN
    assert sorted(server.recipients) == sorted(
        campaign.deliveries.values_list("address", flat=True)
    )


def test_run_worker_sender_refused_pauses_the_send_and_keeps_everybody(bulk_to):
    campaign = make_frozen_campaign(people=3)
    with running_smtp_server(
        answer=lambda phase, a: "550 not you" if phase == "MAIL" else None
    ) as server:
        bulk_to(server.port)
        deliver()

    campaign.refresh_from_db()
    assert (campaign.state, campaign.trouble) == (
        CampaignState.PAUSED,
        Trouble.SENDER_REFUSED,
    )
    assert states_of(campaign) == [DeliveryState.QUEUED] * 3


def test_run_worker_poison_contact_is_that_deliverys_failure_only(bulk_to):
    campaign = make_frozen_campaign(people=3)
    poor = campaign.deliveries.order_by("pk").first()
    Delivery.objects.filter(pk=poor.pk).update(address="a\r\nb@example.org")

    with running_smtp_server() as server:
        bulk_to(server.port)
        deliver()

    poor.refresh_from_db()
    assert poor.state == DeliveryState.FAILED
    assert len(server.messages) == 2


def test_run_worker_people_who_left_since_the_freeze_get_nothing(bulk_to):
    left, stopped, erased, stays = people = [make_contact() for _n in range(4)]
    campaign = make_frozen_campaign(contacts=people)
    withdraw_consent(left, campaign.newsletter.purpose, source="test")
    suppress(stopped.email, SuppressionReason.COMPLAINT)
    erased_row = campaign.deliveries.get(contact=erased).pk
    erased.delete()

    with running_smtp_server() as server:
        bulk_to(server.port)
        deliver()

    assert server.recipients == [stays.email]
    assert Delivery.objects.get(pk=erased_row).state == DeliveryState.SUPPRESSED
    assert (
        states_of(campaign) == [DeliveryState.ACCEPTED] + [DeliveryState.SUPPRESSED] * 3
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
    ],
)
def test_run_worker_stopped_in_the_middle_hands_over_no_more(
    bulk_to, looks_always, act, rest, extensions
):
    campaign = make_frozen_campaign(people=6)
    stored = []

    def act_after_the_third(phase, argument):
        if phase == "STORED":
            stored.append(argument)
        return None

    def should_stop():
        if len(stored) == 3 and campaign.state == CampaignState.SENDING:
            act(campaign)
            campaign.refresh_from_db()
        return False

    with running_smtp_server(
        answer=act_after_the_third, extensions=extensions
    ) as server:
        bulk_to(server.port)
        run_worker(until_idle=True, should_stop=should_stop)

    # Asked when a letter is written, which with pipelining is one or two ahead.
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
