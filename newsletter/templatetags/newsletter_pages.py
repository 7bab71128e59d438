"""What the public page of an item says beside its body."""

from django import template

from newsletter.blocks.layout import Section, lay_out
from newsletter.dates import format_range

register = template.Library()


@register.filter
def covers(item) -> str:
    """Return the days an item is about, in words; "" when it has none."""
    return format_range(item.covers_from, item.covers_to)


@register.filter
def titled_sections(item) -> list[Section]:
    """Return the sections of the public page that have a title to link to."""
    return [section for section in lay_out(item.body) if section.opener]
