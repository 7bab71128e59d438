"""The filters beside the register's listings."""

import django_filters
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce, Length, NullIf
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet

from crm.choices import (
    ConsentStatus,
    ImportState,
    Language,
    MediaKind,
    NetworkKind,
    OrganisationKind,
    PublicationKind,
    SeatTaskReason,
    SuppressionReason,
)
from crm.filter_fields import CountryFilter, ImportFilter
from crm.models import (
    Affiliation,
    ConsentState,
    Contact,
    Event,
    EventSeries,
    ImportBatch,
    ImportChange,
    MediaItem,
    Network,
    Organisation,
    Publication,
    Role,
    Seat,
    SeatTask,
    Segment,
    Suppression,
    Topic,
)
from crm.names import make_sort_key
from crm.seat_searching import seats_of
from crm.segments.among import Unsought, among
from crm.segments.blocks import region_choices
from crm.segments.compiler import compile_segment
from crm.segments.narrowing import narrow
from crm.segments.sets import gather_few
from crm.vacancies import has_task, vacant_by

# Filter -> column of Affiliation; all that are chosen must hold for one and the same seat.
SEAT_FILTERS = ("role", "organisation", "network", "country")

LEFT, OBJECTED, STOPPED, NO_SEAT = "left", "objected", "stopped", "no_seat"
PAUSED = "paused"
BY_NAME = ("", "sort_key", "-sort_key")
VACANT, SOON_VACANT = "vacant", "soon"


class ContactFilterSet(WagtailFilterSet):
    language = django_filters.ChoiceFilter(
        label=_("Language"), choices=Language, method="filter_language"
    )
    topics = django_filters.ModelChoiceFilter(
        label=_("Topic"), queryset=Topic.objects.all(), method="filter_topic"
    )
    role = django_filters.ModelChoiceFilter(
        label=_("Role"), queryset=Role.objects.all(), method="keep"
    )
    country = CountryFilter(method="keep")
    # By its name: a list to choose from would hold every organisation there is.
    organisation = django_filters.CharFilter(label=_("Organisation"), method="keep")
    network = django_filters.ModelChoiceFilter(
        label=_("Network or project"), queryset=Network.objects.all(), method="keep"
    )
    segment = django_filters.ModelChoiceFilter(
        label=_("Segment"), queryset=Segment.objects.all(), method="filter_segment"
    )
    batch = ImportFilter(
        label=_("Imported file"),
        queryset=ImportBatch.objects.filter(state=ImportState.APPLIED),
        method="filter_batch",
    )
    standing = django_filters.ChoiceFilter(
        label=_("State"),
        choices=[
            (LEFT, _("Has left")),
            (OBJECTED, _("Has objected to all mail")),
            (STOPPED, _("The address is stopped")),
            (PAUSED, _("Rests from mail")),
            (NO_SEAT, _("Holds no seat now")),
        ],
        method="filter_standing",
    )

    class Meta:
        model = Contact
        fields: list[str] = []

    def filter_queryset(self, queryset):
        queryset = super().filter_queryset(queryset)
        chosen = {
            name: value
            for name in SEAT_FILTERS
            if (value := self.form.cleaned_data.get(name))
        }
        if not chosen:
            return queryset
        if words := chosen.pop("organisation", ""):
            chosen["organisation__in"] = find_organisations(words).values("pk")
        held = held_today().filter(**chosen)
        return narrow(queryset, lambda scope: among(held, scope), today(), gather_few)

    def keep(self, queryset, name, value):
        """Leave it to filter_queryset, which joins the seat filters into one."""
        return queryset

    def filter_language(self, queryset, name, language):
        """Keep the people who are written to in the language."""

        def speak(scope):
            # Many speak it: in another order than by name, which an index has, those
            # of a page are met sooner than all of them are sorted.
            by_name = self.data.get("ordering", "") in BY_NAME
            walks = scope.asks_each and not by_name
            return Q(Exact(Unsought(name) if walks else F(name), language))

        return narrow(queryset, speak, today())

    def filter_topic(self, queryset, name, topic):
        """Keep the people who follow the topic."""
        links = Contact.topics.through._default_manager.filter(topic=topic)
        return narrow(queryset, lambda scope: among(links, scope), today(), gather_few)

    def filter_segment(self, queryset, name, segment):
        """Keep the people in the segment today."""
        return narrow(
            queryset, lambda scope: compile_segment(segment, scope), today(), gather_few
        )

    def filter_batch(self, queryset, name, batch):
        """Keep the people whom the file brought in or changed."""
        rows = ImportChange.objects.filter(batch=batch, model="contact")
        return queryset.filter(pk__in=rows.values("object_id"))

    def filter_standing(self, queryset, name, value):
        """Keep those who left, objected, rest, are stopped or hold no seat."""
        if value == NO_SEAT:
            held = held_today()
            return narrow(
                queryset, lambda scope: ~among(held, scope), today(), gather_few
            )
        if value == STOPPED:
            stopped = Suppression.objects.values("address_hash")
            return queryset.filter(address_hash__in=stopped)
        if value == PAUSED:
            return narrow(
                queryset,
                lambda scope: Q(paused_until__gt=scope.on),
                today(),
                gather_few,
            )
        status = ConsentStatus.WITHDRAWN if value == LEFT else ConsentStatus.OBJECTED
        said = ConsentState.objects.filter(status=status)
        return narrow(queryset, lambda scope: among(said, scope), today(), gather_few)


