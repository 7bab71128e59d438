"""Processes of the product that can be killed, stopped and started again.

Forked from a server that has Django loaded and no connection open, so that hundreds of
deaths take minutes. What runs in them is the product's own command or function.
"""

import json
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from tests.faults.steps import Ending, Steps

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.faults.ready"])


@dataclass(frozen=True)
class Orders:
    """How a child runs: settings to change, how it ends, how its clock goes wrong.

    ``clock`` is shared with the parent: seconds added to the time of day, now.
    """

    settings: dict[str, Any] = field(default_factory=dict)
    bulk_mail: dict[str, Any] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    ending: Ending | None = None
    steps_file: Path | None = None
    clock: Any = None
    log: Path | None = None


class Child:
    """A running process of the product."""

    def __init__(self, job: Callable[..., None], orders: Orders, *args: Any) -> None:
        self.process = CONTEXT.Process(target=_run, args=(job, orders, args))
        self.process.start()
        self.log = orders.log

    @property
    def is_alive(self) -> bool:
        return self.process.is_alive()

    def send(self, number: signal.Signals) -> None:
        """Send a signal; one that comes too late is no fault."""
        with suppress(ProcessLookupError):
            os.kill(self.process.pid, number)

    def kill(self) -> None:
        """End it with SIGKILL, whatever state it is in, and wait for its death."""
        self.send(signal.SIGKILL)
        self.process.join()

    def join(self, *, seconds: float = 60) -> int:
        """Return its exit code: negative for a signal. Raises TimeoutError."""
        self.process.join(seconds)
        if self.process.exitcode is None:
            raise TimeoutError(f"A child still runs after {seconds} s. {self.log}")
        return self.process.exitcode

    def wait_until_stopped(self, *, seconds: float = 60) -> bool:
        """Return when it has stopped itself (SIGSTOP); False when it ended before that.

        A slow machine looks round more often than a quick one, and makes more steps.
        Raises TimeoutError.
        """
        ends_at = time.monotonic() + seconds
        while _state_of(self.process.pid) != "T":
            if not self.is_alive:
                return False
            if time.monotonic() > ends_at:
                raise TimeoutError("The child did not stop.")
            time.sleep(0.005)
        return True


def deliver(once: bool = True) -> None:
    """Be a delivery worker, until nothing is due or until told to end."""
    with Path(os.devnull).open("w") as nowhere:
        call_command("deliver", *(["--once"] if once else []), stdout=nowhere)


def _state_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""


def _run(job: Callable[..., None], orders: Orders, args: tuple[Any, ...]) -> None:
    _redirect(orders.log)
    os.environ.update(orders.environment)
    for name, value in orders.settings.items():
        setattr(settings, name, value)
    settings.MAILERS["bulk"]["OPTIONS"].update(orders.bulk_mail)
    if orders.clock is not None:
        _bend_clock(orders.clock)
    steps = Steps(orders.ending)
    if orders.ending or orders.steps_file:
        steps.watch()
    job(*args)
    if orders.steps_file:
        orders.steps_file.write_text(json.dumps(steps.names))


def _redirect(log: Path | None) -> None:
    with Path(log or os.devnull).open("a") as file:
        sys.stdout.flush()
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)


def _bend_clock(clock: Any) -> None:
    """Add the shared seconds to the time of day; the monotonic clock goes on as ever."""
    true_now = timezone.now
    timezone.now = lambda: true_now() + timedelta(seconds=clock.value)
