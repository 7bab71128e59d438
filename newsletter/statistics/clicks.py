"""What single readers did with a letter: only of those who agree to that, to this day."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Exists, OuterRef

from crm.choices import ConsentStatus
from crm.models import ConsentState, Contact
from newsletter.choices import EventType
from newsletter.models import Campaign, DeliveryEvent, LinkTotal

MOST_CLICKS = 100


@dataclass(frozen=True)
class Click:
    contact: Contact
    url: str
    at: datetime


def list_clicks(campaign: Campaign) -> list[Click]:
    """Return the newest openings of links by readers who agree to be noted by name.

    At most MOST_CLICKS, with two queries. Nobody's where no purpose is set for it.
    """
    if not settings.NEWSLETTER_TRACKING_PURPOSE:
        return []
    agrees = ConsentState.objects.filter(
        contact=OuterRef("delivery__contact"),
        purpose__slug=settings.NEWSLETTER_TRACKING_PURPOSE,
        status=ConsentStatus.GIVEN,
    )
    events = DeliveryEvent.objects.filter(
        Exists(agrees),
        delivery__campaign=campaign,
        delivery__is_tracked=True,
        type=EventType.CLICKED,
    ).select_related("delivery__contact")
    urls = dict(
        LinkTotal.objects.filter(campaign=campaign).values_list("number", "url")
    )
    return [
        Click(event.delivery.contact, urls.get(int(event.detail), ""), event.at)
        for event in events.order_by("-at", "-pk")[:MOST_CLICKS]
        if event.detail.isdigit() and event.delivery and event.delivery.contact
    ]
