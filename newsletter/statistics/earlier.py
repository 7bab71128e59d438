"""A send beside the earlier ones of its newsletter."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, Sum

from newsletter.choices import CampaignState, DeliveryState, EventType
from newsletter.models import Campaign, Delivery, DeliveryEvent, LinkTotal
from newsletter.statistics.figures import RETURNED, Part
from newsletter.statistics.keeping import read_wholes

MOST_SENDS = 12


@dataclass(frozen=True)
class Compared:
    """One send of the row. ``links`` is None where links were not counted."""

    pk: int
    subject: str
    started_at: datetime | None
    part: Part
    links: int | None

    @property
    def arrived_percent(self) -> float:
        return self.part.share(self.part.arrived)


def list_earlier(campaign: Campaign) -> list[Compared]:
    """Return the send and up to eleven before it, oldest first; at most six queries.

    Only sends that have ended, but for the one itself, and that wrote to somebody. Of
    those that a worker counts (``recounting``) what is kept; the others are counted.
    """
    if campaign.started_at is None:
        return []
    sends = list(
        Campaign.objects.filter(
            Q(state=CampaignState.FINISHED) | Q(pk=campaign.pk),
            newsletter=campaign.newsletter_id,
            started_at__lte=campaign.started_at,
        )
        .order_by("-started_at", "-pk")
        .only("subject", "started_at", "counts_links")[:MOST_SENDS]
    )
    parts = _find_parts([send.pk for send in sends])
    links = _count_links([send.pk for send in sends if send.counts_links])
    return [
        Compared(
            send.pk,
            send.name,
            send.started_at,
            parts[send.pk],
            links.get(send.pk, 0) if send.counts_links else None,
        )
        for send in reversed(sends)
        if parts[send.pk].people
    ]


def _find_parts(pks: list[int]) -> dict[int, Part]:
    kept = read_wholes(pks)
    counted = _count_parts([pk for pk in pks if pk not in kept])
    counted.update(kept)
    return counted


def _count_parts(pks: list[int]) -> dict[int, Part]:
    parts: dict[int, Part] = defaultdict(Part)
    rows = Delivery.objects.filter(campaign__in=pks).order_by()
    # By campaign and state alone: an index answers that without the rows.
    for pk, state, number in rows.values_list("campaign", "state").annotate(
        number=Count("*")
    ):
        parts[pk].people += number
        parts[pk].accepted += number * (state == DeliveryState.ACCEPTED)
    bounced = rows.filter(bounce_class__in=RETURNED)
    for pk, state, number in bounced.values_list("campaign", "state").annotate(
        number=Count("*")
    ):
        parts[pk].bounced += number
        parts[pk].returned += number * (state == DeliveryState.ACCEPTED)
    _add_events(parts, pks)
    return parts


def _add_events(parts: dict[int, Part], pks: list[int]) -> None:
    events = DeliveryEvent.objects.filter(
        delivery__campaign__in=pks,
        type__in=[EventType.COMPLAINED, EventType.UNSUBSCRIBED],
    )
    rows = events.order_by().values_list("delivery__campaign", "type")
    for pk, kind, number in rows.annotate(Count("delivery", distinct=True)):
        if kind == EventType.COMPLAINED:
            parts[pk].complained += number
        else:
            parts[pk].left += number


def _count_links(pks: list[int]) -> dict[int, int]:
    rows = LinkTotal.objects.filter(campaign__in=pks).order_by()
    return dict(rows.values_list("campaign").annotate(Sum("people")))
