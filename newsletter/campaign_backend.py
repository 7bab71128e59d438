"""wagtail-newsletter's way to our deliveries.

The editor's own panel calls ``newsletter.actions``. This is what answers when somebody
goes through wagtail-newsletter itself. Its actions report a failed save and then send
all the same, so every method here refuses by what the row says, not by what the caller
did before (reference: wagtail_newsletter/actions.py, ``send_campaign``).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import get_active_log_context
from wagtail_newsletter.audiences import Audience, AudienceSegment
from wagtail_newsletter.campaign_backends import (
    Campaign as BackendCampaign,
)
from wagtail_newsletter.campaign_backends import (
    CampaignBackend,
    CampaignBackendError,
)

from newsletter.choices import CampaignState, DeliveryState
from newsletter.delivery import campaigns
from newsletter.delivery.progress import count_progress
from newsletter.delivery.testing import send_test
from newsletter.exceptions import NewsletterError
from newsletter.models import Campaign
from newsletter.models.sending import PageInPlaceOfHtml


@dataclass(frozen=True)
class RundbrevCampaign(BackendCampaign):
    """A send as wagtail-newsletter sees one."""

    row: Campaign

    @property
    def is_scheduled(self) -> bool:
        return self.row.state == CampaignState.SCHEDULED

    @property
    def is_sent(self) -> bool:
        return self.row.state not in (CampaignState.DRAFT, CampaignState.SCHEDULED)

    @property
    def status(self) -> str:
        return self.row.get_state_display()

    @property
    def url(self) -> str:
        return reverse("newsletter_campaign:inspect", args=[self.row.pk])

    def get_report(self) -> dict[str, Any]:
        """Return what is known. Opens are not among it: nothing in a letter tells."""
        progress = count_progress(self.row)
        return {
            "send_time": self.row.started_at or self.row.send_at,
            "emails_sent": progress.accepted,
            "bounces": progress.counts[DeliveryState.FAILED],
        }


class RundbrevBackend(CampaignBackend):
    """Our sends behind wagtail-newsletter's nine methods; keeps nothing between calls."""

    name = "Rundbrev"

    def get_audiences(self) -> list[Audience]:
        """Return nothing: recipients here are segments, chosen in our own model."""
        return []

    def get_audience_segments(self, audience_id) -> list[AudienceSegment]:
        return []

    def save_campaign(
        self, *, campaign_id=None, recipients, subject, html, from_name, reply_to
    ) -> str:
        """Save the newest revision of the page that ``html`` stands for."""
        if not isinstance(html, PageInPlaceOfHtml):
            raise CampaignBackendError(_("Only news items can be sent."))
        page = html.page
        if campaign_id and not page.campaigns.filter(pk=_read_id(campaign_id)).exists():
            raise CampaignBackendError(_("This send belongs to another item."))
        try:
            campaign = campaigns.save_campaign(page, revision=page.latest_revision)
        except NewsletterError as error:
            raise CampaignBackendError(str(error)) from error
        return str(campaign.pk)

    def get_campaign(self, campaign_id: str) -> RundbrevCampaign | None:
        row = Campaign.objects.filter(pk=_read_id(campaign_id)).first()
        return RundbrevCampaign(row) if row else None

    def send_test_email(self, *, campaign_id: str, email: str) -> None:
        campaign = _get_saved(campaign_id)
        _refuse_as_backend(send_test, campaign, addresses=[email])

    def send_campaign(self, campaign_id: str) -> None:
        campaign = _get_saved(campaign_id)
        _refuse_as_backend(
            campaigns.send_campaign, campaign, user=_get_user(), now=timezone.now()
        )

    def validate_schedule_time(self, schedule_time: datetime) -> None:
        if schedule_time <= timezone.now():
            raise CampaignBackendError(_("That time has passed. Choose a later one."))

    def schedule_campaign(self, campaign_id: str, schedule_time: datetime) -> None:
        campaign = _get_saved(campaign_id)
        _refuse_as_backend(
            campaigns.schedule_campaign,
            campaign,
            send_at=schedule_time,
            user=_get_user(),
        )

    def unschedule_campaign(self, campaign_id: str) -> None:
        _refuse_as_backend(campaigns.unschedule_campaign, _get_row(campaign_id))


def _get_row(campaign_id: str) -> Campaign:
    row = (
        Campaign.objects.select_related("page", "newsletter")
        .filter(pk=_read_id(campaign_id))
        .first()
    )
    if row is None:
        raise CampaignBackendError(_("There is nothing saved to send. Save first."))
    return row


def _get_saved(campaign_id: str) -> Campaign:
    """Return the campaign if its last save succeeded and nothing was changed since."""
    row = _get_row(campaign_id)
    if row.page is None or row.page.newsletter_campaign != str(campaign_id):
        raise CampaignBackendError(_("This send belongs to another item."))
    if row.revision_id is None:
        raise CampaignBackendError(
            _("The last save did not succeed, so there is nothing to send. Save again.")
        )
    if row.revision_id != row.page.latest_revision_id:
        raise CampaignBackendError(
            _("The item was changed after the save. Save again.")
        )
    return row


def _read_id(campaign_id: Any) -> int:
    """Return the row's number; 0, which no row has, for anything that is not one."""
    text = str(campaign_id or "")
    is_number = text.isascii() and text.isdigit() and len(text) <= 18
    return int(text) if is_number else 0


def _get_user() -> Any:
    return get_active_log_context().user


def _refuse_as_backend(function: Any, *args: Any, **kwargs: Any) -> None:
    try:
        function(*args, **kwargs)
    except NewsletterError as error:
        raise CampaignBackendError(str(error)) from error
