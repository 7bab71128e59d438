"""What the register shows on the first page of the admin, and in the menu."""

from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from crm.models import Interaction, Seat
from crm.requests import open_requests
from crm.vacancies import count_work, find_urgent, with_last_holders
from crm.views.requests import describe
from crm.viewsets.seats import tell_reasons

MOST_SHOWN = 5


class SeatWorkMenuItem(MenuItem):
    """The way to the work list, for those who may see seats."""

    def is_shown(self, request):
        return request.user.has_perm("crm.view_seat")


seat_work_menu_item = SeatWorkMenuItem(
    gettext_lazy("Seats to look at"),
    reverse_lazy("crm_seat:work"),
    name="seat-work",
    icon_name="tasks",
    order=250,
)


class SeatWorkPanel(Component):
    """How many seats are work, and the most urgent; nothing when none is."""

    name = "seat_work"
    order = 95
    template_name = "cms/crm/dashboard.html"

    def get_context_data(self, parent_context):
        user = parent_context["request"].user
        if not user.has_perm("crm.change_seat"):
            return {"work": None}
        work = count_work()
        seats = []
        if work.is_any:
            urgent = find_urgent(Seat.objects.all(), timezone.localdate(), MOST_SHOWN)
            found = with_last_holders(Seat.objects.filter(pk__in=urgent))
            seats = [
                (seat, [label for label, _detail in tell_reasons(seat)])
                for seat in sorted(found, key=lambda seat: urgent.index(seat.pk))
            ]
        return {"work": work, "seats": seats, "work_url": reverse("crm_seat:work")}


class DataRequestsPanel(Component):
    """How many wait to be answered about their data, and the oldest; nothing when none.

    Stands before the other work: the law says by when.
    """

    name = "data_requests"
    order = 90
    template_name = "cms/crm/requests_panel.html"

    def get_context_data(self, parent_context):
        user = parent_context["request"].user
        if not user.has_perms(["crm.change_datarequest", "crm.view_contact"]):
            return {"count": 0}
        waiting = open_requests().select_related("contact")
        return {
            "count": waiting.count(),
            "requests": [describe(row) for row in waiting[:MOST_SHOWN]],
        }


class LeadsPanel(Component):
    """How many offers to take part wait, and the oldest; nothing when none does."""

    name = "leads"
    order = 96
    template_name = "cms/crm/leads_panel.html"

    def get_context_data(self, parent_context):
        user = parent_context["request"].user
        if not user.has_perm("crm.change_contact"):
            return {"count": 0}
        leads = Interaction.objects.open_leads()
        return {"count": leads.count(), "leads": leads[:MOST_SHOWN]}
