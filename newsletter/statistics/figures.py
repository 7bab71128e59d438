"""The figures of a send, counted from its rows: each table is read once.

Nothing here is about a single person. Every figure is a number of deliveries, so that
the parts add up to the whole; an event that was heard twice counts once.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Max, Min, Q
from django.utils import timezone

from newsletter.choices import BounceClass, DeliveryState, EventType
from newsletter.models import Campaign, DeliveryEvent

# Why a letter did not arrive; complaints and automatic replies did arrive.
RETURNED = (
    BounceClass.HARD,
    BounceClass.SOFT,
    BounceClass.BLOCK,
    BounceClass.UNKNOWN,
)
HEARD = (
    EventType.COMPLAINED,
    EventType.UNSUBSCRIBED,
    EventType.AUTORESPONDED,
)


@dataclass
class Part:
    """Some of a send: a letter, a destination, all of it. Numbers of people."""

    people: int = 0
    accepted: int = 0
    # Not delivered for a reason: refused at once, or accepted and returned later.
    bounced: int = 0
    # Of those, the ones that had been accepted.
    returned: int = 0
    complained: int = 0
    left: int = 0
    auto_replied: int = 0

    @property
    def arrived(self) -> int:
        """Accepted and, as far as is known, not returned."""
        return self.accepted - self.returned

    def share(self, number: int) -> float:
        """Return a number of people as percent of all in this part."""
        return 100 * number / self.people if self.people else 0.0

    @property
    def complaint_share(self) -> float:
        """Complaints as percent of what was accepted, as mail services count them."""
        return 100 * self.complained / self.accepted if self.accepted else 0.0


@dataclass(frozen=True)
class Bounces:
    """Letters that did not arrive for one reason."""

    bounce_class: str
    refused: int
    returned: int

    @property
    def label(self) -> str:
        return str(BounceClass(self.bounce_class).label)

    @property
    def total(self) -> int:
        return self.refused + self.returned


@dataclass
class Figures:
    """A send in numbers, as of ``counted_at``."""

    whole: Part
    states: dict[str, int]
    bounces: list[Bounces]
    # By (language, shown).
    variants: dict[tuple[str, int], Part]
    # By domain, the largest first.
    domains: dict[str, Part]
    first_accepted_at: datetime | None = None
    last_accepted_at: datetime | None = None
    counted_at: datetime = field(default_factory=timezone.now)


def count_figures(campaign: Campaign) -> Figures:
    """Return the send's figures with three queries."""
    figures = _count_deliveries(campaign)
    _count_events(campaign, figures)
    figures.domains = dict(
        sorted(figures.domains.items(), key=lambda item: (-item[1].people, item[0]))
    )
    return figures


def _count_deliveries(campaign: Campaign) -> Figures:
    states = dict.fromkeys(DeliveryState.values, 0)
    variants: dict[tuple[str, int], Part] = defaultdict(Part)
    whole = Part()
    reasons: Counter[tuple[str, bool]] = Counter()
    times: list[datetime] = []
    rows = (
        campaign.deliveries.order_by()
        .values_list("locale", "shown", "state", "bounce_class")
        .annotate(number=Count("*"), first=Min("accepted_at"), last=Max("accepted_at"))
    )
    for locale, shown, state, reason, number, first, last in rows:
        states[state] += number
        times += [time for time in (first, last) if time]
        for part in (whole, variants[locale, shown]):
            _add(part, state, reason, number)
        if reason in RETURNED:
            reasons[reason, state == DeliveryState.ACCEPTED] += number
    return Figures(
        whole=whole,
        states=states,
        bounces=_list_bounces(reasons),
        variants=dict(variants),
        domains=_count_domains(campaign),
        first_accepted_at=min(times, default=None),
        last_accepted_at=max(times, default=None),
    )


def _add(part: Part, state: str, reason: str, number: int) -> None:
    was_accepted = state == DeliveryState.ACCEPTED
    part.people += number
    part.accepted += number * was_accepted
    if reason in RETURNED:
        part.bounced += number
        part.returned += number * was_accepted


def _list_bounces(reasons: Counter[tuple[str, bool]]) -> list[Bounces]:
    found = [
        Bounces(reason, reasons[reason, False], reasons[reason, True])
        for reason in RETURNED
    ]
    return [bounces for bounces in found if bounces.total]


def _count_domains(campaign: Campaign) -> dict[str, Part]:
    accepted = Q(state=DeliveryState.ACCEPTED)
    bounced = Q(bounce_class__in=RETURNED)
    rows = (
        campaign.deliveries.order_by()
        .values_list("domain")
        .annotate(
            people=Count("*"),
            accepted=Count("pk", filter=accepted),
            bounced=Count("pk", filter=bounced),
            returned=Count("pk", filter=accepted & bounced),
        )
    )
    return {domain: Part(*numbers) for domain, *numbers in rows}


def _count_events(campaign: Campaign, figures: Figures) -> None:
    """Add what was heard to the whole, the letters and the destinations."""
    rows = (
        DeliveryEvent.objects.filter(delivery__campaign=campaign, type__in=HEARD)
        .order_by()
        .values_list("type", "delivery__locale", "delivery__shown", "delivery__domain")
        .annotate(Count("delivery", distinct=True))
    )
    nowhere = Part()
    for kind, locale, shown, domain, number in rows:
        variant = figures.variants.get((locale, shown), nowhere)
        destination = figures.domains.get(domain, nowhere)
        _hear((figures.whole, variant, destination), kind, number)


def _hear(parts: Iterable[Part], kind: str, number: int) -> None:
    for part in parts:
        if kind == EventType.COMPLAINED:
            part.complained += number
        elif kind == EventType.UNSUBSCRIBED:
            part.left += number
        else:
            part.auto_replied += number
