"""What the public page of an item says beside its body."""

from django import template

from newsletter.blocks.layout import lay_out, select_public
from newsletter.dates import format_range

register = template.Library()


@register.filter
def covers(item) -> str:
    """Return the days an item is about, in words; "" when it has none."""
    return format_range(item.covers_from, item.covers_to)


@register.filter
def headings(item) -> list:
    """Return the headings on the public page, for a list of what is there."""
    return [
        child.value
        for child in select_public(item.body)
        if child.block_type == "heading"
    ]


@register.filter
def opens_in_margin(item) -> bool:
    """Whether the body begins with running text, so that the margin is free."""
    sections = lay_out(item.body)
    return bool(sections) and not sections[0].opener
