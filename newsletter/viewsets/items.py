"""The news items in one flat listing: what each is, and what became of its sending."""

from django.db.models import Count, OuterRef, Subquery
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.ui.tables.pages import (
    BulkActionsColumn,
    PageStatusColumn,
    PageTitleColumn,
)
from wagtail.admin.views.pages.listing import IndexView, PageFilterSet
from wagtail.admin.viewsets.pages import PageListingViewSet

from newsletter.choices import CampaignState
from newsletter.models import Campaign, Delivery, NewsPage


def with_latest_send(pages):
    """Annotate each page with the state and the people of its newest send."""
    latest = Campaign.objects.filter(page=OuterRef("pk")).order_by("-created_at", "-pk")
    people = (
        Delivery.objects.filter(campaign=OuterRef("send_id"))
        .order_by()
        .values("campaign")
        .annotate(people=Count("pk"))
    )
    return pages.annotate(
        send_id=Subquery(latest.values("pk")[:1]),
        send_state=Subquery(latest.values("state")[:1]),
    ).annotate(send_people=Subquery(people.values("people")))


def say_send_state(page) -> str:
    """Return the state of the page's newest send in words; "" when it has none."""
    return CampaignState(page.send_state).label if page.send_state else ""


def say_people(page) -> str:
    """Return how many people the newest send goes to; "" before it is frozen."""
    return str(page.send_people) if page.send_people else ""


class NewsFilterSet(PageFilterSet):
    class Meta:
        model = NewsPage
        fields = ["kind", "newsletter"]


class NewsIndexView(IndexView):
    def get_base_queryset(self):
        return with_latest_send(super().get_base_queryset())


class NewsViewSet(PageListingViewSet):
    model = NewsPage
    index_view_class = NewsIndexView
    filterset_class = NewsFilterSet
    icon = "doc-full"
    menu_label = _("News items")
    # Under the newsletter's own address rather than that of the pages.
    url_prefix = "news"
    columns = [
        BulkActionsColumn("bulk_actions"),
        PageTitleColumn("title", label=_("Headline"), sort_key="title"),
        Column("get_kind_display", label=_("Kind"), sort_key="kind"),
        DateColumn("published_on", label=_("Date"), sort_key="published_on"),
        Column(
            "send_state",
            label=pgettext_lazy("column", "Sending"),
            accessor=say_send_state,
        ),
        Column("send_people", label=_("People"), accessor=say_people),
        PageStatusColumn("status", label=_("On the web"), sort_key="live"),
    ]


news_items = NewsViewSet("newsletter_items")
