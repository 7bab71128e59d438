"""What stands round the blocks of a mail: masthead, headline, foot."""

from typing import Any

from django.utils.dateformat import format as format_date
from django.utils.html import strip_tags
from django.utils.translation import get_language

from newsletter.mail.urls import make_absolute
from newsletter.models import Newsletter, NewsPage

# Each in its own language: that is who it is for.
IN_LANGUAGE = {"sv": "Läs på svenska", "en": "Read this in English"}


def describe_letter(page: NewsPage, newsletter: Newsletter) -> dict[str, Any]:
    """Return the context of head and foot, in the active language."""
    return {
        "page": page,
        "newsletter": newsletter,
        "accent": newsletter.accent,
        "language": get_language(),
        "subject": page.get_newsletter_subject(),
        "preheader": strip_tags(page.preheader or page.summary),
        "date": format_date(page.published_on, "j F Y") if page.published_on else "",
        "above_title": [
            part
            for part in (page.get_kind_display(), _network_name(page), page.kicker)
            if part
        ],
        "web_url": make_absolute(page.url),
        "translations": _find_translations(page),
    }


def _network_name(page: NewsPage) -> str:
    return page.network.local_name if page.network else ""


def _find_translations(page: NewsPage) -> list[dict[str, str]]:
    if not page.pk:
        return []
    translations = page.get_translations().live().select_related("locale")
    return [
        {
            "language": other.locale.language_code,
            "text": IN_LANGUAGE[other.locale.language_code],
            "url": make_absolute(other.url),
        }
        for other in translations
        if other.locale.language_code in IN_LANGUAGE
    ]
