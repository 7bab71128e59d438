"""What an editor decides: uncertain deliveries, and the rest of a cancelled send.

An uncertain delivery was announced to the mail server and its answer was lost: the
letter may have arrived or not. Nothing is sent again by itself (design decision 7).
Whoever settles one either sends it again, marked as one that may arrive twice, or
closes it: it stays uncertain in every figure, and nobody need look at it any more.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from newsletter.choices import CampaignState, DeliveryState
from newsletter.delivery.campaigns import reopen_campaign
from newsletter.exceptions import CampaignStateError
from newsletter.models import Campaign, Delivery

RESENT = "newsletter.resend_uncertain"
CLOSED = "newsletter.close_uncertain"
REST_SENT = "newsletter.send_to_rest"
# Every uncertain delivery that nobody has closed, however many there are.
ALL = None

ENDED = (CampaignState.FINISHED, CampaignState.CANCELLED)
UNDER_WAY = (CampaignState.SENDING, CampaignState.PAUSED)


def list_uncertain(
    campaign: Campaign, *, with_closed: bool = False
) -> QuerySet[Delivery]:
    """Return the send's uncertain deliveries, oldest first; the closed ones when asked."""
    rows = campaign.deliveries.filter(state=DeliveryState.UNKNOWN).order_by("pk")
    return rows if with_closed else rows.filter(closed_at__isnull=True)


def list_rest(campaign: Campaign) -> QuerySet[Delivery]:
    """Return whom a cancelled send did not reach and still could: known people only."""
    return _reachable(campaign.deliveries.filter(state=DeliveryState.CANCELLED))


@transaction.atomic
def resend_uncertain(
    campaign: Campaign,
    delivery_ids: Collection[int] | None,
    user: Any,
    *,
    expected: int | None = None,
) -> int:
    """Queue uncertain deliveries again, marked as a risk; return how many.

    ``delivery_ids`` are rows of this send (``ALL``: every one that is not closed). A
    send that has ended goes on. Who was erased is passed over; who has left is stopped
    by the worker as always. ``expected`` is the number the editor was shown: raises
    CampaignStateError when there are more or fewer by now, and when there are none.
    """
    locked = _lock(campaign)
    rows = _reachable(_choose(locked, delivery_ids))
    number = _count(rows, expected)
    _let_go_on(locked)
    now = timezone.now()
    _queue(rows, now, is_duplicate_risk=True)
    log(locked, RESENT, user=user, data={"people": number})
    return number


@transaction.atomic
def close_uncertain(
    campaign: Campaign,
    delivery_ids: Collection[int] | None,
    user: Any,
    *,
    expected: int | None = None,
) -> int:
    """Let uncertain deliveries be; return how many. They stay uncertain and counted.

    Arguments and errors as for ``resend_uncertain``.
    """
    locked = _lock(campaign)
    rows = _choose(locked, delivery_ids).filter(closed_at__isnull=True)
    number = _count(rows, expected)
    rows.update(closed_at=timezone.now())
    log(locked, CLOSED, user=user, data={"people": number})
    return number


@transaction.atomic
def send_to_rest(campaign: Campaign, user: Any, *, expected: int | None = None) -> int:
    """Queue those whom a cancelled send did not reach; return how many.

    Raises CampaignStateError when nothing of it ever left (that is a new send), when a
    newer send of the item has begun (people would get both), and as
    ``resend_uncertain`` does.
    """
    locked = _lock(campaign)
    if refusal := explain_no_rest(locked):
        raise CampaignStateError(refusal)
    rows = list_rest(locked)
    number = _count(rows, expected)
    _let_go_on(locked)
    _queue(rows, timezone.now())
    log(locked, REST_SENT, user=user, data={"people": number})
    return number


def explain_no_rest(campaign: Campaign) -> str:
    """Return why the rest of a send cannot be sent to, or "" when it can."""
    if campaign.state not in ENDED or campaign.started_at is None:
        return _("Nothing of this send has left. Start a new send of the item.")
    later = Campaign.objects.filter(
        page=campaign.page_id, pk__gt=campaign.pk, started_at__isnull=False
    )
    if campaign.page_id and later.exists():
        return _(
            "A newer send of this item has begun. Who is in both would get it twice."
        )
    return ""


def _lock(campaign: Campaign) -> Campaign:
    return (
        Campaign.objects.select_for_update(of=("self",))
        .select_related("page", "newsletter")
        .get(pk=campaign.pk)
    )


def _choose(
    campaign: Campaign, delivery_ids: Collection[int] | None
) -> QuerySet[Delivery]:
    if delivery_ids is ALL:
        return list_uncertain(campaign)
    return list_uncertain(campaign, with_closed=True).filter(pk__in=delivery_ids)


def _reachable(rows: QuerySet[Delivery]) -> QuerySet[Delivery]:
    return rows.filter(contact__isnull=False).exclude(address="")


def _count(rows: QuerySet[Delivery], expected: int | None) -> int:
    number = rows.count()
    if not number:
        raise CampaignStateError(_("There is nobody to do this for any more."))
    if expected is not None and number != expected:
        raise CampaignStateError(
            _("There are %(number)s by now, not %(expected)s. Look again.")
            % {"number": number, "expected": expected}
        )
    return number


def _let_go_on(campaign: Campaign) -> None:
    """Open an ended send again, so that workers may claim its rows."""
    if campaign.state in ENDED:
        reopen_campaign(campaign, now=timezone.now())
    elif campaign.state not in UNDER_WAY:
        raise CampaignStateError(
            _("This cannot be done now: the send is in the state “%(state)s”.")
            % {"state": campaign.get_state_display()}
        )


def _queue(rows: QuerySet[Delivery], now: datetime, **changes: Any) -> None:
    """Make rows as if they had not been tried, but for what ``changes`` says."""
    rows.update(
        state=DeliveryState.QUEUED,
        worker=None,
        attempts=0,
        next_at=now,
        bounce_class="",
        closed_at=None,
        **changes,
    )
