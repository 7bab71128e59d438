"""``manage.py audit_send``: does every send keep its promises? Exit code 1 if not."""

import sys

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from newsletter.delivery.auditing import UNFROZEN, audit_campaign
from newsletter.models import Campaign


class Command(BaseCommand):
    help = (
        "Check every invariant of the sends on their rows and print the figures. "
        "Ends with exit code 1 when one is broken."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "sends",
            nargs="*",
            type=int,
            metavar="SEND",
            help="Numbers of sends; all that were frozen when none is given.",
        )

    def handle(self, *args, **options):
        sends = self.find_sends(options["sends"])
        broken = 0
        with translation.override("en"):
            for campaign in sends:
                broken += self.report(campaign)
        verdict = (
            f"{broken} invariant{'s' * (broken != 1)} broken"
            if broken
            else "every invariant holds"
        )
        count = len(sends)
        self.stdout.write(f"{count} send{'s' * (count != 1)} audited: {verdict}.")
        if broken:
            sys.exit(1)

    def find_sends(self, numbers):
        """Return the sends to audit, oldest first; CommandError for unknown ones."""
        if not numbers:
            return list(Campaign.objects.exclude(state__in=UNFROZEN).order_by("pk"))
        found = Campaign.objects.in_bulk(numbers)
        if missing := [number for number in numbers if number not in found]:
            raise CommandError(f"There is no send {missing[0]}.")
        return [found[number] for number in numbers]

    def report(self, campaign):
        """Print a send's findings; return how many invariants are broken."""
        state = campaign.get_state_display()
        self.stdout.write(f"Send {campaign.pk}, {state}: {campaign.subject}")
        audit = audit_campaign(campaign)
        for finding in audit.findings:
            verdict = "holds" if finding.holds else "BROKEN"
            self.stdout.write(
                f"  {finding.invariant:<4} {verdict:<7} {finding.figure}\n"
                f"       {finding.promise}"
            )
        return len(audit.breaches)
