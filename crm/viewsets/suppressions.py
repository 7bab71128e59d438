"""Stopped addresses: the list, stopping one, letting one be mailed again."""

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.log_actions import log

from crm.choices import SuppressionReason
from crm.consent import lift, suppress
from crm.filters import SuppressionFilterSet
from crm.forms import StopAddressForm
from crm.history import LIFTED, STOPPED
from crm.models import Contact, Suppression
from crm.viewsets.base import (
    WIDE,
    RegisterDeleteView,
    RegisterIndexView,
    WrittenOnceViewSet,
    may_see_contacts,
)
from crm.viewsets.columns import Column, MomentColumn


class SuppressionIndexView(RegisterIndexView):
    search_fields = ["note"]
    add_item_label = gettext_lazy("Stop an address")
    empty_message = gettext_lazy(
        "No address is stopped. Bounces and complaints are entered here by "
        "themselves; you can also stop one by hand."
    )

    def get_base_queryset(self):
        holders = Contact.objects.filter(address_hash=OuterRef("address_hash"))
        return (
            super()
            .get_base_queryset()
            .annotate(contact_email=Subquery(holders.values("email")[:1]))
        )

    @cached_property
    def columns(self):
        columns = [
            self.make_title_column(
                _("Reason"),
                accessor="get_reason_display",
                sort_key="reason",
                width=WIDE,
            ),
            Column("note", label=_("Note")),
            MomentColumn("created_at", label=_("Since"), sort_key="created_at"),
        ]
        if may_see_contacts(self.request.user):
            columns.insert(1, Column("contact_email", label=_("Contact")))
        return columns

    def get_title_url(self, instance):
        return self.get_delete_url(instance)


class StopAddressView(PermissionCheckedMixin, WagtailAdminTemplateMixin, FormView):
    """Stopping an address that is typed in; only its hash is stored."""

    model = Suppression
    permission_required = "add"
    form_class = StopAddressForm
    template_name = "cms/crm/stop_address.html"
    page_title = gettext_lazy("Stop an address")
    header_icon = "no-view"
    index_url_name = None
    _show_breadcrumbs = True

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": self.get_success_url(), "label": _("Stopped addresses")},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_success_url(self):
        return reverse(self.index_url_name)

    @transaction.atomic
    def form_valid(self, form):
        suppression = suppress(
            form.cleaned_data["address"],
            SuppressionReason(form.cleaned_data["reason"]),
            note=form.cleaned_data["note"],
        )
        log(suppression, STOPPED, user=self.request.user)
        messages.success(self.request, _("No mail goes to that address any more."))
        return super().form_valid(form)


class LiftView(RegisterDeleteView):
    """Letting an address be mailed again, after a page that says what that means."""

    template_name = "cms/crm/lift_suppression.html"
    page_title = gettext_lazy("Let an address be mailed again")
    header_icon = "no-view"

    @transaction.atomic
    def delete_action(self):
        log(self.object, LIFTED, user=self.request.user, deleted=True)
        lift(self.object)

    def get_success_message(self):
        return _("The address may be mailed again.")

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            is_wish=self.object.reason
            in (SuppressionReason.COMPLAINT, SuppressionReason.ERASURE),
            **kwargs,
        )


class SuppressionViewSet(WrittenOnceViewSet):
    model = Suppression
    path_name = "stopped"
    icon = "no-view"
    menu_label = gettext_lazy("Stopped addresses")
    index_view_class = SuppressionIndexView
    delete_view_class = LiftView
    filterset_class = SuppressionFilterSet
    make_view_class = StopAddressView
