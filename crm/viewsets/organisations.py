"""Organisations, their seats and their memberships."""

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList

from crm.countries import country_name
from crm.filters import OrganisationFilterSet
from crm.forms import OrganisationForm
from crm.models import Organisation
from crm.views.memberships import PERMISSIONS as MEMBERS_PERMISSIONS
from crm.views.timeline import show_timeline
from crm.viewsets.base import (
    WIDE,
    RegisterIndexView,
    RegisterInspectView,
    RegisterViewSet,
    may_see_contacts,
)
from crm.viewsets.columns import BooleanColumn, Column
from crm.viewsets.seats import SHOWN, show_seats


class OrganisationIndexView(RegisterIndexView):
    opens_overview = True
    key_fields = ("sort_key", "other_names_key")
    export_url_name = "crm_organisation:export"
    select_related = ("parent",)
    empty_message = gettext_lazy(
        "No organisations yet. An import makes them, or add the first by hand."
    )

    @cached_property
    def columns(self):
        return [
            self.make_title_column(
                gettext_lazy("Name"), sort_key="sort_key", width=WIDE
            ),
            Column("get_kind_display", label=gettext_lazy("Kind"), sort_key="kind"),
            Column("parent", label=gettext_lazy("Part of")),
            Column(
                "country",
                label=gettext_lazy("Country"),
                accessor=lambda organisation: country_name(organisation.country),
                sort_key="country",
            ),
            Column("region", label=gettext_lazy("Region or county"), sort_key="region"),
            BooleanColumn("is_published", label=gettext_lazy("Public")),
        ]


class OrganisationInspectView(RegisterInspectView):
    template_name = "cms/crm/organisation.html"

    def get_context_data(self, **kwargs):
        organisation, user = self.object, self.request.user
        today = timezone.localdate()
        left = organisation.affiliations.filter(ends_on__lt=today)
        former = list(
            left.beginning(SHOWN + 1).select_related(
                "contact", "seat__role", "seat__organisation"
            )
        )
        memberships = organisation.memberships.select_related("network")
        context = super().get_context_data(
            country=country_name(organisation.country),
            other_names=other_names(organisation),
            **show_seats(organisation.seats.all(), q=organisation.name),
            former=former[:SHOWN],
            former_is_cut=len(former) > SHOWN,
            memberships=memberships.order_by("network__name", "starts_on", "pk"),
            may_change_members=user.has_perms(MEMBERS_PERMISSIONS),
            parts=organisation.parts.all(),
            **kwargs,
        )
        if may_see_contacts(user):
            note_url = reverse("crm_organisation_note", args=[organisation.pk])
            context.update(
                show_timeline(
                    self.request, note_url=note_url, organisation=organisation
                )
            )
        return context


def other_names(organisation):
    """Return what it is called besides the name at the head of its page."""
    names = (organisation.name, organisation.name_sv, organisation.name_en)
    shown = organisation.local_name
    return [name for name in dict.fromkeys(names) if name and name != shown]


class OrganisationViewSet(RegisterViewSet):
    model = Organisation
    path_name = "organisations"
    icon = "home"
    menu_label = gettext_lazy("Organisations")
    # So that an image says which organisation's logo it is.
    add_to_reference_index = True
    index_view_class = OrganisationIndexView
    inspect_view_class = OrganisationInspectView
    filterset_class = OrganisationFilterSet
    ordering = "sort_key"
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldPanel("name"),
                    FieldRowPanel([FieldPanel("name_sv"), FieldPanel("name_en")]),
                    FieldRowPanel([FieldPanel("kind"), FieldPanel("parent")]),
                ],
                heading=gettext_lazy("Name and kind"),
                icon="home",
            ),
            MultiFieldPanel(
                [
                    FieldPanel("country"),
                    FieldRowPanel([FieldPanel("region"), FieldPanel("municipality")]),
                    FieldRowPanel([FieldPanel("latitude"), FieldPanel("longitude")]),
                ],
                heading=gettext_lazy("Where it is"),
                icon="site",
            ),
            MultiFieldPanel(
                [
                    FieldPanel("website"),
                    FieldPanel("logo"),
                    FieldPanel("is_published"),
                ],
                heading=gettext_lazy("In public"),
                icon="globe",
            ),
        ],
        base_form_class=OrganisationForm,
    )
