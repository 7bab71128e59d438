"""Who did what with a send, read from Wagtail's log."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wagtail.log_actions import registry
from wagtail.models import ModelLogEntry, PageLogEntry

from newsletter.delivery.settling import CLOSED, RESENT, REST_SENT
from newsletter.log_actions import PACKAGE_TAKEN
from newsletter.models import Campaign

MOST_ACTS = 50


@dataclass(frozen=True)
class Act:
    at: datetime
    by: str
    words: str


def list_acts(campaign: Campaign) -> list[Act]:
    """Return the last of what people did with the send, the newest first; two queries."""
    with_send = [CLOSED, RESENT, REST_SENT, PACKAGE_TAKEN]
    return _list_acts(campaign, with_send, MOST_ACTS)


def list_all_acts(campaign: Campaign) -> list[Act]:
    """Return all that people did with the send, but for taking its package."""
    return _list_acts(campaign, [CLOSED, RESENT, REST_SENT], None)


def _list_acts(campaign: Campaign, with_send: list[str], most: int | None) -> list[Act]:
    """Return up to ``most`` acts.

    What steers a send is logged with its item, under the send's number; what settles
    its letters is logged with the send.
    """
    ours = registry.get_logs_for_instance(campaign).filter(action__in=with_send)
    entries: list[Any] = list(_newest(ours, most))
    if campaign.page_id:
        steered = PageLogEntry.objects.filter(
            page=campaign.page_id, data__campaign=campaign.pk
        )
        entries += _newest(steered, most)
    entries.sort(key=lambda entry: entry.timestamp, reverse=True)
    return [
        # Some of Wagtail's words and ours are lazy.
        Act(entry.timestamp, str(entry.user_display_name), str(entry.message))
        for entry in entries[:most]
    ]


def _newest(entries: Any, most: int | None) -> list[ModelLogEntry | PageLogEntry]:
    return list(entries.select_related("user").order_by("-timestamp")[:most])
