"""What happens by the clock: scheduled sends start, holds end, sends are closed."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from newsletter.choices import CampaignState, Trouble
from newsletter.delivery.approving import refuse_unapproved, void_changed
from newsletter.delivery.auditing import audit_campaign
from newsletter.delivery.campaigns import finish_campaign, start_sending
from newsletter.delivery.checking import refuse_unready
from newsletter.delivery.claims import (
    cancel_leftovers,
    find_open_campaigns,
    forget_lost_people,
)
from newsletter.delivery.guarding import guard_campaigns
from newsletter.delivery.planning import freeze_campaign
from newsletter.delivery.workers import count_live_workers, rescue_lost_workers
from newsletter.exceptions import NewsletterError
from newsletter.models import Campaign, Delivery

logger = logging.getLogger(__name__)


def advance_campaigns(now: datetime) -> None:
    """Move every send on that the clock moves. Safe to run on several hosts at once."""
    rescue_lost_workers()
    cancel_leftovers()
    guard_campaigns(now)
    for campaign in Campaign.objects.filter(
        state=CampaignState.SCHEDULED, send_at__lte=now
    ):
        fire_scheduled(campaign, now=now)
    for campaign in Campaign.objects.filter(
        state=CampaignState.HELD, held_until__lte=now
    ):
        end_hold(campaign, now=now)
    for campaign in Campaign.objects.filter(state=CampaignState.SENDING):
        if finish_campaign(campaign, now=now):
            forget_lost_people(campaign)
            audit_campaign(campaign)


def count_missing_workers(now: datetime) -> int:
    """Return how many more workers there should be: 0 while nothing is due."""
    missing = settings.NEWSLETTER_WORKERS - count_live_workers()
    if missing <= 0:
        return 0
    sends = find_open_campaigns(now)
    is_due = Delivery.objects.due(now).filter(campaign__in=sends).exists()
    return missing if sends and is_due else 0


def fire_scheduled(campaign: Campaign, *, now: datetime) -> bool:
    """Freeze a scheduled send and let it go; return whether it went.

    A time missed by too much (the host was down) asks instead of firing, and so does a
    send that cannot be frozen: it is a draft again, and says why (invariant I11).
    """
    missed = timedelta(hours=settings.NEWSLETTER_MISSED_HOURS)
    try:
        with transaction.atomic():
            locked = _lock(campaign, CampaignState.SCHEDULED)
            if locked is None:
                return False
            # A scheduled send has its time.
            if now - locked.send_at > missed:  # type: ignore[operator]
                _make_draft(locked, Trouble.MISSED)
                return False
            refuse_unready(locked, errors_only=True)
            if locked.newsletter.needs_approval and void_changed(locked):
                _make_draft(locked, Trouble.UNAPPROVED)
                return False
            refuse_unapproved(locked)
            freeze_campaign(locked, now=now)
            start_sending(locked, now=now)
            locked.save()
            return True
    except NewsletterError:
        logger.exception("Scheduled send %s could not start", campaign.pk)
        with transaction.atomic():
            locked = _lock(campaign, CampaignState.SCHEDULED)
            if locked:
                _make_draft(locked, Trouble.REFUSED)
        return False


@transaction.atomic
def end_hold(campaign: Campaign, *, now: datetime) -> bool:
    """Let a held send go; return whether it was still held."""
    locked = _lock(campaign, CampaignState.HELD)
    if locked is None:
        return False
    forget_lost_people(locked)
    start_sending(locked, now=now)
    locked.save(update_fields=["state", "started_at", "going_since"])
    return True


def _lock(campaign: Campaign, state: str) -> Campaign | None:
    return (
        Campaign.objects.select_for_update().filter(pk=campaign.pk, state=state).first()
    )


def _make_draft(campaign: Campaign, trouble: Trouble) -> None:
    campaign.state = CampaignState.DRAFT
    campaign.send_at = None
    campaign.trouble = trouble
    campaign.save(update_fields=["state", "send_at", "trouble"])
