"""newsletter/delivery/workers.py: what is done with what a dead worker left."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from newsletter.choices import BounceClass, DeliveryState, EventType
from newsletter.delivery.workers import (
    read_boot_id,
    rescue_lost_workers,
    working,
)
from newsletter.models import Delivery, Worker
from tests.newsletter.delivery.scenes import make_frozen_campaign

pytestmark = [pytest.mark.django_db, pytest.mark.database]

ANSWERED_AT = datetime(2026, 11, 22, 9, 40, 0, 500_000, tzinfo=UTC)


@pytest.fixture
def leave(settings, tmp_path):
    """Return a function that leaves a dead worker, its journal and a row it claimed."""
    settings.NEWSLETTER_JOURNAL_DIR = tmp_path

    def make(line, **fields):
        row = make_frozen_campaign(people=1).deliveries.get()
        worker = Worker.objects.create(
            host="here", pid=1, boot_id=read_boot_id(), journal_name="1-a.journal"
        )
        claimed = {"state": DeliveryState.CLAIMED, "attempts": 1, "worker": worker}
        Delivery.objects.filter(pk=row.pk).update(**{**claimed, **fields})
        text = f"H {row.pk}\nR {row.pk} {line}\n"
        (tmp_path / worker.journal_name).write_text(text)
        return row

    return make


def test_rescue_answer_in_the_journal_is_recorded_with_its_own_time(leave):
    row = leave(f"accepted 250 DOT {ANSWERED_AT.timestamp()} 2.0.0 Ok")

    rescue_lost_workers()

    row.refresh_from_db()
    assert (row.state, row.reply) == (DeliveryState.ACCEPTED, "DOT 250 2.0.0 Ok")
    assert abs(row.accepted_at - ANSWERED_AT) < timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ("failed 550 DOT 1795340400.5 5.1.1 no such user", {}),
        (
            "deferred 450 RCPT 1795340400.5 4.2.2 full",
            {"state": DeliveryState.EXPIRED, "bounce_class": BounceClass.SOFT},
        ),
    ],
    ids=["refused", "expired, and recorded by the worker itself"],
)
def test_rescue_refusal_that_nobody_has_heard_becomes_an_event(leave, line, fields):
    row = leave(line, **fields)

    rescue_lost_workers()
    rescue_lost_workers()

    assert [event.type for event in row.events.all()] == [EventType.BOUNCED]


def read_patience():
    """Return how long PostgreSQL lets a transaction of this session stand still."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW idle_in_transaction_session_timeout")
        return cursor.fetchone()[0]


def test_rescue_journal_that_cannot_be_read_leaves_the_row_uncertain(leave, settings):
    row = leave("accepted 250 DOT 1795340400.5 ok")
    file = settings.NEWSLETTER_JOURNAL_DIR / "1-a.journal"
    file.write_text("H 4\0\0\0H 5\n")

    assert rescue_lost_workers() == 1

    row.refresh_from_db()
    assert row.state == DeliveryState.UNKNOWN
    assert not file.exists()


def test_working_lets_no_transaction_stand_still(settings, tmp_path):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer, on one host")
    settings.NEWSLETTER_JOURNAL_DIR = tmp_path
    settings.NEWSLETTER_LEASE_SECONDS = 30

    with working():
        during = read_patience()

    assert (during, read_patience()) == ("30s", "0")
