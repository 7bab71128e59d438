"""Merge fields on the public page, whose readers nobody knows."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from newsletter.unmerged import without_fields

register = template.Library()


@register.filter
def for_anybody(html: str) -> SafeString:
    """Return rendered HTML with the fallback of each merge field in its place."""
    return mark_safe(without_fields(html))  # noqa: S308 -- rendered, and escaped, before
