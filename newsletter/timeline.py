"""What the newsletter adds to the timelines of the register: letters, and what came of them."""

from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from crm.addresses import display_address
from crm.models import Organisation
from crm.timeline import Asked, Entry, register_source
from newsletter.choices import DeliveryState, EventType
from newsletter.models import Campaign, Delivery, DeliveryEvent

# What was heard of a letter, by kind of entry. Leaving stands with its letter: that it
# was said is in the ledger, which has entries of its own.
HEARD = {
    EventType.BOUNCED: "bounced",
    EventType.REJECTED: "bounced",
    EventType.COMPLAINED: "complained",
    EventType.AUTORESPONDED: "replied",
}
SENT_AT = Coalesce("accepted_at", "campaign__frozen_at", "campaign__created_at")


def register_timeline() -> None:
    """Register the sources; called once, at start."""
    register_source(read_letters, kinds={"letter": gettext_lazy("Newsletter")})
    register_source(
        read_events,
        kinds={
            "bounced": gettext_lazy("Bounced"),
            "complained": gettext_lazy("Reported as spam"),
            "replied": gettext_lazy("Automatic reply"),
        },
    )


def read_letters(asked: Asked) -> list[Entry]:
    """Return the letters to a contact or a seat; for an organisation, its sends."""
    if asked.organisation is not None:
        return _read_sends(asked.organisation, asked.limit)
    left = DeliveryEvent.objects.filter(
        delivery=OuterRef("pk"), type=EventType.UNSUBSCRIBED
    )
    rows = (
        Delivery.objects.filter(**asked.where())
        .select_related("campaign", "contact")
        .annotate(sent_at=SENT_AT, has_left=Exists(left))
        .order_by("-sent_at", "-pk")
    )
    return [_say_letter(row) for row in rows[: asked.limit]]


def read_events(asked: Asked) -> list[Entry]:
    """Return what was heard of letters that went wrong."""
    types = [event for event, kind in HEARD.items() if kind in asked.kinds]
    about = asked.where(contact="delivery__contact", seat="delivery__seat")
    rows = (
        DeliveryEvent.objects.filter(type__in=types, **about)
        .select_related("delivery__campaign", "delivery__contact")
        .order_by("-at", "-pk")
    )
    return [_say_event(row) for row in rows[: asked.limit]]


def _read_sends(organisation: Organisation, limit: int) -> list[Entry]:
    there = Q(deliveries__seat__organisation=organisation)
    sends = (
        Campaign.objects.filter(there)
        .annotate(
            sent_at=Coalesce("started_at", "frozen_at", "created_at"),
            people=Count("deliveries"),
            accepted=Count(
                "deliveries", filter=Q(deliveries__state=DeliveryState.ACCEPTED)
            ),
        )
        .order_by("-sent_at", "-pk")
    )
    return [
        Entry(
            at=send.sent_at,
            kind="letter",
            title=send.name,
            text=ngettext(
                "To %(count)s person here; accepted for %(accepted)s.",
                "To %(count)s people here; accepted for %(accepted)s.",
                send.people,
            )
            % {"count": send.people, "accepted": send.accepted},
            url=_url(send.pk),
        )
        for send in sends[:limit]
    ]


def _say_letter(row: Any) -> Entry:
    parts = [f"{row.get_state_display()}."]
    if row.address:
        parts.append(_("To %(address)s.") % {"address": display_address(row.address)})
    if row.has_left:
        parts.append(_("The reader left from this letter."))
    return Entry(
        at=row.sent_at,
        kind="letter",
        title=row.campaign.name,
        text=" ".join(parts),
        contact=row.contact,
        url=_url(row.campaign_id),
    )


def _say_event(row: Any) -> Entry:
    return Entry(
        at=row.at,
        kind=HEARD[EventType(row.type)],
        title=row.delivery.campaign.name,
        text="\n".join(filter(None, [row.get_bounce_class_display(), row.detail])),
        contact=row.delivery.contact,
        url=_url(row.delivery.campaign_id),
    )


def _url(campaign_id: int) -> str:
    return reverse("newsletter_campaign:inspect", args=[campaign_id])
