"""Destinations: how fast receiving domains are written to, and which asked us to wait."""

from django import forms
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.admin.widgets.button import HeaderButton

from crm.viewsets.base import (
    RegisterDeleteView,
    RegisterEditView,
    RegisterIndexView,
    RegisterViewSet,
)
from crm.viewsets.columns import Column
from newsletter.delivery.throttling import let_go
from newsletter.models import Destination


class DestinationForm(WagtailAdminModelForm):
    """Domains as they stand in addresses; the empty one is for all letters together."""

    def clean_domain(self):
        domain = self.cleaned_data["domain"].strip().lower().rstrip(".")
        try:
            domain = domain.encode("idna").decode("ascii") if domain else ""
        except UnicodeError as error:
            raise forms.ValidationError(
                _("Write a domain such as example.org.")
            ) from error
        if domain and ("@" in domain or "." not in domain):
            raise forms.ValidationError(_("Write a domain such as example.org."))
        return domain

    def clean_per_minute(self):
        return self._at_least_one("per_minute")

    def clean_at_once(self):
        return self._at_least_one("at_once")

    def _at_least_one(self, name):
        number = self.cleaned_data[name]
        if number == 0:
            raise forms.ValidationError(
                _("At least 1. To send nothing, pause the send.")
            )
        return number


class DestinationIndexView(RegisterIndexView):
    search_fields = ["domain", "note"]
    add_item_label = gettext_lazy("Add a domain")
    empty_message = gettext_lazy(
        "Every domain is written to as fast as it takes letters. One that asks us to "
        "wait appears here by itself; add one to set a rate, or a rate for all."
    )

    @cached_property
    def columns(self):
        return [
            self.make_title_column(_("Domain"), sort_key="domain"),
            Column("per_minute", label=_("Letters a minute"), sort_key="per_minute"),
            Column("at_once", label=_("At the same time")),
            Column(
                "waits",
                label=_("Waits until"),
                accessor=_waits,
                sort_key="slowed_until",
            ),
            Column("slowed_by", label=_("Because of")),
            Column("note", label=_("Note")),
        ]


class DestinationEditView(RegisterEditView):
    @cached_property
    def header_buttons(self):
        buttons = list(super().header_buttons)
        if self.object.slowed_times and self.user_has_permission("change"):
            url = reverse(f"{DestinationViewSet.name}:let_go", args=[self.object.pk])
            buttons.append(
                HeaderButton(_("Let it go now"), url=url, icon_name="history")
            )
        return buttons


class LetGoView(RegisterDeleteView):
    """Writing to a domain again that asked us to wait, after a page that says so."""

    permission_required = "change"
    template_name = "cms/newsletter/let_go.html"
    page_title = gettext_lazy("Write to it again now")
    header_icon = "history"

    def get_delete_url(self):
        return reverse(f"{DestinationViewSet.name}:let_go", args=[self.object.pk])

    def delete_action(self):
        let_go([self.object])

    def get_success_message(self):
        return _("%(domain)s is written to again.") % {"domain": self.object}


class DestinationViewSet(RegisterViewSet):
    model = Destination
    name = "newsletter_destination"
    url_prefix = "destinations"
    icon = "globe"
    menu_label = gettext_lazy("Destinations")
    index_view_class = DestinationIndexView
    edit_view_class = DestinationEditView
    inspect_view_enabled = False
    edit_handler = ObjectList(
        [
            FieldPanel(
                "domain",
                help_text=gettext_lazy(
                    "What stands after the @. Left empty, it holds for all letters together."
                ),
            ),
            MultiFieldPanel(
                [FieldPanel("per_minute"), FieldPanel("at_once")],
                heading=gettext_lazy("How fast"),
                help_text=gettext_lazy(
                    "Left empty, there is no limit. Both hold for all workers together."
                ),
            ),
            FieldPanel("note"),
        ],
        base_form_class=DestinationForm,
    )

    @property
    def let_go_view(self):
        return self.construct_view(LetGoView, **self.get_delete_view_kwargs())

    def get_urlpatterns(self):
        return [
            *super().get_urlpatterns(),
            path("let-go/<str:pk>/", self.let_go_view, name="let_go"),
        ]


def _waits(destination):
    """Return until when it waits, in words; nothing when that has passed."""
    until = destination.slowed_until
    if until is None or until <= timezone.now():
        return ""
    return date_format(timezone.localtime(until), "SHORT_DATETIME_FORMAT")


destinations = DestinationViewSet()
