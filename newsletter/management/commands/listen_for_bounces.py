"""``manage.py listen_for_bounces``: take what returns over LMTP or SMTP."""

import asyncio

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from newsletter.delivery.listeners.port import (
    ListenError,
    listen_until_stopped,
    read_place,
)


class Command(BaseCommand):
    help = "Take what returns from our letters, as a mail server for nothing else."

    def add_arguments(self, parser):
        parser.add_argument(
            "--at",
            default=settings.NEWSLETTER_BOUNCE_LISTEN,
            help="Such as lmtp://127.0.0.1:2424; otherwise NEWSLETTER_BOUNCE_LISTEN.",
        )

    def handle(self, *args, at, **options):
        if not settings.NEWSLETTER_BOUNCE_ADDRESS:
            raise CommandError("Say which address returns: NEWSLETTER_BOUNCE_ADDRESS.")
        try:
            place = read_place(at)
        except ListenError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Listening at {at}")
        self.stdout.flush()
        try:
            asyncio.run(listen_until_stopped(place))
        except OSError as error:
            raise CommandError(f"Cannot listen at {at}: {error.strerror}.") from error
