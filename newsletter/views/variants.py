"""The letters a send would be: how many people get each, to look at one of them."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from crm.choices import Language
from crm.names import make_sort_key
from newsletter.delivery.variants import VariantCount, count_variants
from newsletter.exceptions import NewsletterError
from newsletter.mail.preview import Cut, find_versions
from newsletter.models import NewsPage
from newsletter.views.previewing import find_item, write_cut

MOST_SHOWN = 50
# What narrow mailboxes show of a line, in characters.
SUBJECT_ON_PHONE = 40


@dataclass(frozen=True)
class LetterRow:
    """One variant as the list shows it."""

    language: str
    conditions: tuple[str, ...]
    people: int
    url: str


@require_safe
def list_letters(request: HttpRequest, page_id: int) -> JsonResponse:
    """Answer with the largest letters of the newest version, or those with ``?q=``."""
    item = find_item(request, page_id)
    words = request.GET.get("q", "").strip()
    try:
        counted = count_variants(item, timezone.localdate())
        problem = ""
    except NewsletterError as error:
        counted, problem = [], str(error)
    found = [row for row in describe_variants(item, counted) if matches(row, words)]
    context = {
        "versions": describe_versions(item),
        "rows": found[:MOST_SHOWN],
        "found": len(found),
        "all": len(counted),
        "people": sum(count.people for count in counted),
        "query": words,
        "problem": problem,
    }
    html = render_to_string("cms/newsletter/includes/letters.html", context, request)
    return JsonResponse({"html": html})


def describe_versions(item: NewsPage) -> list[dict[str, Any]]:
    """Return subject and preheader of each language, as a mailbox on a phone shows them."""
    versions = []
    for code, page in find_versions(item).items():
        preheader = strip_tags(page.preheader or page.summary)
        versions.append(
            {
                "locale": code,
                "language": Language(code).label,
                "subject": page.get_newsletter_subject(),
                "preheader": preheader,
                "remark": _say_length(page.get_newsletter_subject(), preheader),
                "url": ""
                if page.pk == item.pk
                else reverse("wagtailadmin_pages:edit", args=[page.pk]),
            }
        )
    return versions


def _say_length(subject: str, preheader: str) -> str:
    sentences = [
        _("The subject has %(subject)s characters, the preheader %(preheader)s.")
        % {"subject": len(subject), "preheader": len(preheader)}
    ]
    if len(subject) > SUBJECT_ON_PHONE:
        sentences.append(
            _("Phones cut a subject after about %(most)s.") % {"most": SUBJECT_ON_PHONE}
        )
    if not preheader:
        sentences.append(
            _("Without a preheader the first words of the letter stand there.")
        )
    return " ".join(sentences)


def describe_variants(item, counted: list[VariantCount]) -> list[LetterRow]:
    """Return the rows, the largest first, each with the way to its preview."""
    return [
        LetterRow(
            language=str(Language(count.locale).label),
            conditions=count.conditions,
            people=count.people,
            url=item.reader_preview_url
            + "?"
            + urlencode({"variant": write_cut(Cut(count.locale, count.shown))}),
        )
        for count in counted
    ]


def matches(row: LetterRow, words: str) -> bool:
    """Say whether every word is found in the row's language or conditions."""
    text = make_sort_key(" ".join([row.language, *row.conditions]))
    return all(make_sort_key(word) in text for word in words.split())
