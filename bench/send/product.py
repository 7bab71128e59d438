"""Rundbrev itself: its own commands in processes of their own, on a real database."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.send.databases import seconds_between
from bench.send.processes import (
    LONGEST_SECONDS,
    ROOT,
    Use,
    read_use,
    running_sink,
    start,
)

POLL_SECONDS = 0.1


@dataclass(frozen=True)
class Measured:
    """A delivery of ``letters`` by ``workers``, once these were up and idle.

    ``cpu`` is their processor time in seconds per 1,000 letters, without start-up.
    """

    letters: int
    rate: float
    cpu: float
    peak_mb: float


class Product:
    """An installation with production settings, its send frozen and waiting."""

    def __init__(self, database: Any, directory: Path) -> None:
        self.database = database
        self.var = directory
        self.frozen: dict[str, Any] = {}
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings.production",
            "SECRET_KEY": "bench",
            "CRM_ADDRESS_HASH_KEY": "bench",
            "ALLOWED_HOSTS": "localhost",
            "SITE_URL": "https://rundbrev.example.org",
            "DATABASE_URL": database.url,
            "RUNDBREV_VAR_DIR": str(directory),
            "BULK_MAIL_STARTTLS": "never",
            "NEWSLETTER_HOLD_SECONDS": "0",
        }

    def run(self, job: str, *numbers: int, port: int = 0) -> dict[str, Any]:
        """Run a job of ``bench.send.scene``; return what it found."""
        done = subprocess.run(
            [sys.executable, "-m", "bench.send.scene", job, *map(str, numbers)],
            cwd=ROOT,
            env={**self.environment, "BULK_MAIL_PORT": str(port or 1)},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            timeout=LONGEST_SECONDS,
        )
        return json.loads(done.stdout.splitlines()[-1])

    def prepare(self, people: int, conditions: int = 1) -> None:
        """Make letter and readers, and press Send; ``frozen`` is what that took."""
        self.database.clear()
        self.run("prepare", people, conditions)
        self.frozen = self.run("freeze")
        self.database.snapshot()

    @property
    def letters(self) -> int:
        return self.frozen["deliveries"]

    def restore(self) -> None:
        """Take the send back to where nothing of it has gone."""
        self.database.restore()
        shutil.rmtree(self.var / "journal", ignore_errors=True)
        # What was copied is on the disk before anything is measured: the first commits
        # of a worker would wait for it, for seconds.
        os.sync()

    def deliver(self, sink: str, workers: int = 1) -> Measured:
        """Deliver everything with that many worker processes, and measure it.

        The rate is read from the rows: from the first answer to the last. So it needs
        no clock in the sink and no start-up.
        """
        self.restore()
        self.database.ask("UPDATE newsletter_campaign SET state = 'paused'")
        with running_sink(sink) as port:
            running = [self._start_worker(port) for _number in range(workers)]
            self._wait_until("SELECT count(*) FROM newsletter_worker", workers)
            # Past its imports, and in its idle loop.
            time.sleep(1)
            before = [read_use(worker.pid) for worker in running]
            self.database.ask("UPDATE newsletter_campaign SET state = 'sending'")
            self._wait_until(
                "SELECT count(*) FROM newsletter_delivery WHERE state IN "
                "('queued', 'claimed', 'deferred')",
                0,
            )
            after = [read_use(worker.pid) for worker in running]
            for worker in running:
                worker.send_signal(signal.SIGTERM)
                worker.wait(timeout=60)
        return self._sum_up(before, after)

    def count_queries(self, sink: str) -> float:
        """Return how many queries the worker makes for a letter."""
        self.restore()
        with running_sink(sink) as port:
            found = self.run("count", port=port)
        return found["queries"] / found["accepted"]

    def audit(self) -> float:
        """Return how many seconds ``manage.py audit_send`` takes. Raises for a breach."""
        began = time.monotonic()
        self._manage("audit_send")
        return time.monotonic() - began

    def _start_worker(self, port: int) -> subprocess.Popen:
        log = (self.var / "worker.log").open("a")
        return start(
            [sys.executable, "manage.py", "deliver"],
            cwd=ROOT,
            env={
                **self.environment,
                "DJANGO_SETTINGS_MODULE": "config.settings.worker",
                "BULK_MAIL_PORT": str(port),
            },
            stdout=log,
            stderr=log,
        )

    def _manage(self, command: str) -> None:
        subprocess.run(
            [sys.executable, "manage.py", command],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            check=True,
        )

    def _sum_up(self, before: list[Use], after: list[Use]) -> Measured:
        ((letters, first, last),) = self.database.ask(
            "SELECT count(*), min(accepted_at), max(accepted_at) "
            "FROM newsletter_delivery WHERE state = 'accepted'"
        )
        seconds = seconds_between(first, last)
        spent = sum(use.cpu_seconds for use in after)
        spent -= sum(use.cpu_seconds for use in before)
        return Measured(
            letters,
            rate=(letters - 1) / seconds,
            cpu=1000 * spent / letters,
            peak_mb=max(use.peak_mb for use in after),
        )

    def _wait_until(self, question: str, number: int) -> None:
        ends_at = time.monotonic() + LONGEST_SECONDS
        while self.database.ask(question)[0][0] != number:
            if time.monotonic() > ends_at:
                raise TimeoutError(question)
            time.sleep(POLL_SECONDS)
