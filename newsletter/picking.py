"""Which items a digest could gather: those since the last one, by topic, kind, network."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, QuerySet

from crm.models import Network, Topic
from newsletter.choices import DigestExtent
from newsletter.models import Campaign, DigestItem, DigestPage, NewsPage
from newsletter.models.digest import list_choosable_items

# More items make no letter that anybody reads to its end.
MOST_ITEMS = 40


@dataclass(frozen=True)
class Picking:
    """What to gather; what is empty narrows nothing. Days are the items' own dates."""

    since_last: bool = True
    topic: Topic | None = None
    kind: str = ""
    network: Network | None = None
    first_day: date | None = None
    last_day: date | None = None


def find_last_digest(digest: DigestPage) -> Campaign | None:
    """Return the last send of another digest of the same newsletter and language."""
    if digest.newsletter is None:
        return None
    return (
        Campaign.objects.filter(
            newsletter=digest.newsletter,
            page__digestpage__isnull=False,
            page__locale=digest.locale,
            frozen_at__isnull=False,
        )
        .exclude(page=digest.pk)
        .order_by("-frozen_at")
        .first()
    )


def find_items(digest: DigestPage, picking: Picking) -> QuerySet[NewsPage]:
    """Return the published items that fit and are not in the digest yet, newest first."""
    items = list_choosable_items(digest)
    items = items.exclude(pk__in=[chosen.item_id for chosen in digest.items.all()])
    if picking.since_last and (frozen_at := _last_frozen_at(digest)):
        items = items.filter(first_published_at__gt=frozen_at)
    if picking.topic:
        items = items.filter(topic_links__topic=picking.topic)
    if picking.kind:
        items = items.filter(kind=picking.kind)
    if picking.network:
        items = items.filter(network=picking.network)
    if picking.first_day:
        items = items.filter(published_on__gte=picking.first_day)
    if picking.last_day:
        items = items.filter(published_on__lte=picking.last_day)
    return items.order_by(F("published_on").desc(nulls_last=True), "-pk").distinct()


def fill_digest(digest: DigestPage, picking: Picking, extent: str) -> list[NewsPage]:
    """Add the items that fit at the end of the digest's list; return them.

    Changes the page in memory only. At most as many as make ``MOST_ITEMS`` in all.
    """
    chosen = list(digest.items.all())
    room = max(0, MOST_ITEMS - len(chosen))
    found = list(find_items(digest, picking).defer("body")[:room])
    last = max((choice.sort_order or 0 for choice in chosen), default=0)
    for number, item in enumerate(found, start=1):
        digest.items.add(
            DigestItem(
                item=item,
                extent=extent or DigestExtent.TEASER,
                sort_order=last + number,
            )
        )
    return found


def _last_frozen_at(digest: DigestPage) -> datetime | None:
    last = find_last_digest(digest)
    return last.frozen_at if last else None
