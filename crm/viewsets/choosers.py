"""Choosing an organisation, a seat or a contact in a form."""

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import chooser
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.log_actions import log
from wagtail.snippets.views import chooser as snippets

from crm.choosing import may_choose
from crm.filters import find_organisations
from crm.models import (
    Contact,
    Event,
    MediaItem,
    Network,
    Organisation,
    Publication,
    Seat,
)
from crm.names import make_sort_key
from crm.searching import Search
from crm.seat_searching import SeatSearch
from crm.viewsets.paging import RegisterPaginator
from crm.viewsets.seats import current_holder, with_holders

# So many names are named for somebody to choose from.
FEW = 6


class ViewPermissionMixin:
    """Let only those choose who may see; Wagtail's own choosers ask nobody."""

    def dispatch(self, request, *args, **kwargs):
        if not may_choose(request.user, self.model_class):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class WordsFilterForm(BaseFilterForm):
    """A search field that finds every word in a sort key or an address."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("Search")}),
    )
    key_fields: tuple[str, ...] = ("sort_key",)
    text_fields: tuple[str, ...] = ()

    def filter(self, objects):
        objects = super().filter(objects)
        query = self.cleaned_data.get("q") or ""
        self.is_searching = bool(query)
        self.search_query = query
        return self.find(objects, query.split())

    def find(self, objects, words):
        """Return those of the objects that have every word."""
        for word in words:
            match = Q()
            for field in self.key_fields:
                match |= Q(**{f"{field}__contains": make_sort_key(word)})
            for field in self.text_fields:
                match |= Q(**{f"{field}__icontains": word})
            objects = objects.filter(match)
        return objects


class ContactFilterForm(WordsFilterForm):
    def find(self, objects, words):
        return Search(words, timezone.localdate()).find(objects)


class OrganisationFilterForm(WordsFilterForm):
    key_fields = ("sort_key", "other_names_key")


class SeatFilterForm(WordsFilterForm):
    def find(self, objects, words):
        return SeatSearch(words).find(objects)


class NewSeatForm(WagtailAdminModelForm):
    """A seat at an organisation, which is named: a list may hold thousands of them."""

    organisation = forms.CharField(
        label=_("Organisation"),
        help_text=_("Its name, or as much of it as no other organisation has."),
    )

    class Meta:
        model = Seat
        fields = ("organisation", "role", "network", "title")

    def clean_organisation(self):
        """Return the organisation of that name, or the only one with the words in it."""
        name = self.cleaned_data["organisation"]
        found = find_organisations(name)
        named = list(found.filter(sort_key=make_sort_key(name))[:2])
        candidates = named or list(found.order_by("sort_key")[:FEW])
        if len(candidates) == 1:
            return candidates[0]
        if not candidates:
            raise ValidationError(
                gettext("No organisation has that in its name. Add it first.")
            )
        names = "; ".join(str(organisation) for organisation in candidates)
        raise ValidationError(
            gettext("Several organisations have that in their names: %(names)s.")
            % {"names": names}
        )


class PlainColumnsMixin:
    filter_form_class = WordsFilterForm


class ChosenView(ViewPermissionMixin, chooser.ChosenView):
    pass


class ChosenMultipleView(ViewPermissionMixin, chooser.ChosenMultipleView):
    pass


class CreateView(chooser.CreateView):
    def save_form(self, form):
        instance = super().save_form(form)
        log(instance, "wagtail.create", user=self.request.user)
        return instance


class SeatColumnsMixin:
    """Says beside each seat who holds it, so that a held one is not picked in vain."""

    filter_form_class = SeatFilterForm

    def get_object_list(self):
        return with_holders(Seat.objects.all())

    @property
    def columns(self):
        return [
            *super().columns,
            Column("network", label=_("Network or project")),
            Column("holder", label=_("Holder"), accessor=current_holder),
        ]


class ContactColumnsMixin:
    filter_form_class = ContactFilterForm

    @property
    def columns(self):
        return [*super().columns, Column("email", label=_("E-mail"))]


class OrganisationColumnsMixin:
    filter_form_class = OrganisationFilterForm


class RegisterChooser(ChooserViewSet):
    """Chooses among all there is of a model, for those who may see such things."""

    # What a row says beside its name, and how rows are searched: of the dialog, and of
    # the results that replace its list.
    columns_mixin: type = PlainColumnsMixin
    chosen_view_class = ChosenView
    chosen_multiple_view_class = ChosenMultipleView
    create_view_class = CreateView
    # Wagtail's own label is translated once, when the server starts.
    search_tab_label = _("Search")
    per_page = 20

    @cached_property
    def choose_view_class(self):
        return self._make_view(chooser.ChooseView)

    @cached_property
    def choose_results_view_class(self):
        return self._make_view(chooser.ChooseResultsView)

    @property
    def creates(self):
        """Whether something new can be chosen."""
        return bool(self.form_fields or self.creation_form_class)

    def _make_view(self, view: type) -> type:
        bases = (self.columns_mixin, ViewPermissionMixin, view)
        return type(view.__name__, bases, {"paginator_class": RegisterPaginator})

    def get_urlpatterns(self):
        routes = super().get_urlpatterns()
        return [route for route in routes if self.creates or route.name != "create"]


class OrganisationChooser(RegisterChooser):
    model = Organisation
    icon = "home"
    columns_mixin = OrganisationColumnsMixin
    choose_one_text = _("Choose an organisation")
    choose_another_text = _("Choose another organisation")
    edit_item_text = _("Edit this organisation")


class SeatChooser(RegisterChooser):
    model = Seat
    icon = "group"
    columns_mixin = SeatColumnsMixin
    choose_one_text = _("Choose a seat")
    choose_another_text = _("Choose another seat")
    edit_item_text = _("Edit this seat")
    creation_tab_label = _("New seat")
    create_action_label = _("Create the seat")
    creation_form_class = NewSeatForm


class ContactChooser(RegisterChooser):
    model = Contact
    icon = "user"
    columns_mixin = ContactColumnsMixin
    choose_one_text = _("Choose a contact")
    choose_another_text = _("Choose another contact")
    edit_item_text = _("Edit this contact")


class NetworkFilterForm(WordsFilterForm):
    key_fields = ()
    text_fields = ("name", "name_sv", "name_en", "slug")


class NetworkColumnsMixin:
    filter_form_class = NetworkFilterForm


class NetworkChooser(RegisterChooser):
    model = Network
    icon = "site"
    # Forms of the register keep their short list; blocks of an item choose by this.
    register_widget = False
    columns_mixin = NetworkColumnsMixin
    choose_one_text = _("Choose a network or project")
    choose_another_text = _("Choose another network or project")
    edit_item_text = _("Edit this network or project")


class EventColumnsMixin:
    """Says beside each event when it is, since a series has many of one name."""

    class filter_form_class(WordsFilterForm):
        key_fields = ()
        text_fields = ("title", "series__name_sv", "place__town", "starts_on")

    def get_object_list(self):
        return super().get_object_list().select_related("place", "series")

    @property
    def columns(self):
        return [
            *super().columns,
            Column("period", label=_("When")),
            Column("place", label=_("Place")),
        ]


class EventChooser(RegisterChooser):
    model = Event
    icon = "date"
    columns_mixin = EventColumnsMixin
    choose_one_text = _("Choose an event")
    choose_another_text = _("Choose another event")
    edit_item_text = _("Edit this event")


class WorkColumnsMixin:
    """Says beside each title whose it is and when it appeared."""

    class filter_form_class(WordsFilterForm):
        key_fields = ()
        text_fields = ("title", "authors")

    @property
    def columns(self):
        return [
            *super().columns,
            Column("authors", label=_("By")),
            Column("appeared", label=_("Date")),
        ]


class PublicationChooser(RegisterChooser):
    model = Publication
    icon = "doc-full"
    columns_mixin = WorkColumnsMixin
    choose_one_text = _("Choose a publication")
    choose_another_text = _("Choose another publication")
    edit_item_text = _("Edit this publication")


class MediaItemChooser(RegisterChooser):
    model = MediaItem
    icon = "openquote"
    columns_mixin = WorkColumnsMixin
    choose_one_text = _("Choose an article or broadcast")
    choose_another_text = _("Choose another article or broadcast")
    edit_item_text = _("Edit this entry")


class SegmentChoose(ViewPermissionMixin, snippets.ChooseView):
    pass


class SegmentChooseResults(ViewPermissionMixin, snippets.ChooseResultsView):
    pass


class SegmentChosen(ViewPermissionMixin, snippets.SnippetChosenView):
    pass


class SegmentChosenMultiple(ViewPermissionMixin, snippets.SnippetChosenMultipleView):
    pass


class SegmentChooser(snippets.SnippetChooserViewSet):
    """The chooser that comes with the snippet, for those who may see segments."""

    choose_view_class = SegmentChoose
    choose_results_view_class = SegmentChooseResults
    chosen_view_class = SegmentChosen
    chosen_multiple_view_class = SegmentChosenMultiple
    search_tab_label = _("Search")


organisation_chooser = OrganisationChooser(
    "crm_organisation_chooser", url_prefix="register/choose/organisation"
)
seat_chooser = SeatChooser("crm_seat_chooser", url_prefix="register/choose/seat")
contact_chooser = ContactChooser(
    "crm_contact_chooser", url_prefix="register/choose/contact"
)
network_chooser = NetworkChooser(
    "crm_network_chooser", url_prefix="register/choose/network"
)
event_chooser = EventChooser("crm_event_chooser", url_prefix="register/choose/event")
publication_chooser = PublicationChooser(
    "crm_publication_chooser", url_prefix="register/choose/publication"
)
media_item_chooser = MediaItemChooser(
    "crm_mediaitem_chooser", url_prefix="register/choose/media"
)
CHOOSERS = [
    organisation_chooser,
    seat_chooser,
    contact_chooser,
    network_chooser,
    event_chooser,
    publication_chooser,
    media_item_chooser,
]
