"""Lists of items as the archive's contents, for templates.

Written here: a list has twenty items, of each a template takes ten times as long.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from django import template
from django.utils.dateformat import format as format_date
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

from crm.models import Topic
from home.listed import Addresses, read_topics
from home.search.asking import Question
from home.search.quoting import mark_words, quote_hit
from newsletter.choices import NewsKind
from newsletter.models import NewsPage
from newsletter.templatetags.newsletter_pages import keep_dates

register = template.Library()


@register.simple_tag(takes_context=True)
def write_items(
    context: template.Context,
    items: Iterable[NewsPage],
    archive_url: str,
    question: Question | str | None,
) -> SafeString:
    """Return the items of an ordered list; their topics lead to the archive.

    With a ``question`` they are hits: headlines marked, and the place that was found.
    """
    items = list(items)
    addresses = Addresses(context.get("request"))
    topics = _Topics(items, escape(archive_url))
    # Not get_kind_display(), which translates all kinds for each item.
    kinds = {kind: escape(label) for kind, label in NewsKind.choices}
    written = (
        '<li><article class="row">'
        f"{_write_date(item.published_on)}"
        '<div class="in-measure">'
        f'<p class="kind">{kinds[item.kind]}</p>'
        f'<h3><a href="{escape(addresses.find(item))}">{_write_title(item, question)}</a></h3>'
        f"{_write_text(item, question)}</div>"
        f"{''.join(topics.write(item))}</article></li>\n"
        for item in items
    )
    return mark_safe("".join(written))  # noqa: S308 -- every part is escaped


class _Topics:
    """The topics of a list's items as links; each is written once."""

    def __init__(self, items: list[NewsPage], archive_url: str) -> None:
        self._archive_url = archive_url
        self._by_item = read_topics(items)
        self._written: dict[int, str] = {}

    def write(self, item: NewsPage) -> Iterator[str]:
        topics = self._by_item.get(item.pk)
        if not topics:
            return
        yield '<ul class="topics in-side">'
        for topic in topics:
            if topic.pk not in self._written:
                self._written[topic.pk] = self._write_one(topic)
            yield self._written[topic.pk]
        yield "</ul>"

    def _write_one(self, topic: Topic) -> str:
        name = escape(capfirst(str(topic)))
        url = f"{self._archive_url}?topic={escape(topic.slug)}"
        return f'<li><a href="{url}">{name}</a></li>'


def _write_date(day: date | None) -> str:
    if day is None:
        return ""
    words = escape(format_date(day, "j F Y"))
    return f'<time class="in-margin num" datetime="{day:%Y-%m-%d}">{words}</time>'


def _write_title(item: NewsPage, question: Question | str | None) -> str:
    return mark_words(item.title, question) if question else keep_dates(item.title)


def _write_text(item: NewsPage, question: Question | str | None) -> str:
    if question:
        # The summary when only the headline holds what was looked for.
        found = quote_hit(item.search_entry.text, question) or escape(item.summary)
        return f"<p>{found}</p>"
    return f"<p>{keep_dates(item.summary)}</p>" if item.summary else ""
