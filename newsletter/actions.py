"""The buttons of the send panel: read what was filled in, call one function, tell.

Everything that can be refused is refused below, in ``newsletter.delivery``; the sentence
it raises is what the editor reads.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin import messages
from wagtail.log_actions import LogContext, log

from newsletter.choices import CampaignState
from newsletter.delivery import campaigns
from newsletter.delivery.approving import ask_for_approval
from newsletter.delivery.testing import send_test, send_test_of_each
from newsletter.exceptions import NewsletterError
from newsletter.forms import AudienceForm, ScheduleForm, SendTestForm
from newsletter.models import Campaign, NewsPage
from newsletter.office_time import say_time
from newsletter.panels import (
    AUDIENCE_PREFIX,
    POST_KEY,
    SCHEDULE_PREFIX,
    TEST_PREFIX,
)

# Where a form that does not stand in the item's editor wants to lead back to.
BACK_KEY, QUERY_KEY = "rundbrev-back", "rundbrev-query"


class ActionRefused(Exception):
    """What was filled in cannot be used; ``str()`` is a sentence for people."""


@dataclass(frozen=True)
class PageAction:
    """A button that saves the item first. ``needs`` is a key of ACTION_PERMISSIONS."""

    needs: str
    run: Callable[[HttpRequest, NewsPage], str]


@dataclass(frozen=True)
class SteerAction:
    """A button that steers a send under way; it leaves the item alone."""

    log_action: str
    run: Callable[[Campaign], Campaign]
    told: Callable[[Campaign], str]


def run_page_action(request: HttpRequest, page: Any) -> HttpResponseRedirect | None:
    """Do what was pressed in the panel, after the item has been saved.

    Returns the way back to the panel; None when none of our buttons was pressed.
    """
    action = PAGE_ACTIONS.get(request.POST.get(POST_KEY, ""))
    if action is None or not isinstance(page, NewsPage):
        return None
    if not page.has_newsletter_permission(request.user, action.needs):
        messages.error(request, _("You do not have permission to do this."))
        return _lead_back(request, page)
    with LogContext(user=request.user):
        try:
            messages.success(request, action.run(request, page))
        except (NewsletterError, ActionRefused) as error:
            messages.error(request, str(error))
    return _lead_back(request, page)


def run_steer_action(request: HttpRequest, campaign: Campaign, name: str) -> None:
    """Steer a send under way and say what became of it. Raises KeyError for no action."""
    action = STEER_ACTIONS[name]
    with LogContext(user=request.user):
        try:
            campaign = action.run(campaign)
        except NewsletterError as error:
            messages.error(request, str(error))
            return
        if campaign.page:
            log(campaign.page, action.log_action, data={"campaign": campaign.pk})
        messages.success(request, action.told(campaign))


def _lead_back(request: HttpRequest, page: NewsPage) -> HttpResponseRedirect:
    """Return the way to where the button stood: the preview, or the send tab."""
    if request.POST.get(BACK_KEY) == page.reader_preview_url:
        query = request.POST.get(QUERY_KEY, "")
        return redirect(f"{page.reader_preview_url}?{QueryDict(query).urlencode()}")
    return redirect_to_panel(page.pk)


def redirect_to_panel(page_id: int) -> HttpResponseRedirect:
    """Return the way to the item's send tab."""
    return redirect(reverse("wagtailadmin_pages:edit", args=[page_id]) + "#tab-send")


def save(request: HttpRequest, page: NewsPage) -> str:
    campaign = save_send(request, page)
    return _("Saved for sending: “%(subject)s”.") % {"subject": campaign.name}


def send_test_mail(request: HttpRequest, page: NewsPage) -> str:
    form = SendTestForm(
        request.POST,
        prefix=TEST_PREFIX,
        may_see_people=request.user.has_perm("crm.view_contact"),
    )
    filled = _read_form(form)
    addresses = filled["addresses"]
    campaign = save_send(request, page)
    if filled["every_variant"]:
        tested = send_test_of_each(campaign, addresses=addresses)
    else:
        reader = filled.get("as_contact") or filled["variant"]
        send_test(campaign, addresses=addresses, reader=reader)
        tested = None
    # How many, not to whom: the log outlives the reason to keep an address.
    log(page, "wagtail_newsletter.send_test_email", data={"people": len(addresses)})
    sentences = [
        ngettext(
            "The test is on its way to %(count)s address.",
            "The test is on its way to %(count)s addresses.",
            len(addresses),
        )
        % {"count": len(addresses)}
    ]
    if tested:
        sentences.append(
            ngettext(
                "%(sent)s of %(count)s kind of letter went to each.",
                "%(sent)s of %(count)s kinds of letter went to each.",
                tested.all_variants,
            )
            % {"sent": tested.variants, "count": tested.all_variants}
        )
    return " ".join(sentences)


def send(request: HttpRequest, page: NewsPage) -> str:
    campaign = save_send(request, page)
    # One transaction: where the send is refused, the item is not published either.
    with transaction.atomic():
        publish_if_allowed(request, page)
        campaign = campaigns.send_campaign(
            campaign, user=request.user, now=timezone.now()
        )
    people = campaign.deliveries.count()
    log(
        page,
        "wagtail_newsletter.send_campaign",
        data={"people": people, "campaign": campaign.pk},
    )
    return tell_sent(campaign, people)


