"""The archive's contents: which items are public, and how they are narrowed down."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.core.paginator import Page as ResultPage
from django.core.paginator import Paginator
from django.db.models import F
from wagtail.models import Page

from crm.models import Topic
from crm.names import make_sort_key
from newsletter.choices import NewsKind
from newsletter.models import NewsPage, NewsPageTopic

ITEMS_PER_PAGE = 20


@dataclass(frozen=True)
class Narrowing:
    """What the reader asked for; empty where they did not choose."""

    year: int | None = None
    kind: str = ""
    topic: str = ""

    def __bool__(self) -> bool:
        return bool(self.year or self.kind or self.topic)


@dataclass(frozen=True)
class Listing:
    """One page of the archive with the choices that lead somewhere."""

    narrowing: Narrowing
    page: ResultPage
    groups: list[tuple[int | None, list[NewsPage]]]
    years: list[int]
    kinds: list[tuple[str, str]]
    topics: list[Topic]


def list_items(parent: Page):
    """Return the public items under a page, newest first, ready to be listed.

    Never drafts nor what stands under a view restriction. Leaves their bodies unread.
    """
    return (
        NewsPage.objects.descendant_of(parent)
        .live()
        .public()
        .defer_streamfields()
        .select_related("network", "locale")
        .prefetch_related("topic_links__topic")
        .order_by(F("published_on").desc(nulls_last=True), "-first_published_at", "-pk")
    )


def open_archive(archive: Page, query: Mapping[str, str]) -> Listing:
    """Return the page of the archive that ``query`` asks for (year, kind, topic, page).

    What makes no sense is passed over: an unknown kind, a page beyond the last.
    """
    items = list_items(archive)
    years, kinds = _list_years_and_kinds(items)
    topics = _list_topics(items)
    narrowing = read_narrowing(query, years=years, kinds=kinds, topics=topics)
    page = Paginator(narrow_down(items, narrowing), ITEMS_PER_PAGE).get_page(
        query.get("page")
    )
    return Listing(narrowing, page, group_by_year(page), years, kinds, topics)


def read_narrowing(
    query: Mapping[str, str],
    *,
    years: list[int],
    kinds: list[tuple[str, str]],
    topics: list[Topic],
) -> Narrowing:
    """Return the choices of ``query`` that are among those on offer."""
    year = next((y for y in years if str(y) == query.get("year")), None)
    kind = next((k for k, _label in kinds if k == query.get("kind")), "")
    topic = next((t.slug for t in topics if t.slug == query.get("topic")), "")
    return Narrowing(year, kind, topic)


def narrow_down(items: Any, narrowing: Narrowing):
    """Return the items that fit what the reader asked for."""
    if narrowing.year:
        items = items.filter(published_on__year=narrowing.year)
    if narrowing.kind:
        items = items.filter(kind=narrowing.kind)
    if narrowing.topic:
        items = items.filter(topic_links__topic__slug=narrowing.topic)
    return items


def group_by_year(
    items: Iterable[NewsPage],
) -> list[tuple[int | None, list[NewsPage]]]:
    """Return items in given order by the year of their date; None for the undated."""
    years = groupby(items, lambda i: i.published_on.year if i.published_on else None)
    return [(year, list(group)) for year, group in years]


def _list_years_and_kinds(items: Any) -> tuple[list[int], list[tuple[str, str]]]:
    pairs = set(items.order_by().values_list("published_on__year", "kind").distinct())
    years = sorted({year for year, _kind in pairs if year}, reverse=True)
    used = {kind for _year, kind in pairs}
    return years, [(value, label) for value, label in NewsKind.choices if value in used]


def _list_topics(items: Any) -> list[Topic]:
    links = NewsPageTopic.objects.filter(page__in=items.order_by().values("pk"))
    topics = Topic.objects.filter(pk__in=links.values("topic"))
    return sorted(topics, key=lambda topic: make_sort_key(topic.name))
