"""Sends: what went to how many people, what became of it, and who was left out."""

from django.core.paginator import Paginator
from django.db.models import Count, F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from crm.viewsets.base import (
    RegisterIndexView,
    RegisterInspectView,
    RegisterViewSet,
)
from crm.viewsets.columns import Column, MomentColumn, StatusTagColumn
from newsletter.choices import CampaignState, DeliveryState, LeftOutReason
from newsletter.delivery.settling import explain_no_rest, list_rest, list_uncertain
from newsletter.forms import ScheduleForm
from newsletter.history import list_acts
from newsletter.models import Campaign, Delivery
from newsletter.naming import name_frozen_segments
from newsletter.panels import SCHEDULE_PREFIX
from newsletter.statistics.clicks import list_clicks
from newsletter.statistics.reach import count_reach
from newsletter.statistics.report import find_report
from newsletter.status import SendStatus, describe_send
from newsletter.views.packages import may_take_people
from newsletter.views.reports import describe_report

DELIVERIES_PER_PAGE = 50
# Names shown per reason; the number beside them is always the whole one.
MOST_NAMES = 50


class SendIndexView(RegisterIndexView):
    empty_message = _("Nothing has been sent yet. Open a news item and its tab Send.")
    opens_overview = True
    select_related = ("newsletter", "page")
    search_fields = ["subject"]

    def get_base_queryset(self):
        return with_figures(super().get_base_queryset())

    @cached_property
    def columns(self):
        return [
            self.make_title_column(_("Subject"), sort_key="subject"),
            Column("newsletter", label=_("Newsletter")),
            StatusTagColumn(
                "get_state_display",
                label=_("State"),
                sort_key="state",
                primary=lambda send: send.state == CampaignState.FINISHED,
            ),
            Column("people", label=_("People")),
            Column("accepted", label=_("Accepted"), accessor=_say("accepted")),
            Column("uncertain", label=_("Uncertain"), accessor=_say("uncertain")),
            MomentColumn("started_at", label=_("Started"), sort_key="started_at"),
        ]


class SendInspectView(RegisterInspectView):
    template_name = "cms/newsletter/send.html"

    def get_object(self, queryset=None):
        sends = Campaign.objects.select_related(
            "page", "newsletter", "sent_by", "follows"
        )
        return get_object_or_404(sends.select_related("recipients"), pk=self.pk)

    def get_context_data(self, **kwargs):
        user = self.request.user
        may_see_people = user.has_perm("crm.view_contact")
        campaign = self.object
        status = describe_send(campaign)
        context = super().get_context_data(**kwargs)
        schedule_form = ScheduleForm(
            prefix=SCHEDULE_PREFIX, initial={"send_at": campaign.send_at}
        )
        context.update(
            campaign=campaign,
            status=status,
            may_steer=user.has_perm("newsletter.send_campaign"),
            may_see_people=may_see_people,
            may_see_register=user.has_perm("crm.view_organisation"),
            goes_to=name_frozen_segments(campaign, "include"),
            not_to=name_frozen_segments(campaign, "exclude"),
            left_out=describe_left_out(campaign, with_names=may_see_people),
            acts=list_acts(campaign),
            approvals=campaign.approvals.select_related("by"),
            may_take_people=may_take_people(user),
            schedule_form=schedule_form,
            media=schedule_form.media,
        )
        if status.has_deliveries:
            context.update(describe_what_remains(campaign, status))
            context.update(self.describe_figures(campaign))
        if may_see_people:
            counts = status.progress.counts
            context.update(find_deliveries(campaign, self.request.GET, counts))
        if may_see_people and user.has_perm("newsletter.view_tracking"):
            context["clicks"] = list_clicks(campaign)
        return context

    def describe_figures(self, campaign):
        """Return the report, unless it takes long to count; the page then fetches it."""
        words = self.request.GET.get("organisation", "").strip()
        context = {"organisation_words": words}
        if report := find_report(campaign):
            context.update(describe_report(campaign, report))
        if words:
            context["found_reach"] = count_reach(campaign, words)
        return context


