"""The archive as an Atom feed (RFC 4287)."""

from datetime import UTC, datetime, time
from typing import Any
from uuid import uuid5

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from wagtail.models import Page

from home.archive import Listing
from newsletter.models import NewsPage

MOST_ITEMS = 30
# Of an archive that was made past the editor.
LONG_AGO = datetime.fromtimestamp(0, UTC)


class _Feed(Atom1Feed):
    """A feed that was last changed when its archive was, while nothing is in it."""

    def latest_post_date(self) -> datetime:
        """Return when it was last changed; Django says now of an empty feed."""
        return super().latest_post_date() if self.items else self.feed["begun_at"]


def write_feed(archive: Page, listing: Listing, request: HttpRequest) -> HttpResponse:
    """Return a page of a listing as Atom, with absolute addresses."""
    feed = _Feed(
        title=_name_feed(archive, listing),
        link=archive.get_full_url(request),
        description=archive.specific.intro,
        language=archive.locale.language_code,
        feed_url=request.build_absolute_uri(),
        # Stable for the life of the archive, whatever its address becomes (4.2.6).
        feed_guid=_name_forever(archive),
        begun_at=archive.last_published_at or LONG_AGO,
    )
    for item in listing.page:
        feed.add_item(**_describe(item, request))
    return HttpResponse(
        feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8"
    )


def _name_feed(archive: Page, listing: Listing) -> str:
    narrowing = listing.narrowing
    parts = [archive.get_parent().title, archive.title]
    chosen = (narrowing.topic, narrowing.network, narrowing.organisation)
    parts += [str(part) for part in chosen if part]
    parts += [label for kind, label in listing.offers.kinds if kind == narrowing.kind]
    if narrowing.year:
        parts.append(str(narrowing.year))
    if narrowing.question:
        parts.append(narrowing.question.text)
    return " – ".join(map(str, parts))


def _name_forever(page: Page) -> str:
    """Return a page's id: the same wherever the page is moved to."""
    return uuid5(page.translation_key, page.locale.language_code).urn


def _describe(item: NewsPage, request: HttpRequest) -> dict[str, Any]:
    published = item.first_published_at
    if item.published_on:
        published = timezone.make_aware(datetime.combine(item.published_on, time(12)))
    return {
        "title": item.title,
        "link": item.get_full_url(request),
        "description": item.summary,
        "unique_id": _name_forever(item),
        "pubdate": published,
        "updateddate": item.last_published_at or published,
        "categories": [link.topic.name for link in item.topic_links.all()],
    }
