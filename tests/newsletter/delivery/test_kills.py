"""SIGKILL at every named step: nothing lost, nothing doubled, what is in doubt named."""

import subprocess
import sys
from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from newsletter.choices import CampaignState, DeliveryState
from newsletter.models import Campaign, Delivery, Worker
from tests.newsletter.delivery.scenes import make_frozen_campaign
from tests.smtp_server import running_smtp_server

PEOPLE = 8
# Steps at which the dead worker had announced a dot and recorded no answer.
IN_DOUBT = {"after_handing", "after_dot", "after_reply"}


def run_worker(live_database, server, step="never", nth=1):
    environment = {
        **live_database.environment,
        "BULK_MAIL_PORT": str(server.port),
        "BULK_MAIL_STARTTLS": "never",
    }
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.newsletter.delivery.killed_worker",
            step,
            str(nth),
        ],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.database
@pytest.mark.parametrize(
    ("step", "nth"),
    [
        ("after_claim", 1),
        ("before_handing", 1),
        ("before_handing", 5),
        ("after_handing", 5),
        ("after_dot", 1),
        ("after_dot", 5),
        ("after_reply", 5),
        ("after_answer", 5),
        ("before_record", 2),
        ("after_record", 2),
    ],
)
def test_worker_killed_at_step_loses_and_doubles_nothing(live_database, step, nth):
    campaign = make_frozen_campaign(people=PEOPLE)
    everybody = set(campaign.deliveries.values_list("address", flat=True))

    with running_smtp_server() as server:
        killed = run_worker(live_database, server, step, nth)
        assert killed.returncode == -9, killed.stderr
        second = run_worker(live_database, server)
        assert second.returncode == 0, second.stderr
        took = Counter(server.recipients)

    states = dict(campaign.deliveries.values_list("address", "state"))
    unknown = {a for a, state in states.items() if state == DeliveryState.UNKNOWN}
    accepted = {a for a, state in states.items() if state == DeliveryState.ACCEPTED}
    assert len(unknown) == (1 if step in IN_DOUBT else 0)
    assert accepted | unknown == everybody
    assert max(took.values()) == 1
    assert accepted <= set(took)
    if step in {"after_dot", "after_reply"}:
        assert set(took) == everybody
    if step == "after_handing":
        assert set(took) == accepted
    assert not Worker.objects.filter(ended_at__isnull=True).exists()


@pytest.mark.database
def test_worker_killed_twice_in_a_row_each_doubt_is_named(live_database):
    campaign = make_frozen_campaign(people=PEOPLE)

    with running_smtp_server() as server:
        run_worker(live_database, server, "after_dot", 2)
        run_worker(live_database, server, "after_dot", 2)
        run_worker(live_database, server)
        took = Counter(server.recipients)

    states = Counter(campaign.deliveries.values_list("state", flat=True))
    assert states == {DeliveryState.ACCEPTED: PEOPLE - 2, DeliveryState.UNKNOWN: 2}
    assert set(took.values()) == {1}
    assert len(took) == PEOPLE


@pytest.mark.database
def test_two_workers_at_once_share_the_rows(live_database):
    campaign = make_frozen_campaign(people=30)

    with running_smtp_server() as server:
        environment = {
            **live_database.environment,
            "BULK_MAIL_PORT": str(server.port),
            "NEWSLETTER_CLAIM_SIZE": "4",
        }
        workers = [
            subprocess.Popen(
                [sys.executable, "manage.py", "deliver", "--once"],
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
            for _number in range(2)
        ]
        ends = [worker.communicate(timeout=60) for worker in workers]

    assert [worker.returncode for worker in workers] == [0, 0], ends
    took = Counter(server.recipients)
    assert (len(took), set(took.values())) == (30, {1})
    assert set(campaign.deliveries.values_list("state", flat=True)) == {
        DeliveryState.ACCEPTED
    }


@pytest.mark.database
def test_worker_of_lost_host_its_open_rows_become_unknown(live_database):
    campaign = make_frozen_campaign(people=3)
    lost = Worker.objects.create(
        host="elsewhere",
        pid=1,
        journal_name="elsewhere.journal",
        heartbeat_at=timezone.now() - timedelta(hours=1),
    )
    held = campaign.deliveries.first()
    Delivery.objects.filter(pk=held.pk).update(
        state=DeliveryState.CLAIMED, worker=lost, attempts=1
    )

    with running_smtp_server() as server:
        done = run_worker(live_database, server)

    assert done.returncode == 0, done.stderr
    states = Counter(campaign.deliveries.values_list("state", flat=True))
    assert states == {DeliveryState.ACCEPTED: 2, DeliveryState.UNKNOWN: 1}
    assert held.address not in server.recipients
    assert Campaign.objects.get().state == CampaignState.SENDING
