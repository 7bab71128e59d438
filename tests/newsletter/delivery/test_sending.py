"""newsletter/delivery/sending.py: one worker against a real server on loopback."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from newsletter.choices import CampaignState, DeliveryState
from newsletter.delivery.scheduling import advance_campaigns
from newsletter.models import Delivery, Worker
from tests.newsletter.delivery.scenes import (
    deliver,
    make_frozen_campaign,
    states_of,
)
from tests.smtp_server import running_smtp_server

pytestmark = [pytest.mark.django_db, pytest.mark.database]


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


def test_run_worker_two_sends_take_turns(bulk_to, settings):
    settings.NEWSLETTER_CLAIM_SIZE = 2
    long, short = make_frozen_campaign(people=8), make_frozen_campaign(people=2)
    with running_smtp_server() as server:
        bulk_to(server.port)
        deliver()

    short_ones = set(short.deliveries.values_list("address", flat=True))
    places = [n for n, a in enumerate(server.recipients) if a in short_ones]
    assert max(places) < 6
    assert len(server.messages) == 10
    assert states_of(long) == [DeliveryState.ACCEPTED] * 8


def test_run_worker_200_letters_cost_few_queries(bulk_to, monkeypatch):
    # However slow the machine: no looking round in between, no asking for more.
    monkeypatch.setattr("newsletter.delivery.sending.LOOK_SECONDS", 600)
    monkeypatch.setattr("newsletter.delivery.sending.IDLE_SECONDS", 600)
    make_frozen_campaign(people=1)
    with running_smtp_server(extensions=("PIPELINING",)) as server:
        bulk_to(server.port)
        deliver()
        make_frozen_campaign(people=200)
        with CaptureQueriesContext(connection) as queries:
            deliver()

    assert len(server.messages) == 201
    texts = [query["sql"] for query in queries]
    per_letter = [sql for sql in texts if "newsletter_delivery" in sql]
    # A claim for each of two sends, and once more, which records and finds nothing; on
    # SQLite, which cannot do it in one statement, the statements they consist of.
    assert len(per_letter) <= (4 if connection.vendor == "postgresql" else 10)
