"""SIGKILL at every named step: nothing lost, nothing doubled, what is in doubt named."""

import random
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
IN_DOUBT = {"after_handing", "in_content", "after_dot", "after_reply"}
# One worker's steps, each with the nth time that it is taken.
KILLS = [
    ("after_claim", 1),
    ("before_handing", 1),
    ("before_handing", 5),
    ("after_handing", 5),
    ("in_content", 5),
    ("after_dot", 1),
    ("after_dot", 5),
    ("after_reply", 5),
    ("after_answer", 5),
    ("before_record", 2),
    ("after_record", 2),
    ("at_end", 1),
]


def start_worker(live_database, server, step="never", nth=1):
    environment = {
        **live_database.environment,
        "BULK_MAIL_PORT": str(server.port),
        "BULK_MAIL_STARTTLS": "never",
        # Small claims, so that recording happens in the middle too.
        "NEWSLETTER_CLAIM_SIZE": "3",
    }
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "tests.newsletter.delivery.killed_worker",
            step,
            str(nth),
        ],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run_worker(live_database, server, step="never", nth=1):
    """Run a worker to its end; return how it ended and what it said."""
    worker = start_worker(live_database, server, step, nth)
    _out, errors = worker.communicate(timeout=60)
    return worker.returncode, errors


# Each takes seconds, most of them starting Python twice; the others are in ``make
# audit``. A seeded choice of all steps, with one worker and with three, is played by
# tests/faults/test_faults.py, every single one by ``make faults``.
SHORT = {("after_claim", 1), ("after_dot", 5)}
SLOW = pytest.mark.audit


@pytest.mark.database
@pytest.mark.parametrize(
    ("step", "nth", "extensions"),
    [
        pytest.param(*kill, ("PIPELINING",), marks=() if kill in SHORT else SLOW)
        for kill in KILLS
    ]
    + [
        pytest.param("after_handing", 5, (), marks=SLOW),
        pytest.param("after_dot", 5, (), marks=SLOW),
    ],
)
def test_worker_killed_at_step_loses_and_doubles_nothing(
    live_database, step, nth, extensions
):
    campaign = make_frozen_campaign(people=PEOPLE)
    everybody = set(campaign.deliveries.values_list("address", flat=True))

    with running_smtp_server(extensions=extensions) as server:
        killed, errors = run_worker(live_database, server, step, nth)
        assert killed == -9, errors
        ended, errors = run_worker(live_database, server)
        assert ended == 0, errors
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
    if step in {"after_handing", "in_content"}:
        assert set(took) == accepted
    assert not Worker.objects.filter(ended_at__isnull=True).exists()


@SLOW
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


@SLOW
@pytest.mark.database
def test_three_workers_one_killed_at_each_step_lose_and_double_nothing(live_database):
    """Seeded: three at once, of which two die, and a fourth clears up after them."""
    draw = random.Random(2026)
    campaign = make_frozen_campaign(people=40)
    everybody = set(campaign.deliveries.values_list("address", flat=True))
    deaths = draw.sample([kill for kill in KILLS if kill[0] != "at_end"], 2)

    with running_smtp_server(extensions=("PIPELINING",)) as server:
        workers = [
            start_worker(live_database, server, *kill)
            for kill in [*deaths, ("never", 1)]
        ]
        ends = [worker.communicate(timeout=60) for worker in workers]
        ended, errors = run_worker(live_database, server)
        took = Counter(server.recipients)

    assert ended == 0, (errors, ends)
    assert workers[-1].returncode == 0, ends
    states = dict(campaign.deliveries.values_list("address", "state"))
    unknown = {a for a, state in states.items() if state == DeliveryState.UNKNOWN}
    accepted = {a for a, state in states.items() if state == DeliveryState.ACCEPTED}
    assert accepted | unknown == everybody
    assert accepted <= set(took)
    assert set(took.values()) == {1}
    died = sum(worker.returncode == -9 for worker in workers)
    assert len(unknown) <= died
    assert not Worker.objects.filter(ended_at__isnull=True).exists()


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
        ended, errors = run_worker(live_database, server)

    assert ended == 0, errors
    states = Counter(campaign.deliveries.values_list("state", flat=True))
    assert states == {DeliveryState.ACCEPTED: 2, DeliveryState.UNKNOWN: 1}
    assert held.address not in server.recipients
    assert Campaign.objects.get().state == CampaignState.SENDING
