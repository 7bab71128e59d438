"""The archive's choices and the hits of its search, for templates."""

from collections.abc import Iterable

from django import template
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe

from home.search.asking import Question
from home.search.quoting import mark_words, quote_hit
from newsletter.models import NewsPage

register = template.Library()


@register.filter
def marked(text: str, question: Question) -> SafeString:
    """Return a text with the words that were looked for marked."""
    return mark_words(text, question)


@register.filter
def excerpt(item: NewsPage, question: Question) -> SafeString:
    """Return the place of an item that was found; its summary when only its headline was."""
    found = quote_hit(item.search_entry.text, question)
    return found or conditional_escape(item.summary)


@register.simple_tag
def write_options(
    choices: Iterable[tuple[object, object]], chosen: object
) -> SafeString:
    """Return the options of a select by (value, label), the chosen value's selected.

    Written here, for the archive has some sixty: a template takes a tenth of its time.
    """
    written = (
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>'
        f"{escape(label)}</option>"
        for value, label in choices
    )
    return mark_safe("".join(written))  # noqa: S308 -- values and labels are escaped
