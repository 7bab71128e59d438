"""Load the demo: an invented network, its people, letters and public site."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from home.demo.loading import load_demo
from home.demo.users import PASSWORD, USERS


class Command(BaseCommand):
    help = (
        "Load the demo once: log-ins, contacts, segments, a newsletter and a public "
        "site. Does nothing when it is there."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--force",
            action="store_true",
            help="Also where DEBUG is off. The demo's passwords are public.",
        )

    def handle(self, *args, **options):
        if not settings.DEBUG and not options["force"]:
            raise CommandError(
                "The demo makes log-ins with a public password, an administrator "
                "among them, and DEBUG is off. With --force it does so all the same."
            )
        if load_demo(lambda part: self.stdout.write(f"  {part}")):
            names = ", ".join(["admin", *USERS])
            self.stdout.write(f"Log in as {names}; the password is “{PASSWORD}”.")
        else:
            self.stdout.write("The demo is there already; nothing was changed.")
