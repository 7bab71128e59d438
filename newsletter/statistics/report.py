"""Everything that the report of a send says, and when it is counted anew.

Small sends are counted each time. Large ones are counted by a worker now and then
(``recounting``), and their figures say when. Before that has happened once, the page
comes at once and fetches them.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.core.cache import cache
from django.utils import timezone

from newsletter.choices import CampaignState
from newsletter.models import Campaign, LinkTotal, PageVisits
from newsletter.statistics.earlier import Compared, list_earlier
from newsletter.statistics.figures import Figures, count_figures
from newsletter.statistics.keeping import keep_counted, read_counted
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
    """Say whether the send takes long to count."""
    return campaign.frozen_count > LARGE


def find_report(campaign: Campaign) -> Report | None:
    """Return a report at once: counted now for a small send, else as it is kept, or None."""
    if not is_large(campaign):
        return count_report(campaign)
    counted = read_counted(campaign)
    return _complete(campaign, *counted) if counted else cache.get(_key(campaign))


def read_report(campaign: Campaign) -> Report:
    """Return a report, counting the send when none is kept of it; may take seconds."""
    if found := find_report(campaign):
        return found
    counted = count_report(campaign)
    is_sending = campaign.state == CampaignState.SENDING
    seconds = KEPT_SECONDS_WHILE_SENDING if is_sending else KEPT_SECONDS
    cache.set(_key(campaign), counted, seconds)
    return counted


def count_report(campaign: Campaign) -> Report:
    """Return the report, counted now; a constant number of queries."""
    return _complete(campaign, *_count(campaign))


def count_and_keep(campaign: Campaign) -> None:
    """Count a send, and keep that for its page."""
    keep_counted(campaign, *_count(campaign))


def _count(campaign: Campaign) -> tuple[Figures, Pace, ReachList]:
    figures = count_figures(campaign)
    return figures, count_pace(campaign, figures), count_reach(campaign)


def _complete(
    campaign: Campaign, figures: Figures, pace: Pace, reach: ReachList
) -> Report:
    """Add what is quick to ask for: it is always of now."""
    return Report(
        figures=figures,
        pace=pace,
        reach=reach,
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
