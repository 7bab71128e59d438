"""Requests about own data: what must be answered by when, and saying that it was."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets import AdminAutoHeightTextInput
from wagtail.log_actions import log

from crm.history import REQUEST_ANSWERED
from crm.models import Contact, DataRequest
from crm.request_letters import mail_answer
from crm.requests import (
    answer_request,
    answered_requests,
    days_left,
    open_requests,
)
from crm.viewsets.base import may_see_contacts

PER_PAGE = 20
LIST = reverse_lazy("crm_requests")
# So few days before the last one a request is said to be urgent.
URGENT_DAYS = 7


def may_see_requests(user: Any) -> bool:
    """Say whether somebody may read what people asked: it tells who they are."""
    verbs = ("view", "change")
    may_read = any(user.has_perm(f"crm.{verb}_datarequest") for verb in verbs)
    return may_read and may_see_contacts(user)


class RequestsMenuItem(MenuItem):
    """The way to the requests, for those who may see them."""

    def is_shown(self, request):
        return may_see_requests(request.user)


requests_menu_item = RequestsMenuItem(
    gettext_lazy("Requests about own data"),
    LIST,
    name="data-requests",
    icon_name="key",
    order=265,
)


class AnswerForm(forms.Form):
    """What was done, and whether the person is told by mail."""

    answer = forms.CharField(
        label=gettext_lazy("What was done"),
        max_length=2_000,
        widget=AdminAutoHeightTextInput,
        error_messages={"required": gettext_lazy("Say in a sentence what was done.")},
    )
    is_mailed = forms.BooleanField(
        label=gettext_lazy("Mail it to the person"), required=False, initial=True
    )


class RequestsView(WagtailAdminTemplateMixin, TemplateView):
    """Open requests, the oldest first; or those answered, the latest first."""

    template_name = "cms/crm/requests.html"
    page_title = gettext_lazy("Requests about own data")
    header_icon = "key"
    _show_breadcrumbs = True

    def dispatch(self, request, *args, **kwargs):
        if not may_see_requests(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def may_answer(self) -> bool:
        """Whether whoever looks may answer."""
        return self.request.user.has_perm("crm.change_datarequest")

    def get_breadcrumbs_items(self):
        title = self.get_page_title()
        return [*self.breadcrumbs_items, {"url": "", "label": title}]

    def get_context_data(self, **kwargs):
        shows_closed = "closed" in self.request.GET
        rows = answered_requests() if shows_closed else open_requests()
        page = Paginator(
            rows.select_related("contact", "closed_by"), PER_PAGE
        ).get_page(self.request.GET.get("p"))
        return super().get_context_data(
            page=page,
            requests=[describe(row) for row in page],
            shows_closed=shows_closed,
            may_answer=self.may_answer,
            **kwargs,
        )


def describe(row: DataRequest) -> dict[str, Any]:
    """Return a request as the lists show it, with a form to answer it while it is open."""
    left = days_left(row, timezone.localdate())
    is_open = row.closed_at is None
    return {
        "row": row,
        "left": left,
        "late_by": -left,
        "is_late": is_open and left < 0,
        "is_urgent": is_open and 0 <= left <= URGENT_DAYS,
        "form": AnswerForm(prefix=str(row.pk)) if is_open else None,
    }


def find_open(contact: Contact, user: Any) -> list[dict[str, Any]]:
    """Return a contact's open requests, described, for those who may see them."""
    if not may_see_requests(user):
        return []
    return [describe(row) for row in open_requests().filter(contact=contact)]


@require_POST
@transaction.atomic
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a request with what was done; mail it to the person if that is wanted."""
    user = request.user
    if not may_see_requests(user) or not user.has_perm("crm.change_datarequest"):
        raise PermissionDenied
    row = get_object_or_404(DataRequest, pk=pk)
    form = AnswerForm(request.POST, prefix=str(pk))
    if not form.is_valid():
        messages.error(request, _("Say in a sentence what was done."))
        return redirect(str(LIST))
    told = form.cleaned_data
    if not answer_request(row, told["answer"], by=user, now=timezone.now()):
        messages.warning(request, _("Somebody answered it before you."))
        return redirect(f"{LIST}?closed")
    log(row, REQUEST_ANSWERED, user=user)
    if told["is_mailed"] and row.contact_id:
        transaction.on_commit(lambda: mail_answer.enqueue(row.pk))
        messages.success(request, _("Answered. The mail is on its way."))
    else:
        messages.success(request, _("Answered. No mail was sent."))
    return redirect(str(LIST))


request_urls = [
    path("register/requests/", RequestsView.as_view(), name="crm_requests"),
    path("register/requests/<int:pk>/answer/", answer, name="crm_request_answer"),
]
