"""What came back and is a riddle: it belongs to no letter, or nobody understands it."""

from django.conf import settings
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet

from crm.viewsets.base import RegisterIndexView, RegisterViewSet
from crm.viewsets.columns import Column, MomentColumn
from newsletter.choices import EventType
from newsletter.models import DeliveryEvent

NO_WAY_IN = _(
    "Nothing that mail servers return reaches this site yet. Whoever runs it sets up a "
    "way in: an address for returned letters with a Maildir or a port, or the mail "
    "provider's webhooks. The operations guide says how, under “Hearing back”."
)
ALL_CLEAR = _(
    "All clear: whatever came back belongs to one of our letters and was understood. "
    "Bounces, complaints and automatic replies stand with the send they are about."
)


class ReturnedFilterSet(WagtailFilterSet):
    class Meta:
        model = DeliveryEvent
        fields = ["type", "bounce_class", "source"]


class ReturnedIndexView(RegisterIndexView):
    page_title = _("Returned mail")
    results_template_name = "cms/newsletter/returned_results.html"
    select_related = ("delivery__campaign",)
    search_fields = ["detail"]
    default_ordering = "-at"

    @property
    def empty_message(self):
        ways = (
            settings.NEWSLETTER_BOUNCE_MAILDIR,
            settings.NEWSLETTER_BOUNCE_LISTEN,
            settings.NEWSLETTER_WEBHOOKS,
        )
        return ALL_CLEAR if any(ways) else NO_WAY_IN

    def get_base_queryset(self):
        return super().get_base_queryset().puzzling()

    @cached_property
    def columns(self):
        return [
            self.make_title_column(_("What"), accessor=name_event, sort_key="type"),
            Column("detail", label=_("In the server’s words"), width="44%"),
            Column("source", label=_("Heard from"), accessor="get_source_display"),
            Column("send", label=_("Send"), accessor=name_send),
            MomentColumn("at", label=_("When"), sort_key="at"),
        ]

    def get_title_url(self, instance):
        if instance.delivery is None:
            return None
        send = instance.delivery.campaign_id
        return reverse("newsletter_campaign:inspect", args=[send])


class ReturnedViewSet(RegisterViewSet):
    """Only a listing: what is heard is never changed, and does nothing by itself."""

    model = DeliveryEvent
    name = "newsletter_returned"
    url_prefix = "returned"
    icon = "undo"
    menu_label = _("Returned mail")
    index_view_class = ReturnedIndexView
    filterset_class = ReturnedFilterSet
    inspect_view_enabled = False
    # For the factory of the form views, none of which has an address.
    form_fields: list[str] = []

    def get_common_view_kwargs(self, **kwargs):
        nowhere = dict.fromkeys(
            [
                "add_url_name",
                "edit_url_name",
                "delete_url_name",
                "history_url_name",
                "inspect_url_name",
            ]
        )
        return {**super().get_common_view_kwargs(**kwargs), **nowhere}

    def get_urlpatterns(self):
        shown = ("index", "index_results")
        return [route for route in super().get_urlpatterns() if route.name in shown]


def name_event(event):
    """Return what was heard and, of a bounce, why: "Bounced: not understood"."""
    if event.type not in (EventType.BOUNCED, EventType.DEFERRED, EventType.REJECTED):
        return event.get_type_display()
    return _("%(what)s: %(why)s") % {
        "what": event.get_type_display(),
        "why": event.get_bounce_class_display().lower(),
    }


def name_send(event):
    """Return the subject of the send that an event is about."""
    return event.delivery.campaign if event.delivery else _("No letter of ours")


returned = ReturnedViewSet()
