"""The menu of the register, in its users' words."""

from django.urls import path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.model import ModelViewSetGroup

from crm.viewsets.contact_bulk import bulk_urls
from crm.viewsets.contact_export import (
    ContactExportView,
    OrganisationExportView,
    SeatExportView,
)
from crm.viewsets.contacts import ContactViewSet
from crm.viewsets.custom_fields import CustomFieldViewSet
from crm.viewsets.events import EventSeriesViewSet, EventViewSet, PlaceViewSet
from crm.viewsets.networks import GrantViewSet, NetworkViewSet
from crm.viewsets.organisations import OrganisationViewSet
from crm.viewsets.quality import quality_urls
from crm.viewsets.seats import SeatViewSet
from crm.viewsets.suppressions import SuppressionViewSet
from crm.viewsets.tokens import TokenViewSet
from crm.viewsets.vocabulary import PurposeViewSet, RoleViewSet, TopicViewSet
from crm.viewsets.works import MediaItemViewSet, PublicationViewSet


class ContactsViewSet(ContactViewSet):
    """Contacts with their export, which is built on their listing."""

    def get_urlpatterns(self):
        return [
            *super().get_urlpatterns(),
            path("export/", ContactExportView.as_view(), name="export"),
            *bulk_urls,
            *quality_urls,
        ]


class OrganisationsViewSet(OrganisationViewSet):
    """Organisations with their export."""

    def get_urlpatterns(self):
        return [
            *super().get_urlpatterns(),
            path("export/", OrganisationExportView.as_view(), name="export"),
        ]


class SeatsViewSet(SeatViewSet):
    """Seats with their export."""

    def get_urlpatterns(self):
        return [
            *super().get_urlpatterns(),
            path("export/", SeatExportView.as_view(), name="export"),
        ]


class RegisterGroup(ModelViewSetGroup):
    menu_label = _("Register")
    menu_name = "register"
    menu_icon = "group"
    menu_order = 200
    # Segments are a snippet, for the preview beside their form; they join by this hook.
    submenu_hook = "register_register_menu_item"
    items = (
        ContactsViewSet,
        OrganisationsViewSet,
        SeatsViewSet,
        NetworkViewSet,
        EventViewSet,
        EventSeriesViewSet,
        PlaceViewSet,
        PublicationViewSet,
        MediaItemViewSet,
        RoleViewSet,
        TopicViewSet,
        PurposeViewSet,
        GrantViewSet,
        SuppressionViewSet,
        CustomFieldViewSet,
        TokenViewSet,
    )