class SendViewSet(RegisterViewSet):
    """Sends are looked at here and made in the item's editor."""

    model = Campaign
    name = "newsletter_campaign"
    url_prefix = "sends"
    icon = "mail"
    menu_label = _("Sends")
    index_view_class = SendIndexView
    inspect_view_class = SendInspectView
    inspect_template_name = "cms/newsletter/send.html"
    list_filter = ["state", "newsletter"]
    search_fields = ["subject"]
    # Not shown as a list: the template says it.
    inspect_view_fields = ["subject"]
    ordering = ["-created_at", "-pk"]
    # For the factory of the form views, none of which has an address.
    form_fields = ["subject"]

    def get_common_view_kwargs(self, **kwargs):
        nowhere = dict.fromkeys(
            ["add_url_name", "edit_url_name", "delete_url_name", "history_url_name"]
        )
        return {**super().get_common_view_kwargs(**kwargs), **nowhere}

    def get_urlpatterns(self):
        shown = ("index", "index_results", "inspect")
        return [route for route in super().get_urlpatterns() if route.name in shown]


def with_figures(sends):
    """Annotate sends with ``people``, ``accepted`` and ``uncertain``.

    Accepted are those that nothing else became of: of a send that is done these are few,
    so that a page of sends to a million each need not count twenty millions.
    """
    others = [state for state in DeliveryState if state != DeliveryState.ACCEPTED]
    return sends.annotate(
        people=F("frozen_count"),
        accepted=F("frozen_count") - _count_deliveries(others),
        uncertain=_count_deliveries([DeliveryState.UNKNOWN]),
    )


def describe_what_remains(campaign: Campaign, status: SendStatus) -> dict:
    """Return what somebody still has to decide: uncertain letters, the rest."""
    uncertain = list_uncertain(campaign).count() if status.progress.unknown else 0
    cancelled = status.progress.counts[DeliveryState.CANCELLED]
    has_rest = cancelled and not explain_no_rest(campaign)
    return {
        "uncertain_number": uncertain,
        "rest_number": list_rest(campaign).count() if has_rest else 0,
    }


def describe_left_out(campaign: Campaign, *, with_names: bool) -> list[dict]:
    """Return the people left out by reason; names only where they may be seen."""
    rows = campaign.left_out.order_by()
    numbers = rows.values_list("reason").annotate(number=Count("pk"))
    reasons = [
        {"label": LeftOutReason(reason).label, "number": number, "reason": reason}
        for reason, number in sorted(numbers)
    ]
    if with_names:
        for reason in reasons:
            members = rows.filter(reason=reason["reason"]).select_related("contact")
            reason["people"] = [
                row.contact
                for row in members.order_by("contact__sort_key")[:MOST_NAMES]
            ]
    return reasons


def find_deliveries(campaign: Campaign, query, counts: dict[str, int]) -> dict:
    """Return a page of the send's deliveries by state: of one ``state``, searched by ``q``.

    ``counts`` are known already, by state: a million rows are not counted twice.
    """
    state = query.get("state", "")
    words = query.get("q", "").strip()
    rows = campaign.deliveries.order_by("state", "pk")
    if state in DeliveryState.values:
        rows = rows.filter(state=state)
    if words:
        rows = rows.filter(address__icontains=words)
    # Keys first, from an index: of rows that are passed over nothing else is read.
    pages = Paginator(rows.values_list("pk", flat=True), DELIVERIES_PER_PAGE)
    if not words:
        pages.count = counts.get(state, sum(counts.values()))
    page = pages.get_page(query.get("p"))
    found = campaign.deliveries.select_related("contact").in_bulk(list(page))
    page.object_list = [found[pk] for pk in page if pk in found]
    return {
        "deliveries": page,
        "delivery_states": DeliveryState.choices,
        "chosen_state": state,
        "query": words,
    }


def _say(figure: str):
    """Return what reads a figure off a send; nothing before it is frozen."""
    return lambda send: getattr(send, figure) if send.people else ""


def _count_deliveries(states):
    rows = Delivery.objects.filter(campaign=OuterRef("pk"), state__in=states)
    number = rows.order_by().values("campaign").annotate(number=Count("pk"))
    return Coalesce(Subquery(number.values("number")), 0)


sends = SendViewSet()
