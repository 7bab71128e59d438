"""The panel an item is sent from, in place of wagtail-newsletter's English one."""

from django.forms import Media
from django.middleware.csrf import get_token
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import Panel
from wagtail_newsletter.panels import NewsletterPanel

from newsletter.choices import CampaignState
from newsletter.delivery.repeats import choose_audience
from newsletter.digest_filling import FILL_KEY, FILL_PREFIX, FillForm
from newsletter.forms import AudienceForm, ScheduleForm, SendTestForm
from newsletter.picking import find_last_digest
from newsletter.status import describe_approval, describe_send, find_current_send

# Our own name in the POST: wagtail-newsletter's handler waits for another, and answers
# in English only.
POST_KEY = "rundbrev-action"
TEST_PREFIX = "rundbrev-test"
SCHEDULE_PREFIX = "rundbrev-schedule"
AUDIENCE_PREFIX = "rundbrev-audience"
# States in which the item can be saved for sending, tested, sent and scheduled.
OPEN_FOR_SENDING = (None, CampaignState.DRAFT, CampaignState.CANCELLED)


class SendPanel(NewsletterPanel):
    class BoundPanel(NewsletterPanel.BoundPanel):
        template_name = "cms/newsletter/send_panel.html"

        @property
        def media(self):
            """Ours and the fields'; wagtail-newsletter's own is left out."""
            own = Media(
                css={
                    "all": [
                        "newsletter/css/sending.css",
                        "newsletter/css/preflight.css",
                        "newsletter/css/block_marks.css",
                        "newsletter/css/preview.css",
                    ]
                },
                js=[
                    "newsletter/js/send_panel.js",
                    "newsletter/js/preflight.js",
                    "newsletter/js/block_marks.js",
                    "newsletter/js/letters.js",
                ],
            )
            fields = SendTestForm(may_see_people=True).media + ScheduleForm().media
            return own + fields

        def is_shown(self):
            """Always: who may do nothing here is told so instead of missing a tab."""
            return True

        def get_context_data(self, parent_context=None):
            # Past wagtail-newsletter's own panel, which asks a backend for a campaign.
            context = super(NewsletterPanel.BoundPanel, self).get_context_data(
                parent_context
            )
            user = self.request.user
            page = self.instance
            context.update(
                page=page,
                # Wagtail renders panels without the request.
                csrf_token=get_token(self.request),
                post_key=POST_KEY,
                may_save=page.has_newsletter_permission(user, "save_campaign"),
                may_test=page.has_newsletter_permission(user, "send_test_email"),
                may_send=page.has_newsletter_permission(user, "send_campaign"),
                may_steer=user.has_perm("newsletter.send_campaign"),
            )
            if page.pk:
                self._describe(context, page, user)
            return context

        def _describe(self, context, page, user):
            campaign = find_current_send(page)
            state = campaign.state if campaign else None
            context.update(
                campaign=campaign,
                status=describe_send(campaign) if campaign else None,
                is_open=state in OPEN_FOR_SENDING,
                may_publish=page.permissions_for_user(user).can_publish(),
                test_form=SendTestForm(
                    initial={"addresses": user.email},
                    prefix=TEST_PREFIX,
                    may_see_people=user.has_perm("crm.view_contact"),
                ),
                schedule_form=ScheduleForm(
                    prefix=SCHEDULE_PREFIX,
                    initial={"send_at": campaign.send_at if campaign else None},
                ),
                audience_form=self._choose_audience(page, campaign),
                approval=describe_approval(page, campaign),
                send_title=_("Send this item"),
                schedule_title=_("Send it later"),
                test_title=_("Send a test"),
            )

        def _choose_audience(self, page, campaign):
            is_draft = campaign and campaign.state == CampaignState.DRAFT
            audience = campaign.audience if is_draft else choose_audience(page)
            return AudienceForm(
                prefix=AUDIENCE_PREFIX, initial={"audience": audience}, page=page
            )


class PastePanel(Panel):
    """Leads to where a text is pasted and becomes blocks."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "cms/newsletter/paste_panel.html"

        def get_context_data(self, parent_context=None):
            return {**super().get_context_data(parent_context), "page": self.instance}


class FillDigestPanel(Panel):
    """Asks which items a digest is to gather, with a button that adds them."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "cms/newsletter/fill_digest_panel.html"

        @property
        def media(self):
            own = Media(css={"all": ["newsletter/css/digest.css"]})
            return FillForm().media + own

        def get_context_data(self, parent_context=None):
            context = super().get_context_data(parent_context)
            digest = self.instance
            last = find_last_digest(digest)
            form = FillForm(
                prefix=FILL_PREFIX, initial={"since_last": last is not None}
            )
            if last is None:
                del form.fields["since_last"]
            return {
                **context,
                "page": digest,
                "fill_form": form,
                "fill_key": FILL_KEY,
                "last": last,
            }
