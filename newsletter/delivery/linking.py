"""Counted links: laid when a send is frozen, personal only for who agreed to that."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import BooleanField, Exists, OuterRef, QuerySet, Value

from crm.choices import ConsentStatus
from crm.models import ConsentState
from newsletter.choices import EventSource, EventType
from newsletter.mail.compose import Composition, Piece
from newsletter.mail.links import link_mark, rewrite_links
from newsletter.models import Campaign, Delivery, DeliveryEvent, LinkTotal


def is_tracked_expression(campaign: Campaign) -> Any:
    """Return, for a query over contacts, whether the reader is counted by name.

    Nobody is unless links are counted, NEWSLETTER_TRACKING_PURPOSE names a purpose and
    the contact has said yes to that.
    """
    if not campaign.counts_links or not settings.NEWSLETTER_TRACKING_PURPOSE:
        return Value(False, output_field=BooleanField())
    return Exists(_given().filter(contact=OuterRef("pk")))


def lay_links(
    campaign: Campaign, compositions: Mapping[str, Composition]
) -> dict[str, Composition]:
    """Lead the links of a send's letters over this site; return the letters.

    ``compositions`` by language. Writes the rows that say where each link leads; plain
    text keeps the real addresses. Does nothing when the send does not count links.
    """
    if not campaign.counts_links:
        return dict(compositions)
    with_marks = campaign.deliveries.filter(is_tracked=True).exists()
    urls: list[str] = []
    laid = {}
    for locale, composition in compositions.items():
        pieces = []
        for piece in composition.html:
            html, urls = rewrite_links(
                piece.content, campaign.pk, urls, with_marks=with_marks
            )
            pieces.append(Piece(html, piece.needs))
        laid[locale] = replace(composition, html=tuple(pieces))
    LinkTotal.objects.bulk_create(
        LinkTotal(campaign=campaign, number=number, url=url)
        for number, url in enumerate(urls)
    )
    return laid


def find_marks(delivery_ids: Iterable[int]) -> dict[int, str]:
    """Return the link marks of those deliveries whose readers agree to this day.

    ``delivery_ids`` are of readers who agreed when the send was frozen. By delivery;
    one query when there are any, else none.
    """
    tracked = list(delivery_ids)
    if not tracked or not settings.NEWSLETTER_TRACKING_PURPOSE:
        return {}
    return {pk: link_mark(pk) for pk in _agreed(tracked)}


def record_click(delivery_id: int, campaign_id: int, number: int) -> bool:
    """Note that a reader opened a link, if they agree to this day; return whether.

    Noted once for each reader and link, so that a repeated request changes nothing.
    """
    known = Delivery.objects.filter(
        pk=delivery_id, campaign=campaign_id, is_tracked=True
    )
    if not known.exists() or not _agreed([delivery_id]):
        return False
    _event, is_new = DeliveryEvent.objects.get_or_create(
        key=f"link-{delivery_id}-{number}",
        defaults={
            "delivery_id": delivery_id,
            "type": EventType.CLICKED,
            "source": EventSource.PAGE,
            "detail": str(number),
        },
    )
    return is_new


def take_back_clicks(delivery_id: int, campaign_id: int, since: datetime) -> int:
    """Delete what was noted of a reader since then; return how many openings.

    For openings that turn out to be a mail filter's, which poses as a browser.
    """
    events = DeliveryEvent.objects.filter(
        delivery=delivery_id,
        delivery__campaign=campaign_id,
        type=EventType.CLICKED,
        at__gte=since,
    )
    return events.delete()[0]


def _agreed(delivery_ids: list[int]) -> QuerySet[Delivery, int]:
    rows = Delivery.objects.filter(pk__in=delivery_ids, contact__isnull=False)
    agrees = Exists(_given().filter(contact=OuterRef("contact")))
    return rows.filter(agrees).values_list("pk", flat=True)


def _given() -> QuerySet[ConsentState]:
    return ConsentState.objects.filter(
        purpose__slug=settings.NEWSLETTER_TRACKING_PURPOSE,
        status=ConsentStatus.GIVEN,
    )
