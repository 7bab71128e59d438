"""``manage.py index_archive``: write down the words of all published items anew."""

from django.core.management.base import BaseCommand

from home.search.indexing import index_everything


class Command(BaseCommand):
    help = "Writes the archive's search index anew from all published items."

    def handle(self, *args, **options):
        count = index_everything()
        self.stdout.write(f"{count} items can be searched.")
