"""Who comes after whom on a seat, and saying that a task on one is done."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.log_actions import log

from crm.history import SEAT_CHANGED, SEAT_TASK_DONE
from crm.mailability import explain_trouble
from crm.models import Affiliation, Contact, Seat, SeatTask
from crm.seat_forms import CHOOSE, NEW, SuccessionForm
from crm.seats import close_task, fill_seat, find_last, succeed_seat
from crm.views.base import RegisterFormView, find_overview

PERMISSIONS = ("crm.change_seat", "crm.change_contact")


class SuccessionView(RegisterFormView):
    """Ending one affiliation and beginning the next, in one form."""

    permissions = PERMISSIONS
    form_class = SuccessionForm
    template_name = "cms/crm/succession.html"
    header_icon = "group"

    def find_subject(self):
        seat = get_object_or_404(
            Seat.objects.select_related("organisation", "role", "network"),
            pk=self.kwargs["pk"],
        )
        self.holder = find_present(seat)
        return seat

    def get_page_title(self):
        return _("Change the holder") if self.holder else _("Fill the seat")

    def get_form_kwargs(self):
        return {
            **super().get_form_kwargs(),
            "holder": self.holder,
            "may_add": self.request.user.has_perm("crm.add_contact"),
        }

    @transaction.atomic
    def carry_out(self, form):
        successor = self.find_successor(form)
        if self.holder:
            succeed_seat(
                self.subject,
                successor,
                ended_on=form.cleaned_data["ended_on"],
                starts_on=form.first_day,
                by=self.request.user,
            )
        else:
            held = fill_seat(self.subject, successor, starts_on=form.first_day)
            close_open_tasks(held, self.request.user)
        log(self.subject, SEAT_CHANGED, user=self.request.user)
        if successor is None:
            return _("The seat is vacant from then on, and gets no mail.")
        for trouble in explain_trouble(
            successor, form.first_day or timezone.localdate()
        ):
            messages.warning(self.request, trouble)
        return _("%(contact)s holds the seat from then on.") % {"contact": successor}

    def find_successor(self, form) -> Contact | None:
        """Return who comes after, made if it is somebody new."""
        who = form.cleaned_data["who"]
        if who == NEW:
            contact = form.make_contact()
            log(contact, "wagtail.create", user=self.request.user)
            return contact
        return form.cleaned_data["contact"] if who == CHOOSE else None

    def get_context_data(self, **kwargs):
        holder = self.holder
        comes = bool(
            holder and holder.starts_on and holder.starts_on > timezone.localdate()
        )
        return super().get_context_data(holder=holder, is_settled=comes, **kwargs)


def find_present(seat: Seat) -> Affiliation | None:
    """Return who holds the seat now or, where that is settled, who takes it next."""
    last = find_last(seat)
    if last and (last.ends_on is None or last.ends_on >= timezone.localdate()):
        return last
    return None


def close_open_tasks(held: Affiliation, by) -> None:
    """Say that what was open about a seat is done, now that somebody holds it."""
    for task in SeatTask.objects.filter(seat=held.seat, closed_at__isnull=True):
        close_task(task, by)


@require_POST
def finish_task(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a task on a seat is done, and go back to where the button was."""
    if not request.user.has_perms(PERMISSIONS):
        raise PermissionDenied
    task = get_object_or_404(SeatTask.objects.select_related("seat"), pk=pk)
    if close_task(task, request.user):
        log(task.seat, SEAT_TASK_DONE, user=request.user)
    messages.success(request, _("Done. The seat is off the list."))
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = find_overview(task.seat)
    return redirect(back)


seat_urls = [
    path(
        "register/seats/succession/<int:pk>/",
        SuccessionView.as_view(),
        name="crm_seat_succession",
    ),
    path("register/seats/tasks/<int:pk>/done/", finish_task, name="crm_seat_task_done"),
]