def schedule(request: HttpRequest, page: NewsPage) -> str:
    form = ScheduleForm(request.POST, prefix=SCHEDULE_PREFIX)
    send_at = _read_form(form)["send_at"]
    if may_publish(request, page) and request.POST.get("overwrite_revision_id"):
        # Autosave may write over the revision of the window it was made in. What is
        # scheduled gets one of its own, which no window knows of.
        page.save_revision(user=request.user)
    campaign = save_send(request, page)
    with transaction.atomic():
        publish_if_allowed(request, page)
        campaigns.schedule_campaign(campaign, send_at=send_at, user=request.user)
    log(
        page,
        "wagtail_newsletter.schedule_campaign",
        data={"send_at": send_at.isoformat(), "campaign": campaign.pk},
    )
    return _("Scheduled for %(time)s.") % {"time": say_time(send_at)}


def run_reschedule(request: HttpRequest, campaign: Campaign) -> None:
    """Move a scheduled send to the time that was filled in, and say what became of it."""
    with LogContext(user=request.user):
        try:
            messages.success(request, _reschedule(request, campaign))
        except (NewsletterError, ActionRefused) as error:
            messages.error(request, str(error))


def _reschedule(request: HttpRequest, campaign: Campaign) -> str:
    form = ScheduleForm(request.POST, prefix=SCHEDULE_PREFIX)
    send_at = _read_form(form)["send_at"]
    campaigns.reschedule_campaign(campaign, send_at=send_at)
    if campaign.page:
        data = {"send_at": send_at.isoformat(), "campaign": campaign.pk}
        log(campaign.page, "newsletter.reschedule_send", data=data)
    return _("It now goes %(time)s.") % {"time": say_time(send_at)}


def ask_approval(request: HttpRequest, page: NewsPage) -> str:
    ask_for_approval(save_send(request, page), user=request.user)
    return _("Somebody who may approve has been asked.")


def save_send(request: HttpRequest, page: NewsPage) -> Campaign:
    """Save the page's newest revision for sending. Raises NewsletterError."""
    version = page.latest_revision.as_object()
    form = AudienceForm(request.POST, prefix=AUDIENCE_PREFIX, page=version)
    campaign = campaigns.save_campaign(
        page,
        revision=page.latest_revision,
        audience=_read_form(form)["audience"],
    )
    # Not page.save(): the item itself may hold an unpublished draft in memory.
    NewsPage.objects.filter(pk=page.pk).update(newsletter_campaign=str(campaign.pk))
    log(
        page,
        "wagtail_newsletter.save_campaign",
        revision=page.latest_revision,
        content_changed=True,
    )
    return campaign


def publish_if_allowed(request: HttpRequest, page: NewsPage) -> None:
    """Publish what is about to be sent, as its letter links to it.

    Does nothing for who may not publish; the send is then refused with the reason.
    Raises ActionRefused for an item that Wagtail's own Publish would not take: a draft
    may be saved with required fields empty.
    """
    if not may_publish(request, page):
        return
    version = page.latest_revision.as_object()
    try:
        version.full_clean()
        version.body.stream_block.clean(version.body)
    except ValidationError as error:
        raise ActionRefused(
            _("Something required is still missing. Press Publish to see what.")
        ) from error
    page.latest_revision.publish(user=request.user)


def may_publish(request: HttpRequest, page: NewsPage) -> bool:
    return page.permissions_for_user(request.user).can_publish()


def tell_sent(campaign: Campaign, people: int) -> str:
    """Return what to tell somebody who has just pressed send."""
    if campaign.state != CampaignState.HELD:
        return ngettext(
            "Sending to %(count)s person.", "Sending to %(count)s people.", people
        ) % {"count": people}
    seconds = round((campaign.held_until - timezone.now()).total_seconds())
    return ngettext(
        "It goes out to %(count)s person in %(seconds)s seconds. "
        "Until then you can take it back.",
        "It goes out to %(count)s people in %(seconds)s seconds. "
        "Until then you can take it back.",
        people,
    ) % {"count": people, "seconds": seconds}


def _read_form(form: Any) -> dict[str, Any]:
    if form.is_valid():
        return form.cleaned_data
    sentences = [sentence for errors in form.errors.values() for sentence in errors]
    raise ActionRefused(" ".join(sentences))


PAGE_ACTIONS = {
    "save": PageAction("save_campaign", save),
    "test": PageAction("send_test_email", send_test_mail),
    "send": PageAction("send_campaign", send),
    "schedule": PageAction("schedule_campaign", schedule),
    "ask": PageAction("ask_for_approval", ask_approval),
}
STEER_ACTIONS = {
    "unschedule": SteerAction(
        "wagtail_newsletter.unschedule_campaign",
        campaigns.unschedule_campaign,
        lambda campaign: _("The time is taken back. Nothing is sent."),
    ),
    "undo": SteerAction(
        "newsletter.undo_send",
        campaigns.undo_send,
        lambda campaign: _("Taken back. Nobody got it."),
    ),
    "pause": SteerAction(
        "newsletter.pause_send",
        campaigns.pause_campaign,
        lambda campaign: _("Paused. Nobody more gets it until you go on."),
    ),
    "resume": SteerAction(
        "newsletter.resume_send",
        campaigns.resume_campaign,
        lambda campaign: _("Sending goes on."),
    ),
    "cancel": SteerAction(
        "newsletter.cancel_send",
        campaigns.cancel_campaign,
        lambda campaign: _("Cancelled. Who had not got it yet gets nothing."),
    ),
}
