"""``manage.py deliver``: a delivery worker of its own, without the task queue."""

import signal
from threading import Event

from django.core.management.base import BaseCommand

from newsletter.delivery.sending import run_worker


class Command(BaseCommand):
    help = "Deliver newsletters until stopped (or, with --once, until nothing is due)."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="Stop when idle.")

    def handle(self, *args, **options):
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        accepted = run_worker(until_idle=options["once"], should_stop=stop.is_set)
        self.stdout.write(f"{accepted} messages accepted by the mail server.")
