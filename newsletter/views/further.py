"""After a send: to those added since, a correction, or to everybody once more."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.log_actions import log

from newsletter.actions import redirect_to_panel
from newsletter.choices import CampaignAudience
from newsletter.corrections import find_correction_draft, write_correction
from newsletter.delivery.audience import count_readers
from newsletter.delivery.campaigns import start_new_send
from newsletter.delivery.repeats import Repeat, count_had, list_sends, repeat_for
from newsletter.exceptions import CampaignStateError
from newsletter.mail.fallback import published_translations
from newsletter.models import Campaign, NewsPage, Recipients
from newsletter.status import name_reasons
from newsletter.views.sending import get_campaign

CORRECTION = "correction"


class FurtherView(WagtailAdminTemplateMixin, TemplateView):
    """The three ways on, each with how many people it means."""

    template_name = "cms/newsletter/further.html"
    header_icon = "mail"

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perm("newsletter.send_campaign"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def send(self) -> Campaign:
        return get_campaign(self.kwargs["campaign_id"])

    def post(self, request, *args, **kwargs) -> HttpResponseRedirect:
        """Make the draft that was chosen, and lead to it."""
        choice = request.POST.get("choice", "")
        try:
            return self._begin(choice)
        except CampaignStateError as error:
            messages.error(request, str(error))
            return redirect(request.path)

    def _begin(self, choice: str) -> HttpResponseRedirect:
        page = self.send.page
        if page is None:
            raise CampaignStateError(_("The item of this send has been deleted."))
        user = self.request.user
        if choice == CORRECTION:
            if not self._may_write():
                raise PermissionDenied
            correction = write_correction(page, user=user)
            data = {"campaign": self.send.pk, "correction": correction.pk}
            log(page, "newsletter.write_correction", user=user, data=data)
            messages.success(
                self.request, _("Here is the correction. Write what is right.")
            )
            return redirect("wagtailadmin_pages:edit", correction.pk)
        if choice not in (CampaignAudience.ADDED_SINCE, CampaignAudience.RECIPIENTS):
            raise CampaignStateError(_("Choose one of them."))
        draft = start_new_send(page, audience=choice)
        data = {"campaign": draft.pk}
        log(page, "newsletter.start_new_send", user=user, data=data)
        messages.success(
            self.request, _("A new send of this item is ready to be filled in.")
        )
        return redirect_to_panel(page.pk)

    def get_page_title(self):
        return _("Send on, or correct: “%(subject)s”") % {"subject": self.send.name}

    def get_breadcrumbs_items(self):
        send = reverse("newsletter_campaign:inspect", args=[self.send.pk])
        return [
            *self.breadcrumbs_items,
            {"url": reverse("newsletter_campaign:index"), "label": _("Sends")},
            {"url": send, "label": self.send.name},
            {"url": "", "label": _("Send on, or correct")},
        ]

    def get_context_data(self, **kwargs):
        page = self.send.page
        context = super().get_context_data(send=self.send, page=page, **kwargs)
        if page is None or not list_sends(page):
            return context
        return {
            **context,
            "added": self._count(CampaignAudience.ADDED_SINCE),
            "everybody": self._count(CampaignAudience.RECIPIENTS),
            "got_it": self._count_correction(),
            "had": count_had(page),
            "may_write": self._may_write(),
        }

    def _may_write(self) -> bool:
        page = self.send.page
        if page is None:
            return False
        parent = page.get_parent().permissions_for_user(self.request.user)
        return parent.can_add_subpage()

    def _count(self, audience: str) -> dict[str, Any] | None:
        pages = find_newest(self.send.page)
        version = next(iter(pages.values()))
        if version.newsletter_recipients is None:
            return None
        repeat = repeat_for(version, audience)
        return self._describe(pages, version.newsletter_recipients, repeat)

    def _count_correction(self) -> dict[str, Any]:
        page = self.send.page
        # One that is begun may have translations already; a new one has none.
        draft = find_correction_draft(page)
        pages = find_newest(draft) if draft else {page.locale.language_code: page}
        repeat = Repeat(CampaignAudience.SAME_PEOPLE, list_sends(page))
        return self._describe(pages, None, repeat)

    def _describe(
        self,
        pages: dict[str, NewsPage],
        recipients: Recipients | None,
        repeat: Repeat | None,
    ) -> dict[str, Any]:
        version = next(iter(pages.values()))
        count = count_readers(
            pages,
            recipients,
            version.newsletter or self.send.newsletter,
            on=timezone.localdate(),
            repeat=repeat,
        )
        return {"people": count.mailable, "reasons": name_reasons(count.left_out)}


def find_newest(page: NewsPage) -> dict[str, NewsPage]:
    """Return the newest version of an item and its translations, its own language first."""
    version = page.get_latest_revision_as_object()
    return {page.locale.language_code: version, **published_translations(page)}
