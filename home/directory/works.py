"""Publications and appearances in the media, by year, narrowed down and in pages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.core.paginator import Page as ResultPage
from django.core.paginator import Paginator
from django.db.models import Prefetch, QuerySet

from crm.choices import MediaKind, PublicationKind
from crm.models import MediaItem, Network, Organisation, Publication
from home.directory.words import holds_words, read_question

WORKS_PER_PAGE = 50
# So many are found with the eye; beyond that there are choices.
FEW = 5


@dataclass(frozen=True)
class Narrowing:
    """What the reader asked for; empty where they did not choose."""

    text: str = ""
    kind: str = ""
    year: str = ""
    publisher: Organisation | None = None

    def __bool__(self) -> bool:
        return bool(self.text or self.kind or self.year or self.publisher)


@dataclass(frozen=True)
class Works:
    """One page of works under their years, with the choices that lead somewhere."""

    narrowing: Narrowing
    page: ResultPage
    groups: list[tuple[str, list[Any]]]
    total: int
    kinds: list[tuple[str, str]]
    years: list[str]

    @property
    def is_searchable(self) -> bool:
        return self.total > FEW or bool(self.narrowing)


def list_publications(network: Network | None = None) -> QuerySet[Publication]:
    """Return publications (of a network), newest first; the undated after them.

    A publisher that is not published in the directory is not named with them.
    """
    return _list_works(Publication, network, "publisher")


def list_media(network: Network | None = None) -> QuerySet[MediaItem]:
    """Return appearances in the media (of a network), newest first, in the same way."""
    return _list_works(MediaItem, network, "outlet")


def open_publications(network: Network | None, query: Mapping[str, str]) -> Works:
    """Return the publications that ``query`` asks for; four queries at most.

    Its keys are q (words of the title and the names), kind, year, publisher (the number of
    a published organisation, of which all is shown) and page; what makes no sense is
    passed over.
    """
    publisher = _find_publisher(query)
    works = list_publications(None if publisher else network)
    return _open_works(works, PublicationKind.choices, query, publisher)


def open_media(network: Network | None, query: Mapping[str, str]) -> Works:
    """Return the appearances in the media that ``query`` asks for, in the same way."""
    publisher = _find_publisher(query)
    works = list_media(None if publisher else network)
    return _open_works(works, MediaKind.choices, query, publisher)


def _open_works(
    works: QuerySet[Any],
    kinds: Iterable[tuple[str, Any]],
    query: Mapping[str, str],
    publisher: Organisation | None,
) -> Works:
    if publisher:
        works = works.filter(publisher=publisher)
    rows = list(works.values_list("pk", "kind", "appeared_on", "title", "authors"))
    years = sorted({row[2][:4] for row in rows if row[2]}, reverse=True)
    used = {row[1] for row in rows}
    on_offer = [(kind, str(label)) for kind, label in kinds if kind in used]
    narrowing = Narrowing(
        text=read_question(query.get("q", "")),
        kind=_pick(query.get("kind", ""), dict(on_offer)),
        year=_pick(query.get("year", ""), years),
        publisher=publisher,
    )
    fitting = [row[0] for row in rows if _fits(row, narrowing)]
    page = Paginator(fitting, WORKS_PER_PAGE).get_page(query.get("page"))
    shown = works.in_bulk(page.object_list)
    page.object_list = [shown[pk] for pk in page.object_list]
    groups = groupby(page.object_list, key=lambda work: work.appeared_on[:4])
    return Works(
        narrowing=narrowing,
        page=page,
        groups=[(year, list(group)) for year, group in groups],
        total=len(rows),
        kinds=on_offer,
        years=years,
    )


def _list_works(model: type[Any], network: Network | None, maker: str) -> QuerySet[Any]:
    named = Organisation.objects.filter(is_published=True)
    found = model.objects.prefetch_related(Prefetch(maker, queryset=named))
    if network:
        found = found.filter(network=network)
    return found.order_by("-appeared_on", "title", "pk")


def _fits(row: tuple[Any, ...], narrowing: Narrowing) -> bool:
    _pk, kind, day, title, authors = row
    if narrowing.kind and kind != narrowing.kind:
        return False
    if narrowing.year and not day.startswith(narrowing.year):
        return False
    return holds_words(narrowing.text, title, authors)


def _pick(value: str, on_offer: Iterable[str]) -> str:
    return value if value in on_offer else ""


def _find_publisher(query: Mapping[str, str]) -> Organisation | None:
    key = query.get("publisher", "")
    if not key.isascii() or not key.isdigit() or len(key) > 18:
        return None
    return Organisation.objects.filter(is_published=True, pk=key).first()
