"""``forget_pages``: after something was written past Rundbrev."""

from django.core.management.base import BaseCommand

from home.caching.generation import begin_generation


class Command(BaseCommand):
    help = (
        "Forget all kept public pages, in every process and on every host. Needed only "
        "after something else than Rundbrev wrote into its database."
    )

    def handle(self, *args, **options):
        begin_generation()
        self.stdout.write("All public pages will be made anew.")
