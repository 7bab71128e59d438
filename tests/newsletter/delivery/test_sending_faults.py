"""newsletter/delivery/sending.py: servers that are away, refuse, or hang up."""

from datetime import timedelta

import pytest
from django.utils import timezone

from newsletter.choices import BounceClass, CampaignState, DeliveryState, Trouble
from newsletter.delivery.outcomes import judge_reply
from tests.newsletter.delivery.scenes import (
    deliver,
    make_frozen_campaign,
    states_of,
)
from tests.smtp_server import DROP, running_smtp_server

pytestmark = [pytest.mark.django_db, pytest.mark.database]


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


def test_run_worker_answer_no_column_can_hold_is_cleaned(bulk_to):
    campaign = make_frozen_campaign(people=1)
    with running_smtp_server(
        answer=lambda phase, a: (
            "550 5.1.1 un\x00known \x1b[31m" if phase == "RCPT" else None
        )
    ) as server:
        bulk_to(server.port)
        deliver()

    row = campaign.deliveries.get()
    assert (row.state, row.reply) == (
        DeliveryState.FAILED,
        "RCPT 550 5.1.1 un known [31m",
    )


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


def test_run_worker_sender_refused_after_the_recipient_keeps_everybody(bulk_to):
    campaign = make_frozen_campaign(people=3)
    with running_smtp_server(
        answer=lambda phase, a: (
            f"554 5.7.1 <{a}>: Relay access denied" if phase == "RCPT" else None
        ),
        extensions=("PIPELINING",),
        lets_data_through=True,
    ) as server:
        bulk_to(server.port)
        deliver()

    campaign.refresh_from_db()
    assert (campaign.state, campaign.trouble) == (
        CampaignState.PAUSED,
        Trouble.SENDER_REFUSED,
    )
    assert states_of(campaign) == [DeliveryState.QUEUED] * 3
    assert "RCPT 554 5.7.1 <…>: Relay access denied" in (
        campaign.deliveries.values_list("reply", flat=True)
    )


@pytest.mark.parametrize(
    ("code", "text", "blames"),
    [
        (554, "5.7.1 <asa@example.org>: Relay access denied", True),
        (550, "5.1.8 <a@b.example>: Sender address rejected: Domain not found", True),
        (554, "5.7.1 <unknown[192.0.2.7]>: Client host rejected: Access denied", True),
        (550, "relay not permitted", True),
        (550, "5.7.54 SMTP; Unable to relay recipient in non-accepted domain", True),
        (530, "5.7.0 Must issue a STARTTLS command first", True),
        (450, "4.1.8 <a@b.example>: Sender address rejected: not found", False),
        (550, "5.1.1 <asa@example.org>: Recipient address rejected", False),
        (550, "5.1.1 host mx.example.org said: 554 Relay access denied", False),
    ],
)
def test_judge_reply_tells_a_refused_sender_from_a_refused_reader(code, text, blames):
    assert judge_reply(code, text, "RCPT").blames_sender is blames


def test_run_worker_log_in_refused_pauses_the_send_and_keeps_everybody(
    bulk_to, settings
):
    campaign = make_frozen_campaign(people=2)
    with running_smtp_server(
        answer=lambda phase, a: "535 no" if phase == "AUTH" else None,
        extensions=("AUTH PLAIN",),
    ) as server:
        bulk_to(server.port)
        settings.MAILERS["bulk"]["OPTIONS"].update(username="u", password="p")
        deliver()

    campaign.refresh_from_db()
    assert (campaign.state, campaign.trouble) == (
        CampaignState.PAUSED,
        Trouble.SENDER_REFUSED,
    )
    assert states_of(campaign) == [DeliveryState.QUEUED] * 2
    assert set(campaign.deliveries.values_list("reply", flat=True)) == {
        "CONNECT 535 no"
    }


def test_run_worker_server_hangs_up_on_every_letter_is_left_alone_for_a_while(bulk_to):
    campaign = make_frozen_campaign(people=9)
    with running_smtp_server(
        answer=lambda phase, a: DROP if phase == "MAIL" else None,
        extensions=("PIPELINING",),
    ) as server:
        bulk_to(server.port)
        deliver()

    assert server.connections == 3
    states = states_of(campaign)
    assert states.count(DeliveryState.DEFERRED) == 3
    campaign.refresh_from_db()
    assert campaign.trouble == Trouble.UNREACHABLE


def test_run_worker_refused_address_is_classed_and_heard(bulk_to):
    campaign = make_frozen_campaign(people=1)
    refusal = "550 5.1.1 <%s> user unknown"

    def answer(phase, argument):
        return refusal % argument if phase == "RCPT" else None

    with running_smtp_server(answer=answer) as server:
        bulk_to(server.port)
        deliver()

    row = campaign.deliveries.get()
    assert (row.state, row.bounce_class) == (DeliveryState.FAILED, BounceClass.HARD)
    assert row.address not in row.reply
    assert row.events.get().bounce_class == BounceClass.HARD
