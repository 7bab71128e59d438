"""Letters that cannot be written: one is that person's failure, ten running the send's.

Nothing was said to any server about them, so they may be tried again without risk.
"""

from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet

from newsletter.choices import DeliveryState, Trouble
from newsletter.delivery.outcomes import Outcome, Verdict
from newsletter.exceptions import CompositionError
from newsletter.models import Campaign, Delivery

# The phase of an outcome before any server was asked.
LETTER = "LETTER"
REPLY = "cannot be written: "
# So many, before a server answers for another letter of the send, are no one's data.
MOST_UNWRITTEN = 10


class Example(NamedTuple):
    """Somebody whose letter could not be written (None: erased since), and why."""

    contact: Any
    reason: str


def judge_unwritten(error: Exception) -> Outcome:
    """Return what it means that a letter could not be written.

    The sentence of a CompositionError is about the content. That of another error may
    quote the person, whom a stored answer must not name: of it only the kind is kept.
    """
    is_ours = isinstance(error, CompositionError)
    reason = str(error) if is_ours else type(error).__name__
    return Outcome(Verdict.FAILED, 0, REPLY + reason, LETTER)


def most_unwritten(campaign: Campaign) -> int:
    """Return at how many running a send stops: all letters of a small one, never one."""
    return min(MOST_UNWRITTEN, max(2, campaign.frozen_count))


def list_unwritten(campaign: Campaign) -> QuerySet[Delivery]:
    """Return the send's deliveries whose letters could not be written."""
    return campaign.deliveries.filter(
        state=DeliveryState.FAILED, bounce_class="", reply__startswith=f"{LETTER} "
    )


def find_example(campaign: Campaign) -> Example | None:
    """Return one of them, for a send that stopped because of them; else None."""
    if campaign.trouble != Trouble.UNWRITABLE:
        return None
    row = list_unwritten(campaign).select_related("contact").order_by("pk").first()
    return Example(row.contact, row.reply.partition(REPLY)[2]) if row else None


def retry_unwritten(campaign: Campaign, now: datetime) -> int:
    """Queue them again, after all others of the send; return how many there were."""
    return list_unwritten(campaign).update(
        state=DeliveryState.QUEUED, worker=None, attempts=0, next_at=now
    )
