"""All that is approved, on one page: letters, readers, check, sender; and the two buttons."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from newsletter.choices import CampaignState, Severity
from newsletter.delivery.approving import (
    approve,
    ask_for_changes,
    describe_since_last_send,
    find_task_state,
    find_wish,
    list_changes,
    refuse_approver,
)
from newsletter.delivery.binding import (
    Bound,
    bind_campaign,
    count_circle,
    name_language,
)
from newsletter.delivery.campaigns import draft_of, save_campaign
from newsletter.delivery.variants import VariantCount, count_variants
from newsletter.exceptions import CampaignStateError, NewsletterError
from newsletter.mail.conditions import EVERYTHING
from newsletter.mail.preview import Cut, preview_letter
from newsletter.models import Campaign, NewsPage
from newsletter.models.previewing import mail_response, say_problem, text_response
from newsletter.status import find_current_send, name_reasons
from newsletter.views.preflight import check_newest, describe_findings

# Letters listed; the largest come first.
MOST_VARIANTS = 50
OVER = (CampaignState.FINISHED, CampaignState.CANCELLED)


class ReviewView(WagtailAdminTemplateMixin, TemplateView):
    """For the approvers, and to look at for everybody who may edit the item."""

    template_name = "cms/newsletter/review.html"
    header_icon = "check"

    def dispatch(self, request, *args, **kwargs):
        self.item = find_item(request, self.kwargs["page_id"])
        return super().dispatch(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        """Approve it or ask for changes; with a reason in words where it is refused."""
        if not request.user.has_perm("newsletter.approve_campaign"):
            raise PermissionDenied
        comment = request.POST.get("comment", "").strip()
        try:
            if request.POST.get("act") == "approve":
                self._approve(comment)
                messages.success(request, _("Approved. It can be sent now."))
            else:
                ask_for_changes(self.draft, user=request.user, comment=comment)
                messages.success(request, _("Sent back, with what is to be changed."))
        except NewsletterError as error:
            messages.error(request, str(error))
            return redirect(request.path)
        return redirect("wagtailadmin_home")

    def _approve(self, comment: str) -> None:
        page = NewsPage.objects.get(pk=self.item.pk).specific
        refuse_approver(self.draft, self.request.user)
        campaign = save_campaign(page, revision=page.latest_revision)
        approve(
            campaign,
            user=self.request.user,
            comment=comment,
            # Without it nobody has looked.
            seen=self.request.POST.get("seen") or "nothing",
        )

    @cached_property
    def draft(self) -> Campaign:
        return draft_of(self.item)

    def get_page_title(self):
        return _("Look through “%(title)s”") % {"title": self.item.title}

    def get_breadcrumbs_items(self):
        edit = reverse("wagtailadmin_pages:edit", args=[self.item.pk])
        return [
            *self.breadcrumbs_items,
            {"url": reverse("newsletter_items:index"), "label": _("News items")},
            {"url": edit, "label": self.item.title},
            {"url": "", "label": _("Approval")},
        ]

    def get_context_data(self, **kwargs):
        context = super().get_context_data(page=self.item, draft=self.draft, **kwargs)
        try:
            bound = bind_campaign(self.draft, on=timezone.localdate())
        except NewsletterError as error:
            return {**context, "problem": str(error)}
        return {**context, **self._describe(bound)}

    def _describe(self, bound: Bound) -> dict[str, Any]:
        today = timezone.localdate()
        send = find_current_send(self.item)
        counted = count_variants(self.draft, today)
        findings = check_newest(self.item)
        count = count_circle(self.draft, on=today)
        return {
            "seen": bound.seen,
            "send": send,
            "count": count,
            "reasons": name_reasons(count.left_out),
            "letters": describe_languages(self.item.pk, list(bound.letters), counted),
            "variants": describe_variants(self.item.pk, counted[:MOST_VARIANTS]),
            "variants_number": len(counted),
            "remarks": [
                remark
                for remark in describe_findings(self.item, findings)
                if remark.finding.severity != Severity.NOTE or remark.acknowledgement
            ],
            **self._describe_approval(send, bound),
        }

    def _describe_approval(self, send: Campaign | None, bound: Bound) -> dict[str, Any]:
        last = send.approvals.select_related("by").first() if send else None
        task_state = find_task_state(self.item)
        return {
            "task_state": task_state,
            "wish": find_wish(self.item),
            "last": last,
            "changes": list_changes(last, self.draft) if last else [],
            "since_last_send": describe_since_last_send(self.draft, bound),
            "refusal": self._find_refusal(),
            "is_open": send is None or send.state in (CampaignState.DRAFT, *OVER),
            "needs_approval": bool(self.item.newsletter.needs_approval),
        }

    def _find_refusal(self) -> str:
        try:
            refuse_approver(self.draft, self.request.user)
        except CampaignStateError as error:
            return str(error)
        return ""


@require_safe
@xframe_options_sameorigin
def review_letter(
    request: HttpRequest, page_id: int, locale: str, shown: int, shape: str
) -> HttpResponse:
    """Return one letter alone, as HTML or plain text, without a reader's name."""
    item = find_item(request, page_id)
    try:
        preview = preview_letter(item, Cut(locale, min(shown, EVERYTHING)))
    except NewsletterError as error:
        return say_problem(error)
    return (
        text_response(preview.text) if shape == "text" else mail_response(preview.html)
    )


def find_item(request: HttpRequest, page_id: int) -> NewsPage:
    """Return the newest version of an item, for who approves or may edit it."""
    page = get_object_or_404(NewsPage, pk=page_id).specific
    may_approve = request.user.has_perm("newsletter.approve_campaign")
    if not may_approve and not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    return page.get_latest_revision_as_object()


def describe_languages(
    page_id: int, locales: list[str], counted: list[VariantCount]
) -> list[dict[str, Any]]:
    """Return each language's largest letter: its name, and where its frames lead."""
    languages = []
    for locale in locales:
        shown = next((v.shown for v in counted if v.locale == locale), EVERYTHING)
        languages.append(
            {
                "locale": locale,
                "name": name_language(locale),
                "html_url": letter_url(page_id, locale, shown, "html"),
                "text_url": letter_url(page_id, locale, shown, "text"),
            }
        )
    return languages


def describe_variants(
    page_id: int, counted: list[VariantCount]
) -> list[dict[str, Any]]:
    """Return each letter that readers get, with the way to look at it."""
    return [
        {
            "locale": variant.locale,
            "language": name_language(variant.locale),
            "conditions": variant.conditions,
            "people": variant.people,
            "url": letter_url(page_id, variant.locale, variant.shown, "html"),
        }
        for variant in counted
    ]


def letter_url(page_id: int, locale: str, shown: int, shape: str) -> str:
    """Return the address of one letter alone."""
    return reverse(
        "newsletter_sends:review_letter", args=[page_id, locale, shown, shape]
    )
