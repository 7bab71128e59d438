"""Addresses behind the send panel: figures and audience by GET, steering by POST."""

from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    JsonResponse,
)
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from wagtail.permissions import policy_registry

from newsletter.actions import (
    STEER_ACTIONS,
    redirect_to_panel,
    run_page_action,
    run_reschedule,
    run_steer_action,
)
from newsletter.choices import CampaignAudience
from newsletter.delivery.audience import count_readers, select_members
from newsletter.delivery.repeats import choose_audience, repeat_for
from newsletter.exceptions import CampaignStateError
from newsletter.mail.fallback import published_translations
from newsletter.models import Campaign, Newsletter, NewsPage, Recipients
from newsletter.panels import AUDIENCE_PREFIX
from newsletter.status import describe_send, name_reasons


@require_safe
def send_status(request: HttpRequest, campaign_id: int) -> JsonResponse:
    """Answer a poll: the state, whole percent, and the panel's words as HTML."""
    campaign = get_campaign(campaign_id)
    check_may_see(request, campaign)
    status = describe_send(campaign)
    context = {
        "campaign": campaign,
        "status": status,
        "may_steer": request.user.has_perm("newsletter.send_campaign"),
        # The send's own page says the rest in its report.
        "hide_link": "page" in request.GET,
    }
    return JsonResponse(
        {
            "state": status.state,
            "percent": status.progress.percent,
            "is_moving": status.is_moving,
            "html": render_to_string(
                "cms/newsletter/includes/send_status.html", context, request
            ),
        }
    )


@require_safe
def send_audience(request: HttpRequest, page_id: int) -> JsonResponse:
    """Say who would get the item with what is chosen in the form now, saved or not."""
    page = get_object_or_404(NewsPage, pk=page_id)
    if not page.has_newsletter_permission(request.user, "send_campaign"):
        raise PermissionDenied
    newsletter = _find(Newsletter, request.GET.get("newsletter"))
    recipients = _find(Recipients, request.GET.get("newsletter_recipients"))
    # As it would be sent: a digest's items are with its newest version.
    version = page.get_latest_revision_as_object()
    pages = {page.locale.language_code: version, **published_translations(page)}
    audience = request.GET.get(f"{AUDIENCE_PREFIX}-audience") or choose_audience(
        version
    )
    context = describe_audience(newsletter, recipients, pages, audience)
    chosen = request.GET.get("newsletter_subject") or request.GET.get("title")
    context["subject"] = chosen or page.get_newsletter_subject()
    return JsonResponse(
        {
            "is_allowed": not context["problem"],
            "html": render_to_string(
                "cms/newsletter/includes/audience.html", context, request
            ),
        }
    )


@require_POST
def act_on_item(request: HttpRequest, page_id: int) -> HttpResponse:
    """Do what was pressed without saving the item first: for who may not publish it.

    Saving makes a new version, and only the published one can be sent.
    """
    page = get_object_or_404(NewsPage, pk=page_id)
    answer = run_page_action(request, page)
    return answer or HttpResponseBadRequest(_("There is no such action."))


@require_POST
def steer_send(request: HttpRequest, campaign_id: int, action: str) -> HttpResponse:
    """Pause, resume, take back or cancel a send; go back to where the button stood."""
    if action not in STEER_ACTIONS:
        raise Http404
    if not request.user.has_perm("newsletter.send_campaign"):
        raise PermissionDenied
    campaign = get_campaign(campaign_id)
    run_steer_action(request, campaign, action)
    return lead_back(request, campaign)


@require_POST
def reschedule_send(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Move a scheduled send to another time; go back to where the button stood."""
    if not request.user.has_perm("newsletter.send_campaign"):
        raise PermissionDenied
    campaign = get_campaign(campaign_id)
    run_reschedule(request, campaign)
    return lead_back(request, campaign)


def lead_back(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Return the way to where the form wants to go, else to the item or the send."""
    came_from = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(came_from, {request.get_host()}):
        return redirect(came_from)
    if campaign.page is None:
        return redirect(reverse("newsletter_campaign:inspect", args=[campaign.pk]))
    return redirect_to_panel(campaign.page.pk)


@require_safe
def recipients_count(request: HttpRequest) -> JsonResponse:
    """Answer in place of wagtail-newsletter's view, which breaks on ``pk=abc``.

    Only for those who may choose recipients; theirs tells every admin user.
    """
    policy = policy_registry.get_by_type(Recipients)
    if not policy.user_has_any_permission(request.user, ["add", "change", "view"]):
        raise PermissionDenied
    recipients = _find(Recipients, request.GET.get("pk"))
    if recipients is None:
        raise Http404
    members = select_members(recipients, timezone.localdate())
    return JsonResponse({"name": recipients.name, "member_count": members.count()})


@require_POST
def unschedule_item(request: HttpRequest, page_id: int) -> HttpResponse:
    """Answer in place of wagtail-newsletter's view, which breaks on other pages."""
    page = get_object_or_404(NewsPage, pk=page_id)
    campaign = page.campaigns.first()
    if campaign is None:
        raise Http404
    return steer_send(request, campaign.pk, "unschedule")


def describe_audience(
    newsletter: Newsletter | None,
    recipients: Recipients | None,
    pages: dict[str, NewsPage],
    audience: str = CampaignAudience.RECIPIENTS,
) -> dict:
    """Return what the dialog says before a send: people, left out and why, or a problem.

    ``pages`` are the versions of the item by language, its own first; ``audience`` is
    whom it goes to beside the recipients.
    """
    is_correction = audience == CampaignAudience.SAME_PEOPLE
    context = {"newsletter": newsletter, "recipients": recipients, "problem": ""}
    repeat = None
    if newsletter is None:
        context["problem"] = _(
            "Choose a newsletter first: it decides the sender and how people leave."
        )
    elif recipients is None and not is_correction:
        context["problem"] = _("Choose recipients first.")
    else:
        try:
            repeat = repeat_for(next(iter(pages.values())), audience)
        except CampaignStateError as error:
            context["problem"] = str(error)
    if context["problem"]:
        return context
    if repeat:
        context["repeat"] = repeat
        context["audience_label"] = repeat.audience.label
    count = count_readers(
        pages,
        None if is_correction else recipients,
        newsletter,
        on=timezone.localdate(),
        repeat=repeat,
    )
    context["count"] = count
    context["reasons"] = name_reasons(count.left_out)
    if not count.members:
        context["problem"] = _("There is nobody in the segments.")
    elif not count.mailable:
        context["problem"] = _("Nobody would get it.")
    return context


def get_campaign(campaign_id: int) -> Campaign:
    """Return the send with its page and newsletter, or raise Http404."""
    return get_object_or_404(
        Campaign.objects.select_related("page", "newsletter", "recipients"),
        pk=campaign_id,
    )


def check_may_see(request: HttpRequest, campaign: Campaign) -> None:
    """Raise PermissionDenied for who may neither see sends nor edit the item."""
    if request.user.has_perm("newsletter.view_campaign"):
        return
    page = campaign.page
    if page is None or not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied


def _find(model, text: str | None):
    # At most as long as a key can be; int() refuses thousands of digits with an error.
    if not text or len(text) > 18 or not (text.isascii() and text.isdigit()):
        return None
    return model.objects.filter(pk=int(text)).first()
