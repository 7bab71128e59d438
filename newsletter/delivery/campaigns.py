"""The states of a send and the only functions that move it from one to another.

draft → scheduled → sending; draft → held → sending ⇄ paused → finished; anything open →
cancelled; finished or cancelled → sending, for rows that are sent again. Each takes the campaign's row lock first, so that two clicks, two tabs or two
schedulers make one move (invariant I9). None of them opens a connection.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Revision

from newsletter.choices import (
    OPEN_STATES,
    CampaignAudience,
    CampaignState,
    DeliveryState,
    Trouble,
)
from newsletter.delivery.approving import (
    adopt_approvals,
    refuse_unapproved,
    void_changed,
)
from newsletter.delivery.checking import refuse_unready
from newsletter.delivery.planning import (
    find_circle,
    find_item_revisions,
    find_pages,
    find_translations,
    freeze_campaign,
    snapshot_campaign,
)
from newsletter.delivery.repeats import choose_audience, find_followed, find_repeat
from newsletter.delivery.unwritten import retry_unwritten
from newsletter.exceptions import CampaignStateError, NewsletterError
from newsletter.mail.compose import compose_page, find_conditions
from newsletter.models import Campaign, NewsPage

ACTIVE = (
    CampaignState.SCHEDULED,
    CampaignState.HELD,
    CampaignState.SENDING,
    CampaignState.PAUSED,
)
# Why a send is stopped by itself while it is watched (delivery.guarding).
WATCHED_TROUBLES = (Trouble.BOUNCING, Trouble.COMPLAINTS, Trouble.BLOCKED)


def save_campaign(
    page: NewsPage, *, revision: Revision, audience: str = ""
) -> Campaign:
    """Take a revision of the page as what the next send will say; return the draft send.

    ``audience`` is whom it goes to; left empty, it stays as it was chosen before, and a
    correction goes to who got what it corrects. An approval of something else is voided.
    Composes it once in every language, so that what cannot become a mail is known now.
    Raises NewsletterError with the reason; the draft is then marked as unsaved, and
    until a save succeeds nothing of it can be sent, tested or scheduled.
    """
    version = revision.as_object()
    if version.newsletter is None:
        _mark_unsaved(page)
        raise CampaignStateError(
            _("Choose a newsletter first: it decides the sender and how people leave.")
        )
    with transaction.atomic():
        campaign = _draft_of(page, version)
        campaign.newsletter = version.newsletter
        campaign.recipients = version.newsletter_recipients
        campaign.subject = version.get_newsletter_subject()
        campaign.revision = revision
        campaign.translations = find_translations(version)
        campaign.item_revisions = {}
        campaign.item_revisions = find_item_revisions(find_pages(campaign).values())
        _choose_circle(campaign, version, audience)
        campaign.save()
        if undone := _find_undone(page, campaign):
            adopt_approvals(undone, campaign)
    try:
        pages = find_pages(campaign)
        conditions = find_conditions(pages.values())
        for locale, content in pages.items():
            compose_page(content, campaign.newsletter, conditions, locale=locale)
        if campaign.newsletter.needs_approval:
            void_changed(campaign)
    except NewsletterError:
        _mark_unsaved(page)
        raise
    return campaign


def draft_of(page: NewsPage) -> Campaign:
    """Return the send that saving that version of the item would make, not saved.

    Its approvals are those of the draft there is. Raises nothing: what is missing is
    found when it is bound, counted or sent.
    """
    draft = page.campaigns.filter(state=CampaignState.DRAFT).first()
    audience = draft.audience if draft else choose_audience(page)
    campaign = Campaign(
        pk=draft.pk if draft else None,
        page=page,
        newsletter=page.newsletter,
        recipients=page.newsletter_recipients,
        audience=audience,
        follows=find_followed(page, audience),
        subject=page.get_newsletter_subject(),
        revision=page.latest_revision,
        translations=find_translations(page),
    )
    if campaign.revision:
        pages = find_pages(campaign).values()
        campaign.item_revisions = find_item_revisions(pages)
    return campaign


@transaction.atomic
def start_new_send(
    page: NewsPage, *, audience: str = CampaignAudience.RECIPIENTS
) -> Campaign:
    """Return a fresh draft for an item that has been sent before, to that audience.

    Twice makes one. Raises CampaignStateError while an earlier send is still going on.
    """
    # Two clicks wait for each other here.
    page = NewsPage.objects.select_for_update(of=("self",)).get(pk=page.pk)
    last = page.campaigns.first()
    if last and last.state in ACTIVE:
        raise CampaignStateError(_("This item is being sent right now."))
    if page.newsletter is None:
        raise CampaignStateError(_("Choose a newsletter first."))
    is_draft = last is not None and last.state == CampaignState.DRAFT
    campaign = last if is_draft else Campaign(page=page)
    campaign.newsletter = page.newsletter
    campaign.subject = page.get_newsletter_subject()
    _choose_circle(campaign, page, audience)
    campaign.save()
    return campaign


@transaction.atomic
def send_campaign(campaign: Campaign, *, user: Any, now: datetime) -> Campaign:
    """Freeze the send and hold it for the time in which it can be undone.

    Raises CampaignStateError when it is not a saved draft of the published page, has no
    recipients, or nobody would get it; CompositionError when it cannot become a mail.
    """
    campaign = _lock(campaign, CampaignState.DRAFT)
    _check_ready(campaign)
    campaign.sent_by = user
    campaign.trouble = ""
    freeze_campaign(campaign, now=now)
    hold_seconds = settings.NEWSLETTER_HOLD_SECONDS
    campaign.held_until = now + timedelta(seconds=hold_seconds)
    campaign.state = CampaignState.HELD
    if not hold_seconds:
        start_sending(campaign, now=now)
    campaign.save()
    return campaign


@transaction.atomic
def schedule_campaign(campaign: Campaign, *, send_at: datetime, user: Any) -> Campaign:
    """Let the scheduler send it at that time, with the content and rules of now.

    Who belongs to the segments is looked up when it fires. Raises CampaignStateError as
    ``send_campaign`` does, and for a time that has passed.
    """
    campaign = _lock(campaign, CampaignState.DRAFT)
    _check_ready(campaign)
    _refuse_past(send_at)
    campaign.state = CampaignState.SCHEDULED
    campaign.send_at = send_at
    campaign.sent_by = user
    campaign.trouble = ""
    campaign.frozen_rules = snapshot_campaign(campaign)
    campaign.save()
    return campaign


@transaction.atomic
def reschedule_campaign(campaign: Campaign, *, send_at: datetime) -> Campaign:
    """Let a scheduled send go at another time; content, rules and approval stay.

    Raises CampaignStateError when it is not scheduled any more, or for a time that has
    passed.
    """
    campaign = _lock(campaign, CampaignState.SCHEDULED)
    _refuse_past(send_at)
    campaign.send_at = send_at
    campaign.save(update_fields=["send_at"])
    return campaign


@transaction.atomic
def unschedule_campaign(campaign: Campaign) -> Campaign:
    """Make a scheduled send a draft again."""
    campaign = _lock(campaign, CampaignState.SCHEDULED)
    campaign.state = CampaignState.DRAFT
    campaign.send_at = None
    campaign.save()
    return campaign


@transaction.atomic
def undo_send(campaign: Campaign) -> Campaign:
    """Take a send back while it is still held: nothing of it has left."""
    campaign = _lock(campaign, CampaignState.HELD)
    return _cancel(campaign)


@transaction.atomic
def pause_campaign(campaign: Campaign, *, trouble: str = "") -> Campaign:
    """Stop handing over; what is with the server already is finished."""
    campaign = _lock(campaign, CampaignState.SENDING)
    campaign.state = CampaignState.PAUSED
    campaign.trouble = trouble
    campaign.save(update_fields=["state", "trouble"])
    return campaign


@transaction.atomic
def resume_campaign(campaign: Campaign) -> Campaign:
    """Go on where a paused send stopped; nobody who has it gets it again.

    Letters that could not be written are tried once more, last of all.
    """
    campaign = _lock(campaign, CampaignState.PAUSED)
    if campaign.trouble in WATCHED_TROUBLES:
        # Somebody has looked at it: it is not stopped for the same reason again.
        campaign.is_watched = False
    campaign.state = CampaignState.SENDING
    campaign.trouble = ""
    campaign.going_since = timezone.now()
    retry_unwritten(campaign, campaign.going_since)
    # Held when a restored database stopped it (delivery.epochs), it never began.
    campaign.started_at = campaign.started_at or campaign.going_since
    campaign.save()
    return campaign


@transaction.atomic
def reopen_campaign(campaign: Campaign, *, now: datetime) -> Campaign:
    """Let an ended send go on, for rows that the caller queues in the same transaction.

    Raises CampaignStateError when it has not ended. Writes no delivery; a send whose
    rows are all closed ends again by itself.
    """
    campaign = _lock(campaign, CampaignState.FINISHED, CampaignState.CANCELLED)
    campaign.state = CampaignState.SENDING
    campaign.trouble = ""
    campaign.finished_at = None
    campaign.going_since = now
    # Undone while it was held, it never began.
    campaign.started_at = campaign.started_at or now
    campaign.save()
    return campaign


@transaction.atomic
def cancel_campaign(campaign: Campaign) -> Campaign:
    """End a send before it is through; those not yet reached get nothing."""
    campaign = _lock(campaign, *ACTIVE)
    return _cancel(campaign)


def start_sending(campaign: Campaign, *, now: datetime) -> None:
    """Let workers claim the rows of a frozen send. Does not save the row."""
    campaign.state = CampaignState.SENDING
    campaign.started_at = campaign.going_since = now


@transaction.atomic
def finish_campaign(campaign: Campaign, *, now: datetime) -> bool:
    """Close a send when none of its deliveries is open; return whether it was.

    Looks under the send's lock, which whoever queues rows again holds too.
    """
    sending = Campaign.objects.filter(pk=campaign.pk, state=CampaignState.SENDING)
    if sending.select_for_update().first() is None:
        return False
    if campaign.deliveries.filter(state__in=OPEN_STATES).exists():
        return False
    sending.update(state=CampaignState.FINISHED, finished_at=now, trouble="")
    return True


def _draft_of(page: NewsPage, version: NewsPage) -> Campaign:
    last = page.campaigns.select_for_update().first()
    if last is None or last.state == CampaignState.CANCELLED:
        return Campaign(page_id=page.pk, newsletter=version.newsletter)
    if last.state == CampaignState.FINISHED:
        raise CampaignStateError(_("This item has been sent already."))
    if last.state != CampaignState.DRAFT:
        raise CampaignStateError(
            _("This item is being sent or is scheduled. Take that back first.")
        )
    return last


def _find_undone(page: NewsPage, campaign: Campaign) -> Campaign | None:
    """Return the send before this one, if it was cancelled."""
    last = page.campaigns.exclude(pk=campaign.pk).first()
    return last if last and last.state == CampaignState.CANCELLED else None


def _choose_circle(campaign: Campaign, version: NewsPage, audience: str) -> None:
    """Set whom a draft goes to, and which send it follows. Does not save the row.

    Raises CampaignStateError when nothing was sent that it could follow.
    """
    if not audience:
        is_new = campaign.pk is None
        audience = choose_audience(version) if is_new else campaign.audience
    campaign.audience = audience
    campaign.follows = find_followed(version, audience)
    find_repeat(campaign)


def _refuse_past(send_at: datetime) -> None:
    if send_at <= timezone.now():
        raise CampaignStateError(_("That time has passed. Choose a later one."))


def _mark_unsaved(page: NewsPage) -> None:
    page.campaigns.filter(state=CampaignState.DRAFT).update(revision=None)


def _lock(campaign: Campaign, *states: str) -> Campaign:
    locked = (
        Campaign.objects.select_for_update(of=("self",))
        .select_related("newsletter__purpose", "recipients", "page", "revision")
        .get(pk=campaign.pk)
    )
    if locked.state not in states:
        raise CampaignStateError(
            _("This cannot be done now: the send is in the state “%(state)s”.")
            % {"state": locked.get_state_display()}
        )
    return locked


def _check_ready(campaign: Campaign) -> None:
    page = campaign.page
    if page is None or campaign.revision is None:
        raise CampaignStateError(
            _("The last save did not succeed, so there is nothing to send. Save again.")
        )
    if campaign.revision_id != page.latest_revision_id:
        raise CampaignStateError(_("The item was changed after the save. Save again."))
    if not page.live or page.live_revision_id != campaign.revision_id:
        raise CampaignStateError(
            _("Publish the item first: the letter links to its page on the web.")
        )
    find_circle(campaign)
    refuse_unready(campaign)
    refuse_unapproved(campaign)


def _cancel(campaign: Campaign) -> Campaign:
    campaign.state = CampaignState.CANCELLED
    campaign.finished_at = timezone.now()
    campaign.save(update_fields=["state", "finished_at"])
    # Rows a worker has claimed are cancelled by it before its next hand-over.
    campaign.deliveries.filter(
        state__in=[DeliveryState.QUEUED, DeliveryState.DEFERRED]
    ).update(state=DeliveryState.CANCELLED)
    return campaign
