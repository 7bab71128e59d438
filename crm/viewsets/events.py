"""Events, the series they belong to, and the places they are held in."""

from django.db.models import Count
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList

from crm.countries import country_name
from crm.event_forms import EventForm
from crm.events import describe_shortly, list_facts
from crm.filters import EventFilterSet
from crm.models import Event, EventSeries, Place
from crm.viewsets.base import RegisterIndexView, RegisterViewSet, UsedInspectView
from crm.viewsets.columns import Column, NumberColumn


class EventIndexView(RegisterIndexView):
    opens_overview = True
    search_fields = ["title", "series__name_sv", "place__town", "place__name"]
    select_related = ("series", "place", "network", "organiser")
    empty_message = gettext_lazy(
        "No events yet. Add one with what is decided; the rest can come later."
    )

    @cached_property
    def columns(self):
        return [
            self.make_title_column(gettext_lazy("Event"), sort_key="title"),
            Column("period", label=gettext_lazy("When"), sort_key="starts_on"),
            Column("place", label=gettext_lazy("Place")),
            Column("series", label=gettext_lazy("Series")),
            Column("network", label=gettext_lazy("Network or project")),
        ]


class EventInspectView(UsedInspectView):
    template_name = "cms/crm/event.html"

    def get_context_data(self, **kwargs):
        event = self.object
        others = event.series.events.exclude(pk=event.pk) if event.series else []
        return super().get_context_data(
            facts=list_facts(event),
            speakers=list(event.speakers.all()),
            others=[(other, describe_shortly(other)) for other in others],
            **kwargs,
        )


class EventViewSet(RegisterViewSet):
    model = Event
    path_name = "events"
    icon = "date"
    menu_label = gettext_lazy("Events")
    index_view_class = EventIndexView
    inspect_view_class = EventInspectView
    filterset_class = EventFilterSet
    ordering = "-starts_on"
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldPanel("title"),
                    FieldPanel("language"),
                    FieldRowPanel([FieldPanel("series"), FieldPanel("network")]),
                    FieldPanel("organiser"),
                ],
                heading=gettext_lazy("What it is"),
                icon="date",
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")]),
                    FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
                    FieldPanel("place"),
                    FieldPanel("undecided"),
                ],
                heading=gettext_lazy("When and where"),
                icon="site",
            ),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("capacity"), FieldPanel("deadline")]),
                    # Who may not see contacts cannot choose among them.
                    FieldPanel("speakers", permission="crm.view_contact"),
                ],
                heading=gettext_lazy("Who comes"),
                icon="group",
            ),
        ],
        base_form_class=EventForm,
    )


class EventSeriesIndexView(RegisterIndexView):
    search_fields = ["name_sv", "name_en"]
    select_related = ("network",)
    empty_message = gettext_lazy(
        "No series yet. A series holds events that belong together, such as three "
        "regional meetings."
    )

    def get_base_queryset(self):
        return super().get_base_queryset().annotate(event_count=Count("events"))

    @cached_property
    def columns(self):
        return [
            self.make_title_column(gettext_lazy("Name"), sort_key="name_sv"),
            Column("network", label=gettext_lazy("Network or project")),
            NumberColumn("event_count", label=gettext_lazy("Events")),
        ]


class EventSeriesViewSet(RegisterViewSet):
    model = EventSeries
    path_name = "series"
    icon = "list-ul"
    menu_label = gettext_lazy("Series of events")
    index_view_class = EventSeriesIndexView
    inspect_view_fields = ["name_sv", "name_en", "network"]
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("name_sv"), FieldPanel("name_en")]),
            FieldPanel("network"),
        ]
    )


class PlaceIndexView(RegisterIndexView):
    search_fields = ["name", "room", "street", "town"]
    empty_message = gettext_lazy(
        "No places yet. Add the houses you meet in, each room by itself."
    )

    def get_base_queryset(self):
        return super().get_base_queryset().annotate(event_count=Count("events"))

    @cached_property
    def columns(self):
        return [
            self.make_title_column(
                gettext_lazy("Name"), accessor="name", sort_key="name"
            ),
            Column("room", label=gettext_lazy("Room")),
            Column("town", label=gettext_lazy("Town"), sort_key="town"),
            Column(
                "country",
                label=gettext_lazy("Country"),
                accessor=lambda place: country_name(place.country),
            ),
            NumberColumn("event_count", label=gettext_lazy("Events")),
        ]


class PlaceViewSet(RegisterViewSet):
    model = Place
    path_name = "places"
    icon = "site"
    menu_label = gettext_lazy("Places")
    index_view_class = PlaceIndexView
    inspect_view_fields = ["name", "room", "street", "postcode", "town", "country"]
    edit_handler = ObjectList(
        [
            FieldRowPanel([FieldPanel("name"), FieldPanel("room")]),
            FieldPanel("street"),
            FieldRowPanel([FieldPanel("postcode"), FieldPanel("town")]),
            FieldPanel("country"),
            FieldRowPanel([FieldPanel("latitude"), FieldPanel("longitude")]),
        ]
    )
