"""Who did what with a send, read from Wagtail's log."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wagtail.log_actions import registry
from wagtail.models import ModelLogEntry, PageLogEntry

from newsletter.delivery.settling import CLOSED, RESENT, REST_SENT
from newsletter.models import Campaign

MOST_ACTS = 50


@dataclass(frozen=True)
class Act:
    at: datetime
    by: str
    words: str


def list_acts(campaign: Campaign) -> list[Act]:
    """Return what people did with the send, the newest first; two queries.

    What steers a send is logged with its item, under the send's number; what settles
    its letters is logged with the send.
    """
    ours = registry.get_logs_for_instance(campaign)
    settled = ours.filter(action__in=[CLOSED, RESENT, REST_SENT])
    entries: list[Any] = list(_newest(settled))
    if campaign.page_id:
        steered = PageLogEntry.objects.filter(
            page=campaign.page_id, data__campaign=campaign.pk
        )
        entries += _newest(steered)
    entries.sort(key=lambda entry: entry.timestamp, reverse=True)
    return [
        Act(entry.timestamp, entry.user_display_name, entry.message)
        for entry in entries[:MOST_ACTS]
    ]


def _newest(entries: Any) -> list[ModelLogEntry | PageLogEntry]:
    return list(entries.select_related("user").order_by("-timestamp")[:MOST_ACTS])
