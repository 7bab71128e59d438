"""Offers to take part: what waits for an answer, and saying that it was given."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.log_actions import log

from crm.choices import InteractionKind
from crm.history import LEAD_CLOSED, LEAD_REMOVED
from crm.leads import close_lead, reopen_lead
from crm.models import Interaction
from crm.viewsets.base import may_see_contacts

PERMISSIONS = ("crm.change_contact",)
PER_PAGE = 20
LIST = reverse_lazy("crm_leads")


class LeadsMenuItem(MenuItem):
    """The way to the offers, for those who may see contacts."""

    def is_shown(self, request):
        return may_see_contacts(request.user)


leads_menu_item = LeadsMenuItem(
    gettext_lazy("Offers to take part"),
    LIST,
    name="leads",
    icon_name="mail",
    order=260,
)


class LeadsView(WagtailAdminTemplateMixin, TemplateView):
    """Open offers, the oldest first; or those dealt with, the latest first."""

    template_name = "cms/crm/leads.html"
    page_title = gettext_lazy("Offers to take part")
    header_icon = "mail"
    _show_breadcrumbs = True

    def dispatch(self, request, *args, **kwargs):
        if not may_see_contacts(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        title = self.get_page_title()
        return [*self.breadcrumbs_items, {"url": "", "label": title}]

    def get_context_data(self, **kwargs):
        shows_closed = "closed" in self.request.GET
        leads = _closed_leads() if shows_closed else Interaction.objects.open_leads()
        rows = leads.select_related("contact", "organisation")
        page = Paginator(rows, PER_PAGE).get_page(self.request.GET.get("p"))
        return super().get_context_data(
            leads=page,
            shows_closed=shows_closed,
            may_act=self.request.user.has_perms(PERMISSIONS),
            **kwargs,
        )


@require_POST
@transaction.atomic
def act_on_lead(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Close, reopen or remove a lead."""
    if not request.user.has_perms(PERMISSIONS):
        raise PermissionDenied
    lead = get_object_or_404(Interaction, pk=pk, kind=InteractionKind.LEAD)
    messages.success(request, ACTIONS[action](lead, request.user))
    return redirect(f"{LIST}?closed" if action == "reopen" else str(LIST))


def _close(lead: Interaction, user: Any) -> str:
    close_lead(lead)
    log(lead, LEAD_CLOSED, user=user)
    return _("Dealt with.")


def _reopen(lead: Interaction, user: Any) -> str:
    reopen_lead(lead)
    return _("It is open again.")


def _remove(lead: Interaction, user: Any) -> str:
    log(lead, LEAD_REMOVED, user=user)
    lead.delete()
    return _("Removed.")


def _closed_leads() -> Any:
    leads = Interaction.objects.filter(kind=InteractionKind.LEAD)
    return leads.filter(closed_at__isnull=False).order_by("-closed_at", "-pk")


ACTIONS = {"close": _close, "reopen": _reopen, "remove": _remove}

lead_urls = [
    path("register/leads/", LeadsView.as_view(), name="crm_leads"),
    *(
        path(
            f"register/leads/<int:pk>/{action}/",
            act_on_lead,
            {"action": action},
            name=f"crm_lead_{action}",
        )
        for action in ACTIONS
    ),
]
