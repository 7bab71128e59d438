"""Who delivers, whether they still live, and what the dead left behind.

A worker holds two locks for as long as it lives: one on its journal file and, on
PostgreSQL, a session advisory lock. A stopped process (SIGSTOP, swap) keeps both, a
dead one loses both; so a row is taken from a worker only when it can no longer act.
"""

import logging
import os
import platform
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from newsletter.delivery.claims import (
    hold_open_rows,
    record_outcomes,
    release_open_rows,
)
from newsletter.delivery.feedback import hear_refusals
from newsletter.delivery.journal import Journal, LeftJournal
from newsletter.delivery.outcomes import Outcome, Verdict
from newsletter.models import Worker

logger = logging.getLogger(__name__)

# First key of the advisory locks, so that they meet no other program's.
LOCK_SPACE = 0x52554E44
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class WorkerFenced(Exception):
    """This worker has lost its locks or its row and must not act any more."""


class Lease:
    """A living worker's claim to be alive."""

    def __init__(self, worker: Worker, journal: Journal) -> None:
        self.worker = worker
        self.journal = journal
        self._beat_at = time.monotonic()

    def beat(self) -> None:
        """Tell the database that the worker lives. Raises WorkerFenced when it may not.

        Also notices that the database connection was replaced, and the advisory lock
        lost with it.
        """
        asked_at = time.monotonic()
        alive = Worker.objects.filter(pk=self.worker.pk, ended_at__isnull=True).update(
            heartbeat_at=timezone.now()
        )
        if not alive or not _holds_advisory_lock(self.worker):
            raise WorkerFenced
        self._beat_at = asked_at

    def beat_if_due(self) -> None:
        """Beat when a quarter of the lease has passed. Raises as ``beat``."""
        if self.age_seconds > settings.NEWSLETTER_LEASE_SECONDS / 4:
            self.beat()

    @property
    def age_seconds(self) -> float:
        """Seconds since the last heartbeat the database is known to have, monotonic."""
        return time.monotonic() - self._beat_at

    @property
    def is_fresh(self) -> bool:
        """Whether the worker may still send a final dot."""
        return self.age_seconds < settings.NEWSLETTER_LEASE_SECONDS / 2


@contextmanager
def working() -> Iterator[Lease]:
    """Register this process as a worker for the time of the block.

    On a clean end the journal is removed. On an exception it stays, unlocked, for
    whoever rescues the worker; this process may live on and must not look alive.
    """
    name = f"{os.getpid()}-{secrets.token_hex(6)}.journal"
    # The journal is there and locked before the first row can be claimed.
    journal = Journal(settings.NEWSLETTER_JOURNAL_DIR / name)
    worker = Worker.objects.create(
        host=platform.node()[:120],
        boot_id=read_boot_id(),
        pid=os.getpid(),
        journal_name=name,
    )
    _take_advisory_lock(worker)
    _bound_transactions(f"{settings.NEWSLETTER_LEASE_SECONDS}s")
    try:
        yield Lease(worker, journal)
    except BaseException:
        journal.abandon()
        _let_go(worker)
        raise
    with transaction.atomic():
        release_open_rows(worker, next_at=timezone.now())
        _end(worker)
    journal.close()
    _bound_transactions("0")
    _drop_advisory_lock(worker)


def rescue_lost_workers() -> int:
    """Replay the journals of dead workers and free their rows; return how many died."""
    rescued = 0
    for worker in Worker.objects.filter(ended_at__isnull=True):
        try:
            rescued += _rescue(worker)
        except (DatabaseError, OSError):
            logger.exception("Worker %s could not be rescued; trying later", worker.pk)
    return rescued


def count_live_workers() -> int:
    """Return how many workers have given a sign of life within their lease."""
    since = timezone.now() - timedelta(seconds=settings.NEWSLETTER_LEASE_SECONDS)
    return Worker.objects.filter(ended_at__isnull=True, heartbeat_at__gte=since).count()