class OrganisationFilterSet(WagtailFilterSet):
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=OrganisationKind)
    country = CountryFilter()
    region = django_filters.ChoiceFilter(
        label=_("Region or county"), choices=region_choices
    )
    memberships__network = django_filters.ModelChoiceFilter(
        label=_("Network or project"), queryset=Network.objects.all(), distinct=True
    )

    class Meta:
        model = Organisation
        fields: list[str] = []


class SeatFilterSet(WagtailFilterSet):
    vacant = django_filters.ChoiceFilter(
        label=_("Holder"),
        choices=[("yes", _("Vacant")), ("no", _("Held"))],
        method="filter_vacant",
    )
    role = django_filters.ModelChoiceFilter(
        label=_("Role"), queryset=Role.objects.all(), method="filter_term"
    )
    network = django_filters.ModelChoiceFilter(
        label=_("Network or project"),
        queryset=Network.objects.all(),
        method="filter_term",
    )
    organisation__country = CountryFilter()

    class Meta:
        model = Seat
        fields: list[str] = []

    def filter_term(self, queryset, name, term):
        """Keep the seats with that role, or in that network."""
        return seats_of(queryset, term)

    def filter_vacant(self, queryset, name, value):
        """Keep the seats nobody holds today, or the others."""
        # Asked of one seat after the other, along the listing: both are common.
        is_held = Exists(held_today().filter(seat=OuterRef("pk")))
        return queryset.filter(is_held if value == "no" else ~is_held)


