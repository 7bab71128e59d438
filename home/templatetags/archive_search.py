"""Hits of the archive's search, for templates."""

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

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
