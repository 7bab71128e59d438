"""In which language somebody gets an item: their own, or what the newsletter says.

``offered`` is always the languages that the item is in, the one it was written in first.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import Case, F, Q, Value, When

from crm.choices import Language
from newsletter.choices import Fallback
from newsletter.models import NewsPage

# Said of somebody who gets nothing.
NOTHING = ""


def offered_languages(page: NewsPage) -> list[str]:
    """Return the languages an item would be sent in: its own, and published translations."""
    return [page.locale.language_code, *published_translations(page)]


def published_translations(page: NewsPage) -> dict[str, NewsPage]:
    """Return the published translations of an item by language, in order of language."""
    if not page.pk:
        return {}
    others = page.get_translations().live().select_related("locale")
    return {
        other.locale.language_code: other
        for other in others.order_by("locale__language_code")
    }


def choose_language(reads: str, offered: Sequence[str], fallback: str) -> str:
    """Return the language that a reader of ``reads`` gets; NOTHING for no letter."""
    return reads if reads in offered else _for_others(offered, fallback)


def language_expression(offered: Sequence[str], fallback: str) -> Any:
    """Return an expression on Contact with what ``choose_language`` says of each."""
    return Case(
        When(language__in=list(offered), then=F("language")),
        default=Value(_for_others(offered, fallback)),
    )


def gets_any(offered: Sequence[str], fallback: str) -> Q:
    """Return the condition on Contact that there is a letter in some language."""
    if _for_others(offered, fallback) == NOTHING:
        return Q(language__in=list(offered))
    return Q()


def _for_others(offered: Sequence[str], fallback: str) -> str:
    if fallback == Fallback.NOTHING:
        return NOTHING
    if fallback == Fallback.ENGLISH and Language.ENGLISH in offered:
        return Language.ENGLISH.value
    return offered[0]
