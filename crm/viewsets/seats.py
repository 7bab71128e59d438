"""Seats: the posts, who holds them, and which are vacant."""

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, StatusTagColumn

from crm.filters import SeatFilterSet
from crm.forms import SeatForm
from crm.models import Affiliation, Seat
from crm.viewsets.base import (
    RegisterIndexView,
    RegisterInspectView,
    RegisterViewSet,
)


def with_holders(seats):
    """Return the seats with what they are called and who holds each today."""
    held = Affiliation.objects.held(timezone.localdate()).select_related("contact")
    return seats.select_related("organisation", "role", "network").prefetch_related(
        Prefetch("affiliations", queryset=held, to_attr="held_today")
    )


def current_holder(seat):
    """Return the name of whoever holds the seat today; "Vacant" when nobody does."""
    holders = [str(affiliation.contact) for affiliation in seat.held_today]
    return ", ".join(holders) or _("Vacant")


class SeatIndexView(RegisterIndexView):
    opens_overview = True
    search_fields = ["title", "email", "role__name_sv", "role__name_en"]
    key_fields = ("organisation__sort_key",)
    empty_message = gettext_lazy(
        "No seats yet. An import makes them, or add the first by hand."
    )

    def get_base_queryset(self):
        return with_holders(super().get_base_queryset())

    @cached_property
    def columns(self):
        return [
            self.make_title_column(_("Seat"), sort_key="organisation__sort_key"),
            Column("role", label=_("Role"), sort_key="role__slug"),
            Column("network", label=_("Network or project")),
            StatusTagColumn(
                "holder",
                label=_("Holder"),
                accessor=current_holder,
                primary=lambda seat: bool(seat.held_today),
            ),
        ]


class SeatInspectView(RegisterInspectView):
    template_name = "cms/crm/seat.html"

    def get_context_data(self, **kwargs):
        affiliations = self.object.affiliations.select_related("contact")
        current = affiliations.held(timezone.localdate())
        return super().get_context_data(
            current=current,
            former=affiliations.exclude(pk__in=current.values("pk")),
            **kwargs,
        )


class SeatViewSet(RegisterViewSet):
    model = Seat
    path_name = "seats"
    icon = "group"
    menu_label = gettext_lazy("Seats")
    index_view_class = SeatIndexView
    inspect_view_class = SeatInspectView
    filterset_class = SeatFilterSet
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
