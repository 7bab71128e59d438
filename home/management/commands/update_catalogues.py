"""Bring the translation catalogues in step with the sources."""

from django.conf import settings
from django.core.management.base import BaseCommand

from home.catalogues import (
    extract_messages,
    is_translated,
    read_catalogue,
    update_catalogue,
)


class Command(BaseCommand):
    help = "Take every text for people out of the sources into locale/*/django.po."

    def handle(self, *args, **options):
        template = extract_messages()
        for language, _name in settings.LANGUAGES:
            update_catalogue(language, template)
            messages = [message for message in read_catalogue(language) if message.id]
            missing = sum(not is_translated(message) for message in messages)
            self.stdout.write(
                f"{language}: {len(messages)} texts, {missing} to be translated"
            )
