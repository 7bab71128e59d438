"""Forgetting what the register keeps only for a while."""

from django.core.management.base import BaseCommand

from crm.pruning import forget_old_records, list_forgettable


class Command(BaseCommand):
    help = (
        "Remove records of imports and merges older than 90 days, files that nobody "
        "imported, and finished long work."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--dry-run", action="store_true", help="Only count what would be removed."
        )

    def handle(self, *args, dry_run, **options):
        if dry_run:
            counts = {name: rows.count() for name, rows in list_forgettable().items()}
        else:
            counts = forget_old_records()
        for name, count in counts.items():
            self.stdout.write(f"{count} {name}")
