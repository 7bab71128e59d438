"""What templates of blocks fed from the register need beside their content."""

from django import template
from django.utils.translation import get_language

from crm.events import Fact, describe_shortly, describe_time, list_facts
from crm.media import Sentence, say_media
from crm.models import Event, MediaItem
from newsletter import public_blocks

register = template.Library()
register.filter("shortly", describe_shortly)
register.filter("event_time", describe_time)


@register.filter
def facts(event: Event) -> list[Fact]:
    """Return what is known of an event, a fact a line."""
    return list_facts(event)


@register.filter
def sentence(item: MediaItem) -> Sentence:
    """Return what is said of an article or broadcast."""
    return say_media(item)


@register.filter
def foreign(language: str) -> str:
    """Return the language where it is not that of the text around it, else ""."""
    return "" if language == get_language() else language


@register.simple_tag
def block_url(page, child) -> str:
    """Return the path of a block's form or file; "" while it is not saved."""
    return public_blocks.block_url(page, child.block_type, child.id)
