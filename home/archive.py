"""The archive's contents: which items are public, and how they are narrowed down."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

from django.core.paginator import Page as ResultPage
from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import get_language
from wagtail.models import Page

from crm.models import Network, Organisation, Topic
from home.caching.parts import keep_part
from home.directory.listing import current_memberships
from home.offers import Offers, list_offers
from home.restrictions import leave_out_restricted
from home.search.asking import Question, read_question
from home.search.finding import find_items
from newsletter.choices import Visibility
from newsletter.models import NewsPage

ITEMS_PER_PAGE = 20
# What listings and feeds say of an item; a whole row has three times as many columns.
SHOWN = (
    "title", "url_path", "published_on", "kind", "summary",
    "translation_key", "locale__language_code", "first_published_at", "last_published_at",
)  # fmt: skip
# What a search quotes.
FOUND = "search_entry__text"


@dataclass(frozen=True)
class Narrowing:
    """What the reader asked for; empty where they did not choose."""

    question: Question
    year: int | None = None
    kind: str = ""
    topic: Topic | None = None
    network: Network | None = None
    organisation: Organisation | None = None

    def __bool__(self) -> bool:
        return bool(
            self.question
            or self.year
            or self.kind
            or self.topic
            or self.network
            or self.organisation
        )

    @property
    def is_search(self) -> bool:
        """Whether the reader typed something, even if nothing can be looked for."""
        return bool(self.question.text)

    @cached_property
    def query(self) -> dict[str, str]:
        """What was chosen, by the names it has in addresses."""
        chosen = {
            "q": self.question.text,
            "year": self.year and str(self.year),
            "kind": self.kind,
            "topic": self.topic and self.topic.slug,
            "network": self.network and self.network.slug,
            "organisation": self.organisation and str(self.organisation.pk),
        }
        return {name: value for name, value in chosen.items() if value}


@dataclass(frozen=True)
class Listing:
    """One page of the archive with the choices that lead somewhere."""

    narrowing: Narrowing
    page: ResultPage
    groups: list[tuple[int | None, list[NewsPage]]]
    offers: Offers


def list_public_items() -> QuerySet[NewsPage]:
    """Return what anybody may read: no drafts, nothing for partners or behind a log-in."""
    pages = leave_out_restricted(NewsPage.objects.live())
    return pages.filter(visibility=Visibility.PUBLIC)


def list_items(parent: Page, *, for_partners: bool = False) -> QuerySet[NewsPage]:
    """Return the items under a page that may be read, newest first, ready to be listed.

    What is for partners only to ``for_partners``. Leaves their bodies unread.
    """
    if for_partners:
        items = leave_out_restricted(NewsPage.objects.live())
    else:
        items = list_public_items()
    return (
        items.descendant_of(parent)
        .defer_streamfields()
        .select_related("network", "locale")
        .order_by(F("published_on").desc(nulls_last=True), "-first_published_at", "-pk")
    )


def open_archive(
    archive: Page,
    query: Mapping[str, str],
    *,
    for_partners: bool = False,
    per_page: int | None = None,
) -> Listing:
    """Return the page of the archive that ``query`` asks for.

    Its keys are q (words), year, kind, topic, network, organisation and page. What makes
    no sense is passed over: an unknown kind, a page beyond the last.
    """
    items = list_items(archive, for_partners=for_partners)
    whose = (archive.pk, for_partners)
    offers = keep_part(("offers", *whose, get_language()), lambda: list_offers(items))
    narrowing = Narrowing(
        question=read_question(query.get("q", ""), get_language()),
        year=_pick(query, "year", {str(year): year for year in offers.years}),
        kind=_pick(query, "kind", {kind: kind for kind, _label in offers.kinds}) or "",
        topic=_pick(query, "topic", {topic.slug: topic for topic in offers.topics}),
        network=_pick(query, "network", {n.slug: n for n in offers.networks}),
        organisation=_find_organisation(query.get("organisation", "")),
    )
    number, size = query.get("page"), per_page or ITEMS_PER_PAGE
    if narrowing:
        page = _open_found(items, narrowing, number, size)
    else:
        count = keep_part(("count", *whose), items.count)
        page = _open_all(items, count, number, size)
    groups = group_by_year([] if narrowing.is_search else page)
    return Listing(narrowing, page, groups, offers)


def find_topic(listing: Listing, slug: str) -> Topic | None:
    """Return a topic that something in the archive is about."""
    return next((topic for topic in listing.offers.topics if topic.slug == slug), None)


def find_network(listing: Listing, slug: str) -> Network | None:
    """Return a network that something in the archive belongs to."""
    return next(
        (network for network in listing.offers.networks if network.slug == slug), None
    )


def narrow_down(items: Any, narrowing: Narrowing):
    """Return the items that fit what the reader asked for."""
    if narrowing.year:
        items = items.filter(published_on__year=narrowing.year)
    if narrowing.kind:
        items = items.filter(kind=narrowing.kind)
    if narrowing.topic:
        items = items.filter(topic_links__topic=narrowing.topic)
    if narrowing.network:
        items = items.filter(network=narrowing.network)
    if narrowing.organisation:
        # Of the networks it is in today, whatever it was in when they were written.
        joined = current_memberships(localdate()).filter(
            organisation=narrowing.organisation
        )
        items = items.filter(network__in=joined.values("network"))
    if narrowing.question:
        items = find_items(items, narrowing.question)
    elif narrowing.is_search:
        items = items.none()
    return items


def group_by_year(
    items: Iterable[NewsPage],
) -> list[tuple[int | None, list[NewsPage]]]:
    """Return items in given order by the year of their date; None for the undated."""
    years = groupby(items, lambda i: i.published_on.year if i.published_on else None)
    return [(year, list(group)) for year, group in years]


def _open_all(
    items: QuerySet[NewsPage], count: int, number: str | None, size: int
) -> ResultPage:
    """Return one page of all the items; the newest come straight from an index.

    Further back their keys are found first: to pass over whole rows takes longer.
    """
    keys = items.values_list("pk", flat=True)
    ready = _make_ready(items)
    paginator = Paginator(keys if number else ready, size)
    # Else it would count for itself.
    paginator.count = count
    page = paginator.get_page(number)
    return _read_items(ready, page) if number else page


def _open_found(
    items: QuerySet[NewsPage], narrowing: Narrowing, number: str | None, size: int
) -> ResultPage:
    """Return one page of the items that fit.

    All their keys in one query, since to count them finds every one of them as well.
    """
    keys = narrow_down(items, narrowing).values_list("pk", flat=True)
    ready = _make_ready(items, *([FOUND] if narrowing.question else []))
    return _read_items(ready, Paginator(list(keys), size).get_page(number))


def _read_items(ready: QuerySet[NewsPage], page: ResultPage) -> ResultPage:
    """Put items into a page of keys."""
    keys = list(page)
    found = ready.order_by().in_bulk(keys)
    page.object_list = [found[key] for key in keys if key in found]
    return page


def _make_ready(items: QuerySet[NewsPage], *found: str) -> QuerySet[NewsPage]:
    """Let of the items be read what a listing or feed says of them.

    ``found`` is what it says besides.
    """
    joined = ("locale", *(name.partition("__")[0] for name in found))
    lean = items.select_related(None).select_related(*joined)
    return lean.only(*SHOWN, *found)


def _pick(query: Mapping[str, str], name: str, on_offer: Mapping[str, Any]) -> Any:
    return on_offer.get(query.get(name, ""))


def _find_organisation(key: str) -> Organisation | None:
    """Return an organisation that the public directory shows."""
    if not key.isascii() or not key.isdigit() or len(key) > 18:
        return None
    return Organisation.objects.filter(is_published=True, pk=key).first()