class SeatWorkFilterSet(WagtailFilterSet):
    why = django_filters.ChoiceFilter(
        label=_("Why"),
        choices=[
            (VACANT, _("Vacant")),
            (SOON_VACANT, _("Soon vacant")),
            *SeatTaskReason.choices,
        ],
        method="filter_why",
    )
    organisation = django_filters.CharFilter(
        label=_("Organisation"), method="filter_organisation"
    )
    role = django_filters.ModelChoiceFilter(
        label=_("Role"), queryset=Role.objects.all()
    )
    network = django_filters.ModelChoiceFilter(
        label=_("Network or project"), queryset=Network.objects.all()
    )
    organisation__country = CountryFilter()

    class Meta:
        model = Seat
        fields: list[str] = []

    def find_held(self):
        """Return all affiliations with the seats that are chosen; None if seats must be asked.

        An affiliation has copies of all but why a seat is on the list.
        """
        chosen = dict(self.form.cleaned_data) if self.form.is_valid() else {}
        if chosen.pop("why", ""):
            return None
        held = Affiliation.objects.all()
        for name, value in chosen.items():
            held = self.filters[name].filter(held, value)
        return held

    def filter_organisation(self, queryset, name, words):
        """Keep the seats at organisations of that name."""
        return queryset.filter(organisation__in=find_organisations(words).values("pk"))

    def filter_why(self, queryset, name, value):
        """Keep the seats that are on the list for that reason."""
        if value == VACANT:
            return queryset.filter(vacant_by(today()))
        if value == SOON_VACANT:
            return queryset.exclude(vacant_by(today())).exclude(has_task())
        tasks = SeatTask.objects.filter(
            seat=OuterRef("pk"), closed_at__isnull=True, reason=value
        )
        return queryset.filter(Exists(tasks))


class NetworkFilterSet(WagtailFilterSet):
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=NetworkKind)

    class Meta:
        model = Network
        fields: list[str] = []


class EventFilterSet(WagtailFilterSet):
    time = django_filters.ChoiceFilter(
        label=_("When"),
        choices=[
            ("coming", _("To come")),
            ("past", _("Past")),
            ("undecided", _("Not decided")),
        ],
        method="filter_time",
    )
    series = django_filters.ModelChoiceFilter(
        label=_("Series"), queryset=EventSeries.objects.all()
    )
    network = django_filters.ModelChoiceFilter(
        label=_("Network or project"), queryset=Network.objects.all()
    )

    class Meta:
        model = Event
        fields: list[str] = []

    def filter_time(self, queryset, name, value):
        """Keep what is to come, what is past or what has no day."""
        if value == "undecided":
            return queryset.filter(starts_on="")
        # Text of another length is another precision: 2021-06 is over after June.
        today = timezone.localdate().isoformat()
        last = Coalesce(NullIf("ends_on", Value("")), "starts_on")
        dated = queryset.exclude(starts_on="").annotate(last=last, known=Length(last))
        coming = Q(known=4, last__gte=today[:4])
        coming |= Q(known=7, last__gte=today[:7])
        coming |= Q(known=10, last__gte=today)
        return dated.filter(coming) if value == "coming" else dated.exclude(coming)


class PublicationFilterSet(WagtailFilterSet):
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=PublicationKind)
    language = django_filters.ChoiceFilter(label=_("Language"), choices=Language)
    network = django_filters.ModelChoiceFilter(
        label=_("Network or project"), queryset=Network.objects.all()
    )
    publisher = django_filters.ModelChoiceFilter(
        label=_("Published by"),
        queryset=Organisation.objects.filter(publications__isnull=False).distinct(),
    )

    class Meta:
        model = Publication
        fields: list[str] = []


class MediaItemFilterSet(WagtailFilterSet):
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=MediaKind)
    outlet = django_filters.ModelChoiceFilter(
        label=_("In"),
        queryset=Organisation.objects.filter(media_items__isnull=False).distinct(),
    )
    network = django_filters.ModelChoiceFilter(
        label=_("Network or project"), queryset=Network.objects.all()
    )

    class Meta:
        model = MediaItem
        fields: list[str] = []


class SuppressionFilterSet(WagtailFilterSet):
    reason = django_filters.ChoiceFilter(label=_("Reason"), choices=SuppressionReason)

    class Meta:
        model = Suppression
        fields: list[str] = []


def held_today():
    """Return the affiliations that hold today."""
    return Affiliation.objects.held(today())


def find_organisations(words):
    """Return the organisations that have each of the words in one of their names."""
    found = Organisation.objects.order_by()
    for word in words.split():
        key = make_sort_key(word)
        found = found.filter(
            Q(sort_key__contains=key) | Q(other_names_key__contains=key)
        )
    return found


def today():
    """Return the editors' day."""
    return timezone.localdate()
