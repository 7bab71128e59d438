"""``manage.py deliver``: a delivery worker of its own, without the task queue."""

import gc
import logging
import signal
from threading import Event

from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection

from newsletter.checks import SENDING
from newsletter.delivery.sending import run_worker
from newsletter.delivery.workers import WorkerFenced

logger = logging.getLogger(__name__)
AGAIN_SECONDS = 2


class Command(BaseCommand):
    help = "Deliver newsletters until stopped (or, with --once, until nothing is due)."
    # All of them would load every view of the site.
    requires_system_checks = [SENDING]

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="Stop when idle.")

    def handle(self, *args, **options):
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        # What is loaded stays: looking through it for garbage again and again took a
        # fifth of a worker's time.
        gc.collect()
        gc.freeze()
        if options["once"]:
            accepted = run_worker(until_idle=True, should_stop=stop.is_set)
            self.stdout.write(f"{accepted} messages accepted by the mail server.")
        while not options["once"] and not stop.is_set():
            self.work_until(stop)

    def work_until(self, stop):
        """Work; after the database was away begin anew, and clear up what was left."""
        try:
            run_worker(until_idle=False, should_stop=stop.is_set)
        except (DatabaseError, WorkerFenced):
            logger.exception("The database was away; trying again")
            connection.close()
            stop.wait(AGAIN_SECONDS)
