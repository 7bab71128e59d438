"""Write the .mo files that Django reads."""

from django.core.management.base import BaseCommand

from home.catalogues import compile_catalogues


class Command(BaseCommand):
    help = "Compile locale/*/django.po where it changed; needs no system gettext."

    def handle(self, *args, **options):
        for language in compile_catalogues():
            self.stdout.write(f"{language}: compiled")
