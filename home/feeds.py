"""The archive as an Atom feed (RFC 4287)."""

from datetime import UTC, datetime, time
from typing import Any
from uuid import uuid5

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.http import urlencode
from wagtail.models import Page

from home.archive import Listing
from home.listed import Addresses, read_topics
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
    chosen = urlencode(listing.narrowing.query)
    home = archive.get_parent().specific
    feed = _Feed(
        title=_name_feed(archive, listing),
        link="?".join(filter(None, (archive.get_full_url(request), chosen))),
        description=archive.specific.intro,
        subtitle=archive.specific.intro or None,
        language=archive.locale.language_code,
        feed_url=request.build_absolute_uri(),
        # Stable for the life of the archive, whatever its address becomes, and another
        # one for each choice: they are different feeds (4.2.6).
        feed_guid=_name_forever(archive, chosen),
        # Its items have none of their own (4.1.1).
        author_name=home.title,
        author_link=home.get_full_url(request),
        begun_at=archive.last_published_at or LONG_AGO,
    )
    items = list(listing.page)
    topics, addresses = read_topics(items), Addresses(request, are_full=True)
    for item in items:
        feed.add_item(
            link=addresses.find(item),
            categories=[topic.name for topic in topics.get(item.pk, ())],
            **_describe(item),
        )
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


def _name_forever(page: Page, chosen: str = "") -> str:
    """Return the id of a page, or of what was chosen there, wherever it is moved to."""
    return uuid5(page.translation_key, page.locale.language_code + chosen).urn


def _describe(item: NewsPage) -> dict[str, Any]:
    published = item.first_published_at
    if item.published_on:
        published = timezone.make_aware(datetime.combine(item.published_on, time(12)))
    return {
        "title": item.title,
        # Django writes it as HTML. None where there is nothing to say.
        "description": escape(item.summary) or None,
        "unique_id": _name_forever(item),
        "pubdate": published,
        "updateddate": item.last_published_at or published,
    }
