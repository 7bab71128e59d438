"""Databases that go away, and disks that fill up (T6, T7)."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from django.db import connections

from newsletter.choices import OPEN_STATES
from newsletter.models import Campaign
from tests.faults.account import settle_account
from tests.faults.children import Child
from tests.faults.mailserver import MailServer, Order, Wait, running_mail_server
from tests.faults.results import judge, scenario
from tests.faults.stage import Stage
from tests.faults.table import Result

WORKERS = 3


@scenario("T6")
def restart_the_database(stage: Stage) -> Iterator[Result]:
    """PostgreSQL is stopped at once and started again, in the middle of a send."""
    yield from _disturb(stage, "PostgreSQL restarted", _restart)


@scenario("T6")
def end_all_sessions(stage: Stage) -> Iterator[Result]:
    """Every session of the database is ended (pg_terminate_backend)."""
    yield from _disturb(
        stage, "sessions ended", lambda database: database.end_sessions()
    )


def _restart(database) -> None:
    database.stop()
    time.sleep(1)
    database.start()


def _disturb(
    stage: Stage, fault: str, disturb: Callable[..., object]
) -> Iterator[Result]:
    if stage.database.kind != "postgres":
        yield Result("T6", fault, skipped="SQLite has no server that could go away")
        return
    people, times = stage.size(3_000, 300), stage.size(5, 1)
    campaign = stage.make_send(people)
    with running_mail_server() as server:
        running = [stage.start_worker(server) for _number in range(WORKERS)]
        for number in range(1, times + 1):
            _wait(server, people * number // (times + 1), running)
            connections.close_all()
            disturb(stage.database)
            # As a supervisor would: what has ended is started again.
            running = [
                child if child.is_alive else stage.start_worker(server)
                for child in running
            ]
        began = time.monotonic()
        _let_go_on(stage, campaign, server)
        for child in running:
            child.process.join(60)
        stage.come_to_rest(campaign, server)
        yield judge(
            "T6",
            fault,
            settle_account(campaign, server),
            workers=WORKERS,
            doubt=times * WORKERS,
            times=times,
            recovered=f"{time.monotonic() - began:.1f} s",
        )


def _wait(server: MailServer, number: int, running: list[Child]) -> None:
    """Wait for the messages, or for the end of all workers."""
    while len(server.taken) < number and any(child.is_alive for child in running):
        time.sleep(0.005)


def _let_go_on(stage: Stage, campaign: Campaign, server: MailServer) -> None:
    connections.close_all()
    if campaign.deliveries.filter(state__in=OPEN_STATES).exists():
        stage.start_worker(server).join(seconds=120)


@scenario("T7")
def fill_the_disk(stage: Stage) -> Iterator[Result]:
    """The disk of journals (and of SQLite) is full for a while."""
    if os.geteuid() != 0:
        yield Result("T7", "disk full", skipped="only root can mount a small disk")
        return
    people = stage.size(2_000, 200)
    campaign = stage.make_send(people)
    with _small_disk(stage.var / "journal") as disk, running_mail_server() as server:
        worker = stage.start_worker(server)
        server.wait_until_taken(people // 4)
        _fill(disk)
        time.sleep(2)
        taken = len(server.taken)
        (disk / "filler").unlink()
        worker.process.join(120)
        stage.come_to_rest(campaign, server)
        yield judge(
            "T7",
            "disk of the journals full",
            settle_account(campaign, server),
            doubt=1,
            taken_while_full=taken,
        )


@scenario("T7")
def fill_the_disk_of_postgres(stage: Stage) -> Iterator[Result]:
    """The disk of PostgreSQL's write-ahead log is full: it breaks down until there is room.

    Nobody tries to send meanwhile but the workers that were at it; they and the server
    are started again, as a supervisor would, once somebody has made room.
    """
    fault = "disk of PostgreSQL full"
    if stage.database.kind != "postgres" or os.geteuid() != 0:
        yield Result("T7", fault, skipped="only for PostgreSQL, and as root")
        return
    people = stage.size(2_000, 200)
    campaign = stage.make_send(people)
    connections.close_all()
    small_disk = partial(_small_disk, size="160m")
    with (
        stage.database.log_on(small_disk, stage.var / "log") as disk,
        running_mail_server(answer=_take_time) as server,
    ):
        running = [stage.start_worker(server) for _number in range(WORKERS)]
        _wait(server, people // 4, running)
        _fill(disk)
        stage.database.use_up_log()
        for child in running:
            child.process.join(60)
        taken = len(server.taken)
        (disk / "filler").unlink()
        stage.database.stop()
        stage.database.start()
        _let_go_on(stage, campaign, server)
        stage.come_to_rest(campaign, server)
        account = settle_account(campaign, server)
        connections.close_all()
        yield judge(
            "T7",
            fault,
            account,
            workers=WORKERS,
            doubt=WORKERS,
            expected=[("it broke down before the end", taken < people)],
            taken_before=taken,
        )


def _take_time(phase: str, _address: str) -> Order:
    return Wait(0.01) if phase == "TAKEN" else None


@contextmanager
def _small_disk(place: Path, *, size: str = "256k") -> Iterator[Path]:
    place.mkdir(parents=True, exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
    subprocess.run(mount, check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def _fill(disk: Path) -> None:
    with (disk / "filler").open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 4096)
        except OSError:
            return
