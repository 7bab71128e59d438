"""``manage.py check_sender``: can receivers believe a newsletter's sender?"""

import sys

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from newsletter.delivery.leaving_link import fetch_own
from newsletter.delivery.senders import check_sender
from newsletter.models import Newsletter


class Command(BaseCommand):
    help = (
        "Look up SPF, DKIM, DMARC and the mail servers of a newsletter's sender and try "
        "the address for leaving. Ends with exit code 1 when something is wrong."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "newsletters",
            nargs="*",
            metavar="NEWSLETTER",
            help="Short names of newsletters; all when none is given.",
        )
        parser.add_argument(
            "--no-fetch",
            action="store_true",
            help="Do not try this site's own address for leaving.",
        )

    def handle(self, *args, **options):
        fetch = None if options["no_fetch"] else fetch_own
        errors = 0
        with translation.override("en"):
            for newsletter in self.find_newsletters(options["newsletters"]):
                errors += self.report(newsletter, fetch)
        if errors:
            sys.exit(1)

    def find_newsletters(self, slugs):
        """Return the newsletters to check; CommandError for unknown ones."""
        if not slugs:
            return list(Newsletter.objects.all())
        found = {n.slug: n for n in Newsletter.objects.filter(slug__in=slugs)}
        if missing := [slug for slug in slugs if slug not in found]:
            raise CommandError(f"There is no newsletter {missing[0]}.")
        return [found[slug] for slug in slugs]

    def report(self, newsletter, fetch):
        """Check one newsletter and print what was found; return how many errors."""
        self.stdout.write(f"{newsletter} <{newsletter.sender_email}>")
        findings = check_sender(newsletter, fetch=fetch)
        for finding in findings:
            self.stdout.write(
                f"  {finding.severity.label}: {finding.title}\n      {finding.text}"
            )
        if not findings:
            self.stdout.write("  Nothing to mend.")
        return sum(finding.is_error for finding in findings)
