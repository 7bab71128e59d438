"""What an editor is told about a send: one description for panel, page and poll."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils import timezone

from newsletter.choices import (
    OPEN_STATES,
    CampaignState,
    DeliveryState,
    LeftOutReason,
    Trouble,
)
from newsletter.delivery.approving import asked_since, find_wish
from newsletter.delivery.progress import Progress, count_progress
from newsletter.delivery.unwritten import Example, find_example
from newsletter.delivery.windows import Window, next_opening
from newsletter.models import Approval, Campaign
from newsletter.office_time import say_time

# The states in which something happens by itself, so that the panel asks again.
MOVING_STATES = (
    CampaignState.SCHEDULED,
    CampaignState.HELD,
    CampaignState.SENDING,
    CampaignState.PAUSED,
)
# Said always, also when nobody is in them; the others only when somebody is.
ALWAYS_SAID = (
    DeliveryState.ACCEPTED,
    DeliveryState.DEFERRED,
    DeliveryState.FAILED,
    DeliveryState.UNKNOWN,
)


# As many rows are looked at for the mail server's words.
FIRST_ROWS = 500
# How a state's bar looks: through, on its way, not arrived, nobody knows.
LOOKS = {
    DeliveryState.ACCEPTED: "solid",
    DeliveryState.UNKNOWN: "hollow",
    **dict.fromkeys(OPEN_STATES, "striped"),
}


@dataclass(frozen=True)
class StateCount:
    state: str
    label: str
    count: int
    percent: float

    @property
    def look(self) -> str:
        """Return "solid", "striped", "dotted" or "hollow"."""
        return LOOKS.get(DeliveryState(self.state), "dotted")

    @property
    def filling(self) -> str:
        """Return the name of the pattern that fills the bar, or ""."""
        return self.look if self.look in {"striped", "dotted"} else ""


@dataclass(frozen=True)
class SendStatus:
    """A send and its figures as they are now."""

    campaign: Campaign
    progress: Progress
    now: datetime

    @property
    def state(self) -> str:
        return self.campaign.state

    @property
    def is_moving(self) -> bool:
        return self.state in MOVING_STATES

    @property
    def has_deliveries(self) -> bool:
        return self.progress.total > 0

    @property
    def seconds_left(self) -> int:
        """Seconds until a held send goes out, at least 0."""
        if self.state != CampaignState.HELD or self.campaign.held_until is None:
            return 0
        return max(0, round((self.campaign.held_until - self.now).total_seconds()))

    @property
    def goes_at(self) -> str:
        """When a scheduled send goes, by the office's clock; "" for others."""
        return say_time(self.campaign.send_at) if self.campaign.send_at else ""

    @property
    def waits_until(self) -> datetime | None:
        """When the newsletter's hours begin again, while they stop a send; else None."""
        if self.state != CampaignState.SENDING:
            return None
        window = Window.of(self.campaign.newsletter)
        opens_at = next_opening(window, self.now, timezone.get_default_timezone())
        return opens_at if opens_at > self.now else None

    @cached_property
    def unwritten(self) -> Example | None:
        """Somebody whose letter could not be written, if the send stopped because of it."""
        return find_example(self.campaign)

    @cached_property
    def server_words(self) -> str:
        """What the mail server said to a send that it hinders, as far as is known."""
        if self.campaign.trouble not in (Trouble.SENDER_REFUSED, Trouble.UNREACHABLE):
            return ""
        waiting = self.campaign.deliveries.filter(state=DeliveryState.QUEUED)
        # Who was tried last stands among the first.
        replies = waiting.order_by("pk").values_list("reply", flat=True)[:FIRST_ROWS]
        return next(filter(None, replies), "")

    @property
    def counts(self) -> list[StateCount]:
        """The figures worth saying. They add up to the frozen number."""
        return [
            StateCount(
                state=state,
                label=str(DeliveryState(state).label),
                count=count,
                percent=round(100 * count / (self.progress.total or 1), 1),
            )
            for state, count in self.progress.counts.items()
            if count or state in ALWAYS_SAID
        ]


def describe_send(campaign: Campaign) -> SendStatus:
    """Return a send's state and figures as of now, with one query."""
    return SendStatus(campaign, count_progress(campaign), timezone.now())


@dataclass(frozen=True)
class ApprovalStatus:
    """Where the second pair of eyes stands: given, lost, asked for, or none of it.

    ``is_current`` while the item has not been saved since it was given; whether other
    things have changed is found when it is saved or sent.
    """

    approval: Approval | None
    voided: Approval | None
    asked_at: datetime | None
    comment: str
    is_current: bool


def describe_approval(page: Any, campaign: Campaign | None) -> ApprovalStatus | None:
    """Return how far the approval of an item's next send is; None where none is needed."""
    if not page.newsletter or not page.newsletter.needs_approval:
        return None
    newest = campaign.approvals.select_related("by").first() if campaign else None
    holds = newest if newest and newest.voided_at is None else None
    saved = campaign.revision_id if campaign else None
    return ApprovalStatus(
        approval=holds,
        voided=newest if newest and holds is None else None,
        asked_at=asked_since(page),
        comment=find_wish(page),
        is_current=saved is not None and saved == page.latest_revision_id,
    )


def find_current_send(page: Any) -> Campaign | None:
    """Return the page's newest send, or None when it never had one."""
    if page.pk is None:
        return None
    sends = page.campaigns.select_related("newsletter", "recipients", "sent_by")
    return sends.first()


def name_reasons(left_out: dict[str, int]) -> list[tuple[str, int]]:
    """Return why people are left out, in words, each with how many."""
    return [
        (str(LeftOutReason(reason).label), number)
        for reason, number in left_out.items()
    ]
