"""``manage.py run_scheduler``: fires scheduled sends, ends holds, wakes workers."""

import logging
import signal
from datetime import timedelta
from threading import Event

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections
from django.db.models import Q
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from crm.jobs import fail_dead_jobs
from crm.tasks import count_segments_daily
from newsletter.delivery.claims import find_open_campaigns
from newsletter.delivery.epochs import enter_epoch
from newsletter.delivery.scheduling import advance_campaigns, count_missing_workers
from newsletter.packaging.keeping import sweep_packages
from newsletter.tasks import count_reports_when_due, deliver

logger = logging.getLogger(__name__)
TICK_SECONDS = 1
# How long the task queue remembers what it has done.
KEEP = timedelta(days=2)
PRUNE_EVERY = timedelta(hours=1)


class Command(BaseCommand):
    help = "Fire scheduled sends, end holds, close finished sends and wake workers."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="Make one round.")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.pruned_at = None

    def handle(self, *args, **options):
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        while True:
            self.make_round()
            if options["once"] or stop.wait(TICK_SECONDS):
                break

    def make_round(self):
        """Do what the clock asks; a database that is away is tried again next round."""
        close_old_connections()
        try:
            now = timezone.now()
            # Before anything moves, and again while something does (invariant I13).
            if self.pruned_at is None or find_open_campaigns(now):
                enter_epoch()
            fail_dead_jobs()
            count_segments_daily(now)
            advance_campaigns(now)
            count_reports_when_due(now)
            self.wake_workers(now)
            self.prune_queue(now)
        except DatabaseError:
            logger.exception("The database does not answer; trying again")

    def wake_workers(self, now):
        """Let as many workers run as are asked for, while there is something to do."""
        waiting = DBTaskResult.objects.ready().filter(queue_name="deliveries")
        missing = count_missing_workers(now)
        for _number in range(missing - waiting.count() if missing else 0):
            deliver.enqueue()

    def prune_queue(self, now):
        """Forget old wake-up calls now and then, also those whose worker was killed."""
        if self.pruned_at and now - self.pruned_at < PRUNE_EVERY:
            return
        self.pruned_at = now
        sweep_packages()
        DBTaskResult.objects.filter(
            Q(finished_at__lt=now - KEEP) | Q(started_at__lt=now - 7 * KEEP)
        ).delete()
