"""Seats: the posts, who holds them, and which are vacant."""

from datetime import timedelta
from urllib.parse import urlencode

from django.db.models import Prefetch
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui import tables

from crm.filters import SOON_VACANT, SeatFilterSet, SeatWorkFilterSet
from crm.forms import SeatForm
from crm.mailability import find_address
from crm.models import Affiliation, Organisation, Seat
from crm.seat_searching import SeatSearch
from crm.vacancies import (
    is_vacant,
    is_work,
    with_days,
    with_last_holders,
)
from crm.views.seats import PERMISSIONS
from crm.views.timeline import show_timeline
from crm.viewsets.base import (
    WIDE,
    RegisterCreateView,
    RegisterIndexView,
    RegisterInspectView,
    RegisterViewSet,
    may_see_contacts,
)
from crm.viewsets.columns import Column, StatusTagColumn
from crm.viewsets.seat_paging import SeatPaginator, WorkPaginator

# So many rows of a table within a page are looked through; more are listed apart.
SHOWN = 50


def with_holders(seats):
    """Return the seats with what they are called and who holds each today."""
    held = Affiliation.objects.held(timezone.localdate()).select_related("contact")
    return seats.select_related("organisation", "role", "network").prefetch_related(
        Prefetch("affiliations", queryset=held, to_attr="held_today")
    )


def show_seats(seats, **chosen):
    """Return what ``seats_table.html`` shows: the first seats, and where all are listed.

    ``chosen``: what narrows the listing of all seats down to them.
    """
    # By their keys: of a network's hundred thousand seats, nothing else is sorted.
    keys = list(seats.values_list("pk", flat=True)[: SHOWN + 1])
    shown = with_holders(Seat.objects.filter(pk__in=keys[:SHOWN]))
    listing = f"{reverse('crm_seat:index')}?{urlencode(chosen)}"
    return {"seats": shown, "all_seats_url": listing if len(keys) > SHOWN else ""}


def current_holder(seat):
    """Return the name of whoever holds the seat today; "Vacant" when nobody does."""
    holders = [str(affiliation.contact) for affiliation in seat.held_today]
    return ", ".join(holders) or _("Vacant")


class SeatIndexView(RegisterIndexView):
    paginator_class = SeatPaginator
    opens_overview = True
    is_searchable = True
    export_url_name = "crm_seat:export"
    empty_message = gettext_lazy(
        "No seats yet. An import makes them, or add the first by hand."
    )

    def get_base_queryset(self):
        return with_holders(super().get_base_queryset())

    def search_queryset(self, queryset):
        return SeatSearch(self.search_query.split()).find(queryset)

    @cached_property
    def columns(self):
        return [
            self.make_title_column(
                _("Seat"), sort_key="organisation__sort_key", width=WIDE
            ),
            Column("role", label=_("Role"), sort_key="role__slug"),
            Column("network", label=_("Network or project")),
            StatusTagColumn(
                "holder",
                label=_("Holder"),
                accessor=current_holder,
                primary=lambda seat: bool(seat.held_today),
            ),
        ]


class SeatWorkView(SeatIndexView):
    """The work list: what is vacant, soon vacant, or has a task on it."""

    page_title = gettext_lazy("Seats to look at")
    header_icon = "tasks"
    add_url_name = None
    export_url_name = ""
    empty_message = gettext_lazy(
        "Nothing to do: every seat is held, and no mail to a holder bounces."
    )

    def get_base_queryset(self):
        return with_last_holders(with_days(Seat.objects.all()))

    def order_queryset(self, queryset):
        # The most urgent first, unless somebody asks for another order.
        if self.request.GET.get("ordering"):
            queryset = queryset.filter(is_work(timezone.localdate()))
            return super().order_queryset(queryset)
        return queryset

    def get_paginator(self, *args, **kwargs):
        if self.request.GET.get("ordering"):
            return super().get_paginator(*args, **kwargs)
        is_soon = self.request.GET.get("why") == SOON_VACANT
        held = None if self.is_searching else self.filters.find_held()
        return WorkPaginator(*args, only_soon=is_soon, held=held, **kwargs)

    @cached_property
    def columns(self):
        return [
            self.make_title_column(_("Seat"), sort_key="organisation__sort_key"),
            WorkColumn("reasons", label=_("Why")),
            Column(
                "since",
                label=_("Since"),
                accessor=tell_since,
                classname="register-table__day",
            ),
            HolderColumn("last_holder", label=_("Last holder")),
            Column("role", label=_("Role"), sort_key="role__slug"),
            Column("network", label=_("Network or project")),
        ]


