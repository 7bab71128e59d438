"""Processes that die or stand still (T1, T2, T5)."""

import json
import signal
import time
from collections.abc import Iterator
from typing import Any

from newsletter.delivery.transports.smtp import MOST_CONNECTIONS
from newsletter.models import Campaign
from tests.faults.account import settle_account
from tests.faults.mailserver import MailServer, Order, Wait, running_mail_server
from tests.faults.results import judge, scenario, total
from tests.faults.stage import LEASE_SECONDS, Stage
from tests.faults.steps import Ending, is_write
from tests.faults.table import Result

# How often a worker writes and reads must not depend on how fast it is answered, where
# its steps are counted.
ONE_LINE = {"connections": 1}
LATE_SECONDS = 0.3


@scenario("T1")
def kill_at_every_step(stage: Stage) -> Iterator[Result]:
    """One worker of one, and one of three, dies before each of its steps."""
    campaign = stage.make_send(6)
    stage.keep_scene()
    endings = _find_endings(stage, campaign)
    chosen = endings if not stage.is_small else stage.draw.sample(endings, 8)
    for workers in (1, 3):
        runs = [_kill_at(stage, campaign, ending, workers) for ending in chosen]
        died = sum(result.figures["died"] for result in runs)
        yield total(runs, "killed at every step", steps=len(endings), died=died)


def _find_endings(stage: Stage, campaign: Campaign) -> list[Ending]:
    """Return an ending before each step of an undisturbed worker, and within each write."""
    with running_mail_server() as server:
        file = stage.var / "steps.json"
        stage.start_worker(server, steps_file=file, bulk_mail=ONE_LINE).join()
        names = json.loads(file.read_text())
    endings = [Ending(number) for number in range(1, len(names) + 2)]
    return endings + [
        Ending(number, is_torn=True)
        for number, name in enumerate(names, start=1)
        if is_write(name)
    ]


def _kill_at(stage: Stage, campaign: Campaign, ending: Ending, workers: int) -> Result:
    stage.restore_scene()
    with running_mail_server() as server:
        victim = stage.start_worker(server, ending=ending, bulk_mail=ONE_LINE)
        others = [stage.start_worker(server) for _number in range(workers - 1)]
        died = victim.join() == -signal.SIGKILL
        for other in others:
            other.join()
        stage.come_to_rest(campaign, server)
        half = " torn" if ending.is_torn else ""
        return judge(
            "T1",
            f"step {ending.step}{half}",
            settle_account(campaign, server),
            workers=workers,
            doubt=int(died),
            died=died,
        )


@scenario("T1")
def kill_at_random(stage: Stage) -> Iterator[Result]:
    """Workers die at random moments, and are started again, until all is sent."""
    for workers in (1, 3):
        stage.clear()
        people, kills = stage.size(6_000, 300), stage.size(20, 3)
        campaign = stage.make_send(people)
        with running_mail_server() as server:
            took = _send_killing(
                stage, campaign, server, workers, kills, bulk_mail=ONE_LINE
            )
            stage.come_to_rest(campaign, server)
            yield judge(
                "T1",
                "killed at random",
                settle_account(campaign, server),
                workers=workers,
                doubt=kills,
                kills=kills,
                rate=f"{people / took:.0f}/s",
            )


@scenario("T1")
def kill_among_late_answers(stage: Stage) -> Iterator[Result]:
    """A fifth of the answers is late, so that a worker that dies leads several lines.

    One letter may be in doubt on each.
    """
    people, kills = stage.size(2_000, 100), stage.size(10, 2)
    campaign = stage.make_send(people)
    addresses = list(campaign.deliveries.values_list("address", flat=True))
    late = set(stage.draw.sample(addresses, people // 5))

    def answer(phase: str, address: str) -> Order:
        return Wait(LATE_SECONDS) if phase == "TAKEN" and address in late else None

    with running_mail_server(answer=answer) as server:
        _send_killing(stage, campaign, server, 3, kills)
        stage.come_to_rest(campaign, server)
        account = settle_account(campaign, server)
        yield judge(
            "T1",
            "killed among late answers",
            account,
            workers=3,
            doubt=kills * MOST_CONNECTIONS,
            kills=kills,
            connections=server.connections,
        )


def _send_killing(
    stage: Stage,
    campaign: Campaign,
    server: MailServer,
    workers: int,
    kills: int,
    **orders: Any,
) -> float:
    """Kill at moments spread over the send; return how many seconds it took."""
    people = campaign.frozen_count
    moments = sorted(stage.draw.sample(range(1, people), kills))
    running = [stage.start_worker(server, **orders) for _number in range(workers)]
    began = time.monotonic()
    for moment in moments:
        server.wait_until_taken(min(moment, people - kills))
        # Not always at the same place between two letters.
        time.sleep(stage.draw.uniform(0, 0.003))
        victim = stage.draw.randrange(workers)
        running[victim].kill()
        running[victim] = stage.start_worker(server, **orders)
    for child in running:
        child.join(seconds=300)
    return time.monotonic() - began


@scenario("T5")
def stop_at_every_step(stage: Stage) -> Iterator[Result]:
    """A worker stands still (SIGSTOP, a swapping host) while another goes on."""
    campaign = stage.make_send(6)
    stage.keep_scene()
    endings = [e for e in _find_endings(stage, campaign) if not e.is_torn][:-1]
    chosen = endings if not stage.is_small else stage.draw.sample(endings, 3)
    runs = [_stop_at(stage, campaign, ending.step, 0) for ending in chosen]
    stopped = sum(result.figures["stopped"] for result in runs)
    yield total(runs, "stopped at every step", steps=len(endings), stopped=stopped)
    # Longer than the lease: what it held must not have gone to anybody else.
    count = stage.size(10, 1)
    longer = [
        _stop_at(stage, campaign, ending.step, LEASE_SECONDS + 0.5)
        for ending in stage.draw.sample(endings, count)
    ]
    yield total(longer, "stopped beyond the lease")


def _stop_at(stage: Stage, campaign: Campaign, step: int, seconds: float) -> Result:
    stage.restore_scene()
    with running_mail_server() as server:
        ending = Ending(step, signal=signal.SIGSTOP)
        sleeper = stage.start_worker(server, ending=ending, bulk_mail=ONE_LINE)
        has_stopped = sleeper.wait_until_stopped()
        # The other one may have to wait: the sleeper can stand in a transaction.
        other = stage.start_worker(server)
        other.process.join(max(seconds, 1))
        sleeper.send(signal.SIGCONT)
        sleeper.join()
        other.join()
        stage.come_to_rest(campaign, server)
        return judge(
            "T5",
            f"step {step}",
            settle_account(campaign, server),
            workers=2,
            stopped=has_stopped,
        )
