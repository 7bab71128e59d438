"""What the public page of an item says beside its body."""

import re

from django import template
from django.db.models import prefetch_related_objects
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from crm.dates import format_range
from crm.models import Topic
from newsletter.blocks.layout import Section, lay_out

register = template.Library()

# "10–12 maj 2021", "2006–2021": figures on both sides of a dash, and the month after.
DATE_RANGE = re.compile(r"\d+–\d+(?: [^\W\d]+(?: \d{4})?)?(?!\w)")


@register.filter
def keep_dates(text: str) -> SafeString:
    """Return text in which no line breaks within a range of dates or years."""
    whole = conditional_escape(text)
    marked = DATE_RANGE.sub(r'<span class="nb">\g<0></span>', whole)
    return mark_safe(marked)  # noqa: S308 -- escaped above; only our own span is added


@register.filter
def covers(item) -> str:
    """Return the days an item is about, in words; "" when it has none."""
    return format_range(item.covers_from, item.covers_to)


@register.filter
def topics(item) -> list[Topic]:
    """Return what an item is about; two queries at most, none in a listing."""
    links = list(item.topic_links.all())
    prefetch_related_objects(links, "topic")
    return [link.topic for link in links]


@register.filter
def show_emblem(notices) -> bool:
    """Whether one of the grants asks for the emblem of the European Union."""
    return any(notice.grant.shows_eu_emblem for notice in notices)


@register.filter
def titled_sections(item) -> list[Section]:
    """Return the sections of the public page that have a title to link to."""
    return [section for section in lay_out(item.body, item) if section.opener]