class WorkColumn(tables.Column):
    """Why a seat is on the list, each reason in words, and the way to mend it."""

    cell_template_name = "cms/crm/includes/work_reasons.html"

    def get_value(self, instance):
        return list(tell_reasons(instance))

    def get_cell_context_data(self, instance, parent_context):
        context = super().get_cell_context_data(instance, parent_context)
        may_change = parent_context["request"].user.has_perms(PERMISSIONS)
        context["is_vacant"] = is_vacant(instance, timezone.localdate())
        context["act_url"] = (
            reverse("crm_seat_succession", args=[instance.pk]) if may_change else ""
        )
        return context


class HolderColumn(tables.Column):
    """Who held the seat last, by name for those who may see contacts."""

    cell_template_name = "cms/crm/includes/last_holder.html"

    def get_value(self, instance):
        return instance.holders[0] if instance.holders else None

    def get_cell_context_data(self, instance, parent_context):
        context = super().get_cell_context_data(instance, parent_context)
        user = parent_context["request"].user
        return {**context, "may_see_contacts": may_see_contacts(user)}


def tell_reasons(seat):
    """Yield (label, detail) for each reason why a seat is work."""
    for task in seat.open_tasks:
        yield task.get_reason_display(), task.detail
    if is_vacant(seat, timezone.localdate()):
        yield _("Vacant"), ""
    elif not seat.open_tasks:
        yield _("Soon vacant"), ""


def tell_since(seat):
    """Return since when, or from when, the seat is work; in words when nobody knows."""
    if seat.open_tasks and not is_vacant(seat, timezone.localdate()):
        return date_format(timezone.localtime(seat.task_since), "SHORT_DATE_FORMAT")
    if seat.last_day is None:
        return _("Never held")
    return date_format(seat.last_day + timedelta(days=1), "SHORT_DATE_FORMAT")


class SeatCreateView(RegisterCreateView):
    """A new seat, at the organisation from whose page one came."""

    def get_initial_form_instance(self):
        pk = self.request.GET.get("organisation", "")
        at = Organisation.objects.filter(pk=pk) if pk.isdecimal() else ()
        return Seat(organisation=next(iter(at), None))


class SeatInspectView(RegisterInspectView):
    template_name = "cms/crm/seat.html"

    def get_context_data(self, **kwargs):
        today = timezone.localdate()
        seat = self.object
        affiliations = list(seat.affiliations.select_related("contact"))
        current = [held for held in affiliations if is_held(held, today)]
        may_see = may_see_contacts(self.request.user)
        context = super().get_context_data(
            current=current,
            coming=[held for held in affiliations if starts_after(held, today)],
            former=[held for held in affiliations if ended_before(held, today)],
            goes_to=find_address(current[0].contact, today) if current else None,
            tasks=seat.tasks.filter(closed_at__isnull=True).select_related("contact"),
            may_change=self.request.user.has_perms(PERMISSIONS),
            **kwargs,
        )
        if may_see:
            context.update(show_timeline(self.request, seat=seat))
        return context


def is_held(held, day):
    """Say whether an affiliation holds on that day."""
    return not (starts_after(held, day) or ended_before(held, day))


def starts_after(held, day):
    """Say whether an affiliation is still to come on that day."""
    return held.starts_on is not None and held.starts_on > day


def ended_before(held, day):
    """Say whether an affiliation is over on that day."""
    return held.ends_on is not None and held.ends_on < day


class SeatViewSet(RegisterViewSet):
    model = Seat
    path_name = "seats"
    icon = "group"
    menu_label = gettext_lazy("Seats")
    index_view_class = SeatIndexView
    add_view_class = SeatCreateView
    inspect_view_class = SeatInspectView
    filterset_class = SeatFilterSet

    @property
    def work_view(self):
        return self.make_work_view()

    @property
    def work_results_view(self):
        return self.make_work_view(results_only=True)

    def make_work_view(self, **kwargs):
        """Return the listing of the work list, whose filters load from its own address."""
        return self.construct_view(
            SeatWorkView,
            **{
                **self.get_index_view_kwargs(),
                "filterset_class": SeatWorkFilterSet,
                "index_url_name": self.get_url_name("work"),
                "index_results_url_name": self.get_url_name("work_results"),
                "add_url_name": None,
            },
            **kwargs,
        )

    def get_urlpatterns(self):
        return [
            *super().get_urlpatterns(),
            path("work/", self.work_view, name="work"),
            path("work/results/", self.work_results_view, name="work_results"),
        ]

    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldPanel("organisation"),
                    FieldRowPanel([FieldPanel("role"), FieldPanel("network")]),
                ],
                heading=gettext_lazy("The post"),
            ),
            FieldPanel("title"),
            FieldPanel("email"),
        ],
        base_form_class=SeatForm,
    )
