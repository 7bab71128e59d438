"""``manage.py read_bounces``: hear what a mail server put into a Maildir."""

import logging
import signal
from pathlib import Path
from threading import Event

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, close_old_connections

from newsletter.delivery.listeners.maildir import MaildirMissing, read_maildir

logger = logging.getLogger(__name__)
TICK_SECONDS = 5


class Command(BaseCommand):
    help = "Read what returned into a Maildir, until stopped (or once, with --once)."

    def add_arguments(self, parser):
        parser.add_argument(
            "--maildir",
            default=settings.NEWSLETTER_BOUNCE_MAILDIR,
            help="Where it is; otherwise NEWSLETTER_BOUNCE_MAILDIR.",
        )
        parser.add_argument("--once", action="store_true", help="Read it once.")

    def handle(self, *args, maildir, once, **options):
        if not maildir:
            raise CommandError("Say which Maildir: set NEWSLETTER_BOUNCE_MAILDIR.")
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        while True:
            try:
                self.read(Path(maildir), stop)
            except DatabaseError:
                if once:
                    raise
                logger.exception("The database does not answer; trying again")
            if once or stop.wait(TICK_SECONDS):
                break
            close_old_connections()

    def read(self, maildir, stop):
        """Read what is new and say how much it was."""
        try:
            reading = read_maildir(maildir, should_stop=stop.is_set)
        except MaildirMissing as error:
            raise CommandError(str(error)) from error
        if reading.mails or reading.unreadable:
            self.stdout.write(
                f"{reading.mails} mails read, {reading.heard} new statements, "
                f"{reading.unreadable} unreadable."
            )
            self.stdout.flush()
