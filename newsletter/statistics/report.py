"""Everything that the report of a send says, and when it is counted anew.

Small sends are counted each time. Of large ones the counted figures are kept for a
while, and say when they were counted; the page comes at once and fetches them.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.core.cache import cache
from django.db.models import Max
from django.utils import timezone

from newsletter.choices import CampaignState
from newsletter.models import Campaign, LinkTotal, PageVisits
from newsletter.statistics.earlier import Compared, list_earlier
from newsletter.statistics.figures import Figures, count_figures
from newsletter.statistics.pace import Pace, count_pace
from newsletter.statistics.reach import ReachList, count_reach

# From so many people on a send takes longer to count than a page may take to open.
LARGE = 50_000
KEPT_SECONDS = 600
KEPT_SECONDS_WHILE_SENDING = 15
VISITS_SHOWN = timedelta(days=60)


@dataclass(frozen=True)
class Report:
    figures: Figures
    pace: Pace
    reach: ReachList
    earlier: list[Compared]
    links: list[LinkTotal]
    visits: list[PageVisits]

    @property
    def visits_total(self) -> int:
        return sum(day.people for day in self.visits)

    @property
    def visits_by_machines(self) -> int:
        return sum(day.machines for day in self.visits)


def is_large(campaign: Campaign) -> bool:
    """Say whether the send, or one it is compared with, takes long to count."""
    largest = Campaign.objects.filter(newsletter=campaign.newsletter_id).aggregate(
        most=Max("frozen_count")
    )["most"]
    return (largest or 0) > LARGE


def find_report(campaign: Campaign) -> Report | None:
    """Return a report at once: counted now for a small send, else the one kept, or None."""
    if not is_large(campaign):
        return count_report(campaign)
    return cache.get(_key(campaign))


def read_report(campaign: Campaign) -> Report:
    """Return a report, counting the send when none is kept of it; may take seconds."""
    found = find_report(campaign)
    if found is None:
        found = count_report(campaign)
        is_sending = campaign.state == CampaignState.SENDING
        seconds = KEPT_SECONDS_WHILE_SENDING if is_sending else KEPT_SECONDS
        cache.set(_key(campaign), found, seconds)
    return found


def count_report(campaign: Campaign) -> Report:
    """Return the report, counted now; a constant number of queries."""
    figures = count_figures(campaign)
    return Report(
        figures=figures,
        pace=count_pace(campaign, figures),
        reach=count_reach(campaign),
        earlier=list_earlier(campaign),
        links=list(campaign.links.order_by("-people", "number")),
        visits=_list_visits(campaign),
    )


def _list_visits(campaign: Campaign) -> list[PageVisits]:
    """Return the visits of the item since the send began, by day."""
    if campaign.page_id is None or campaign.started_at is None:
        return []
    since = timezone.localdate(campaign.started_at)
    days = PageVisits.objects.filter(
        page=campaign.page_id, on__gte=since, on__lt=since + VISITS_SHOWN
    )
    return list(days.order_by("on"))


def _key(campaign: Campaign) -> str:
    # A send that goes on after it had ended is counted anew.
    return f"newsletter-report-{campaign.pk}-{campaign.state}"