def read_boot_id() -> str:
    """Return what names this start of the host; empty where the system has no name."""
    try:
        return BOOT_ID.read_text().strip()
    except OSError:
        return ""


def _rescue(worker: Worker) -> bool:
    path = settings.NEWSLETTER_JOURNAL_DIR / worker.journal_name
    try:
        left = LeftJournal.take(path)
    except FileNotFoundError:
        return _give_up(worker)
    if left is None:
        return False
    try:
        # The dead process's database session may outlive it and still commit a claim.
        if not _try_advisory_lock(worker):
            return False
        _replay(worker, left)
        _drop_advisory_lock(worker)
        left.remove()
    finally:
        left.close()
    return True


@transaction.atomic
def _replay(worker: Worker, left: LeftJournal) -> None:
    replay = left.read()
    outcomes = dict(replay.answered)
    for delivery_id in replay.in_doubt:
        outcomes[delivery_id] = Outcome(
            Verdict.UNKNOWN, text="worker died", phase="DOT"
        )
    record_outcomes(worker, outcomes, now=timezone.now())
    if worker.boot_id == read_boot_id() and replay.is_whole:
        freed = release_open_rows(worker, next_at=timezone.now())
    else:
        # The host or its disk went down: lines of its last moment may be missing.
        freed = hold_open_rows(worker)
    _end(worker)
    # Also of rows that the worker recorded itself and had no time to draw them for.
    refused = [pk for pk, outcome in replay.answered.items() if outcome.is_refusal]
    if refused:
        hear_refusals(refused)
    logger.warning(
        "Worker %s died: %s answered, %s in doubt, %s freed",
        worker.pk,
        len(replay.answered),
        len(replay.in_doubt),
        freed,
    )


def _give_up(worker: Worker) -> bool:
    """End a worker whose journal is not here: it is on a lost host, or lost itself."""
    silent = timezone.now() - worker.heartbeat_at
    if worker.host == platform.node()[:120]:
        patience = settings.NEWSLETTER_LEASE_SECONDS
    else:
        patience = settings.NEWSLETTER_LOST_HOST_SECONDS
    if silent < timedelta(seconds=patience) or not _try_advisory_lock(worker):
        return False
    with transaction.atomic():
        held = hold_open_rows(worker)
        _end(worker)
    _drop_advisory_lock(worker)
    logger.error("Worker %s is lost: %s deliveries uncertain", worker.pk, held)
    return True


def _end(worker: Worker) -> None:
    Worker.objects.filter(pk=worker.pk).update(ended_at=timezone.now())


def _let_go(worker: Worker) -> None:
    try:
        _drop_advisory_lock(worker)
    except DatabaseError:
        # The session is broken, and the lock went with it.
        connection.close()


def _bound_transactions(seconds: str) -> None:
    """Let PostgreSQL end this session when a transaction of it stands still so long.

    A process that is stopped or a host that is lost in the middle of one would keep
    its rows from all other workers. "0" is never.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('idle_in_transaction_session_timeout', %s, false)",
                [seconds],
            )


def _take_advisory_lock(worker: Worker) -> None:
    _ask_postgres("SELECT pg_advisory_lock(%s, %s)", worker)


def _try_advisory_lock(worker: Worker) -> bool:
    return _ask_postgres("SELECT pg_try_advisory_lock(%s, %s)", worker)


def _drop_advisory_lock(worker: Worker) -> None:
    _ask_postgres("SELECT pg_advisory_unlock(%s, %s)", worker)


def _holds_advisory_lock(worker: Worker) -> bool:
    return _ask_postgres(
        "SELECT count(*) > 0 FROM pg_locks WHERE locktype = 'advisory' "
        "AND classid = %s AND objid = %s AND granted AND pid = pg_backend_pid()",
        worker,
    )


def _ask_postgres(sql: str, worker: Worker) -> bool:
    """Ask PostgreSQL about the worker's lock; True elsewhere, where the journal's
    lock is enough because all workers share one host."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute(sql, [LOCK_SPACE, worker.pk % 2**31])
        return cursor.fetchone()[0] is not False
