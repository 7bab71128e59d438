"""What stands round the blocks of a mail: masthead, headline, foot."""

from typing import Any

from django.utils.dateformat import format as format_date
from django.utils.html import strip_tags
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail.images.models import SourceImageIOError

from crm.choices import LawfulBasis
from crm.models import Purpose
from newsletter.colours import lighten
from newsletter.mail.merge import disarm_fields
from newsletter.mail.urls import make_absolute, point_at_picture
from newsletter.models import Newsletter, NewsPage

LOGO_FILTER = "max-480x144|format-png"
# Each in its own language: that is who it is for.
IN_LANGUAGE = {"sv": "Läs på svenska", "en": "Read this in English"}


def describe_letter(page: NewsPage, newsletter: Newsletter) -> dict[str, Any]:
    """Return the context of head and foot, in the active language."""
    return {
        "page": page,
        "newsletter": newsletter,
        "accent": newsletter.accent,
        "accent_dark": lighten(newsletter.accent),
        "logo": _describe_logo(newsletter),
        "ground": say_ground(newsletter.purpose),
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


def say_ground(purpose: Purpose) -> str:
    """Return for what a letter is sent and on what lawful basis, as its reader is told."""
    sentences = {
        LawfulBasis.CONSENT: _(
            "It is sent for the purpose “%(purpose)s” with your consent, which you may "
            "take back at any time."
        ),
        LawfulBasis.PUBLIC_TASK: _(
            "It is sent for the purpose “%(purpose)s” as part of a task in the public "
            "interest. You may object to it."
        ),
        LawfulBasis.LEGITIMATE_INTEREST: _(
            "It is sent for the purpose “%(purpose)s”, in which we have a legitimate "
            "interest. You may object to it."
        ),
        LawfulBasis.CONTRACT: _(
            "It is sent for the purpose “%(purpose)s”, as our agreement with you or your "
            "organisation asks for."
        ),
    }
    # Written in the register: never a merge field.
    name = disarm_fields(purpose)
    return sentences[LawfulBasis(purpose.lawful_basis)] % {"purpose": name}


def _describe_logo(newsletter: Newsletter) -> dict[str, Any]:
    """Return address and size of the logo as mail programmes can show it; {} for none.

    Twice as fine as it is shown, for the screens of phones.
    """
    if newsletter.logo is None:
        return {}
    try:
        picture = newsletter.logo.get_rendition(LOGO_FILTER)
    except (OSError, SourceImageIOError):
        # The file is gone: the name in the head says who it is from.
        return {}
    return {
        "url": point_at_picture(picture),
        "width": max(1, round(picture.width / 2)),
        "height": max(1, round(picture.height / 2)),
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
