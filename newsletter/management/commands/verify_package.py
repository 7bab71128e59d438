"""``manage.py verify_package FILE``: is an archive package what was packed?"""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from newsletter.packaging.verifying import verify_package


class Command(BaseCommand):
    help = (
        "Check the digests of an archive package: of every file, every letter and the "
        "send. Needs no database. Ends with exit code 1 when something is wrong."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *args, **options):
        try:
            number, wrong = verify_package(options["file"])
        except ValueError as error:
            raise CommandError(str(error)) from error
        for line in wrong:
            self.stderr.write(line)
        if wrong:
            raise CommandError(
                f"{len(wrong)} of {number} files are not what they were."
            )
        self.stdout.write(f"{number} files checked: all as they were packed.")
