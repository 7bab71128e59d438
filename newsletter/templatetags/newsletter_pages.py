"""What the public page of an item says beside its body."""

import re
from dataclasses import dataclass

from django import template
from django.db.models import prefetch_related_objects
from django.utils.dateformat import format as format_date
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

from crm.dates import format_range, parse_partial
from crm.models import Topic
from newsletter.blocks.layout import Section, lay_out
from newsletter.models import NewsPageTopic

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
def headline(item) -> SafeString:
    """Return the headline of an item: dates whole, words in another language marked."""
    return _mark_foreign(item, keep_dates(item.title))


@register.filter
def mail_headline(item) -> SafeString:
    """Return the headline for mail, words in another language marked."""
    return _mark_foreign(item, conditional_escape(item.title))


def _mark_foreign(item, marked: SafeString) -> SafeString:
    words = conditional_escape(item.title_foreign.strip())
    if not words or words not in marked:
        return marked
    span = f'<span lang="{item.foreign_language}">{words}</span>'
    return mark_safe(marked.replace(words, span, 1))  # noqa: S308 -- both are escaped


@dataclass(frozen=True)
class DateBlock:
    """The first day of an event as a block of type; what is not known is ""."""

    datetime: str
    weekday: str
    day: str
    month: str


@register.filter
def date_block(event) -> DateBlock | None:
    """Return an event's date as far as it is known; None when nothing is, or no event."""
    if event is None or not event.starts_on:
        return None
    first, known = parse_partial(event.starts_on)
    if known < 3:
        return DateBlock(event.starts_on, "", "", event.period)
    return DateBlock(
        event.starts_on,
        capfirst(format_date(first, "l")) if event.is_one_day else "",
        _first_days(event, first),
        format_date(first, "F Y"),
    )


def _first_days(event, first) -> str:
    """Return "19", or "10–12" for days of one month."""
    last, known = parse_partial(event.ends_on or event.starts_on)
    if known < 3 or (last.year, last.month) != (first.year, first.month):
        return str(first.day)
    return str(first.day) if last == first else f"{first.day}–{last.day}"


@register.filter
def covers(item) -> str:
    """Return the days an item is about, in words; "" when it has none."""
    return format_range(item.covers_from, item.covers_to)


@register.filter
def topics(item) -> list[Topic]:
    """Return what an item is about, in the order it was chosen; two queries at most."""
    # One that was added just now, to be looked at before it is saved, has no key.
    links = sorted(
        item.topic_links.all(), key=lambda link: (link.pk is None, link.pk or 0)
    )
    if not all(NewsPageTopic.topic.is_cached(link) for link in links):
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
