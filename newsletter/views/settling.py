"""Deciding about uncertain letters, and sending to the rest of a cancelled send."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from newsletter.choices import EventType
from newsletter.delivery.settling import (
    ALL,
    close_uncertain,
    list_uncertain,
    resend_uncertain,
    send_to_rest,
)
from newsletter.exceptions import NewsletterError
from newsletter.models import DeliveryEvent
from newsletter.views.sending import check_may_see, get_campaign

LETTERS_PER_PAGE = 100
LONGEST_NUMBER = 18
# What tells that the letter got there after all.
ARRIVED = (
    EventType.DELIVERED,
    EventType.AUTORESPONDED,
    EventType.COMPLAINED,
    EventType.CLICKED,
    EventType.UNSUBSCRIBED,
)


class UncertainView(WagtailAdminTemplateMixin, TemplateView):
    """The uncertain letters of a send with what is known of each, and two buttons."""

    template_name = "cms/newsletter/uncertain.html"
    page_title = gettext_lazy("Uncertain letters")
    header_icon = "help"
    _show_breadcrumbs = True

    @cached_property
    def campaign(self):
        return get_campaign(self.kwargs["campaign_id"])

    def get(self, request, *args, **kwargs):
        check_may_see(request, self.campaign)
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        if not request.user.has_perm("newsletter.send_campaign"):
            raise PermissionDenied
        decide = DECISIONS.get(request.POST.get("decision", ""))
        if decide is None:
            raise Http404
        tell(request, lambda: decide(request, self.campaign))
        if list_uncertain(self.campaign).exists():
            return redirect(request.path)
        return redirect(inspect_url(self.campaign))

    def get_page_subtitle(self):
        return self.campaign.name

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse("newsletter_campaign:index"), "label": _("Sends")},
            {"url": inspect_url(self.campaign), "label": self.campaign.name},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs):
        user = self.request.user
        with_closed = bool(self.request.GET.get("closed"))
        rows = list_uncertain(self.campaign, with_closed=with_closed)
        heard = DeliveryEvent.objects.order_by("at", "pk")
        rows = rows.select_related("contact", "worker").prefetch_related(
            Prefetch("events", heard, to_attr="heard")
        )
        page = Paginator(rows, LETTERS_PER_PAGE).get_page(self.request.GET.get("p"))
        for row in page:
            row.seems_arrived = any(event.type in ARRIVED for event in row.heard)
        everyone = list_uncertain(self.campaign, with_closed=True)
        open_number = list_uncertain(self.campaign).count()
        return super().get_context_data(
            campaign=self.campaign,
            rows=page,
            with_closed=with_closed,
            open_number=open_number,
            closed_number=everyone.count() - open_number,
            may_settle=user.has_perm("newsletter.send_campaign"),
            may_see_people=user.has_perm("crm.view_contact"),
            **kwargs,
        )


@require_POST
def send_rest(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Let a cancelled send go on with those it did not reach."""
    if not request.user.has_perm("newsletter.send_campaign"):
        raise PermissionDenied
    campaign = get_campaign(campaign_id)

    def decide() -> str:
        expected = read_number(request.POST.get("expected"))
        number = send_to_rest(campaign, request.user, expected=expected)
        return ngettext(
            "The send goes on, to %(count)s person.",
            "The send goes on, to %(count)s people.",
            number,
        ) % {"count": number}

    tell(request, decide)
    return redirect(inspect_url(campaign))


def resend(request: HttpRequest, campaign: Any) -> str:
    chosen, expected = read_choice(request)
    number = resend_uncertain(campaign, chosen, request.user, expected=expected)
    return ngettext(
        "%(count)s letter is sent again. Its reader may get it twice.",
        "%(count)s letters are sent again. Their readers may get them twice.",
        number,
    ) % {"count": number}


def close(request: HttpRequest, campaign: Any) -> str:
    chosen, expected = read_choice(request)
    number = close_uncertain(campaign, chosen, request.user, expected=expected)
    return ngettext(
        "%(count)s letter is closed. It stays counted as uncertain.",
        "%(count)s letters are closed. They stay counted as uncertain.",
        number,
    ) % {"count": number}


def read_choice(request: HttpRequest) -> tuple[list[int] | None, int | None]:
    """Return (ids ticked, None), or for all of them (ALL, how many were shown)."""
    if request.POST.get("whom") == "all":
        return ALL, read_number(request.POST.get("expected"))
    ticked = (read_number(text) for text in request.POST.getlist("delivery"))
    chosen = [number for number in ticked if number is not None]
    if not chosen:
        raise NewsletterError(_("Tick the letters first."))
    return chosen, None


def tell(request: HttpRequest, decide: Callable[[], str]) -> None:
    """Do what was decided and say what came of it, or why not."""
    try:
        messages.success(request, decide())
    except NewsletterError as error:
        messages.error(request, str(error))


def read_number(text: str | None) -> int | None:
    # At most as long as a key can be; int() refuses thousands of digits with an error.
    if (
        not text
        or len(text) > LONGEST_NUMBER
        or not (text.isascii() and text.isdigit())
    ):
        return None
    return int(text)


def inspect_url(campaign: Any) -> str:
    return reverse("newsletter_campaign:inspect", args=[campaign.pk])


DECISIONS = {"resend": resend, "close": close}
