"""``catch_mail``: the local mail catcher's SMTP server."""

import asyncio

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from home.catcher.server import HOST, serve_until_stopped


class Command(BaseCommand):
    help = "Catch mail on this machine and keep it for the pages at /catcher/."

    def add_arguments(self, parser):
        parser.add_argument(
            "--port",
            type=int,
            default=settings.MAIL_CATCHER_PORT,
            help="Where to listen on 127.0.0.1; otherwise MAIL_PORT.",
        )

    def handle(self, *args, port, **options):
        if settings.MAIL_CATCHER_DIR is None:
            raise CommandError(
                "There is no mail catcher here: MAIL_CATCHER_DIR is unset."
            )
        self.stdout.write(f"Catching mail on {HOST}:{port}")
        self.stdout.flush()
        try:
            asyncio.run(serve_until_stopped(port))
        except OSError as error:
            raise CommandError(
                f"Cannot listen on {HOST}:{port}: {error.strerror}."
            ) from error
