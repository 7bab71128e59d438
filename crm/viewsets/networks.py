"""Networks, projects and programmes, their members and their grants."""

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    MultiFieldPanel,
    ObjectList,
    TitleFieldPanel,
)
from wagtail.admin.widgets.button import HeaderButton

from crm.choices import MembershipRole
from crm.filters import NetworkFilterSet
from crm.forms import NetworkForm
from crm.grants import report_urls
from crm.models import Grant, Network, Seat
from crm.names import make_sort_key
from crm.panels import RowsPanel
from crm.seat_searching import seats_of
from crm.views.memberships import PERMISSIONS
from crm.viewsets.base import (
    WIDE,
    RegisterIndexView,
    RegisterInspectView,
    RegisterViewSet,
)
from crm.viewsets.columns import Column, DayColumn, NumberColumn
from crm.viewsets.seats import show_seats


class NetworkIndexView(RegisterIndexView):
    opens_overview = True
    search_fields = ["name", "name_sv", "name_en", "slug"]
    empty_message = gettext_lazy("No networks or projects yet. Add the first.")

    def get_base_queryset(self):
        today = timezone.localdate()
        present = Q(memberships__ends_on__isnull=True) | Q(
            memberships__ends_on__gte=today
        )
        return (
            super()
            .get_base_queryset()
            .annotate(
                member_count=Count(
                    "memberships__organisation", filter=present, distinct=True
                )
            )
        )

    @cached_property
    def columns(self):
        return [
            self.make_title_column(gettext_lazy("Name"), sort_key="name", width=WIDE),
            Column("get_kind_display", label=gettext_lazy("Kind"), sort_key="kind"),
            NumberColumn("member_count", label=gettext_lazy("Members")),
            DayColumn("starts_on", label=gettext_lazy("From"), sort_key="starts_on"),
            DayColumn("ends_on", label=gettext_lazy("To"), sort_key="ends_on"),
        ]


class NetworkInspectView(RegisterInspectView):
    template_name = "cms/crm/network.html"

    def get_context_data(self, **kwargs):
        today = timezone.localdate()
        # In the order of the names that are shown, which are those of the language.
        memberships = sorted(
            self.object.memberships.select_related("organisation"),
            key=lambda row: make_sort_key(row.organisation.local_name),
        )
        present = [row for row in memberships if not has_ended(row, today)]
        former = [row for row in memberships if has_ended(row, today)]
        return super().get_context_data(
            member_groups=group_by_role(present),
            member_count=len({row.organisation_id for row in present}),
            former=sorted(former, key=lambda row: row.ends_on, reverse=True),
            **show_seats(
                seats_of(Seat.objects.all(), self.object), network=self.object.pk
            ),
            may_change_members=self.request.user.has_perms(PERMISSIONS),
            **kwargs,
        )


def has_ended(membership, day):
    """Say whether a membership is over on that day."""
    return membership.ends_on is not None and membership.ends_on < day


def group_by_role(memberships):
    """Return (role's name, memberships) for every role there is, as the roles stand."""
    groups = [
        (role.label, [row for row in memberships if row.role == role])
        for role in MembershipRole
    ]
    return [(label, rows) for label, rows in groups if rows]


class NetworkViewSet(RegisterViewSet):
    model = Network
    path_name = "networks"
    icon = "site"
    menu_label = gettext_lazy("Networks and projects")
    index_view_class = NetworkIndexView
    inspect_view_class = NetworkInspectView
    filterset_class = NetworkFilterSet
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    TitleFieldPanel("name", targets=["slug"]),
                    FieldRowPanel([FieldPanel("name_sv"), FieldPanel("name_en")]),
                    FieldRowPanel([FieldPanel("kind"), FieldPanel("slug")]),
                ],
                heading=gettext_lazy("Name and kind"),
                icon="site",
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")]),
                    FieldPanel("grant"),
                ],
                heading=gettext_lazy("Time and money"),
                icon="date",
            ),
            MultiFieldPanel(
                [FieldRowPanel([FieldPanel("website"), FieldPanel("email")])],
                heading=gettext_lazy("Where to find it"),
                icon="globe",
            ),
            RowsPanel(
                "memberships",
                fixed="organisation",
                heading=gettext_lazy("Members"),
                add_label=gettext_lazy("Add a member"),
                empty_text=gettext_lazy("No members yet."),
                icon="home",
            ),
        ],
        base_form_class=NetworkForm,
    )


class GrantIndexView(RegisterIndexView):
    search_fields = ["programme", "agreement_number"]
    empty_message = gettext_lazy(
        "No grants yet. Add one when a funder asks for its statement in what you publish."
    )

    @cached_property
    def columns(self):
        return [
            self.make_title_column(gettext_lazy("Grant"), sort_key="programme"),
            Column("statement_en", label=gettext_lazy("Statement in English")),
        ]


class GrantInspectView(RegisterInspectView):
    """A grant's words, and the way to what was published and sent under it."""

    @cached_property
    def header_buttons(self):
        return [
            *super().header_buttons,
            *(
                HeaderButton(_("Items and sends"), url=url, icon_name="list-ul")
                for url in report_urls(self.object)
            ),
        ]


class GrantViewSet(RegisterViewSet):
    model = Grant
    path_name = "grants"
    icon = "doc-full"
    menu_label = gettext_lazy("Grants")
    index_view_class = GrantIndexView
    inspect_view_class = GrantInspectView
    inspect_view_fields = [
        "programme",
        "agreement_number",
        "statement_sv",
        "statement_en",
        "disclaimer_sv",
        "disclaimer_en",
    ]
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("programme"), FieldPanel("agreement_number")]),
            FieldPanel("shows_eu_emblem"),
            FieldPanel("statement_en"),
            FieldPanel("statement_sv"),
            FieldPanel("disclaimer_en"),
            FieldPanel("disclaimer_sv"),
        ]
    )
