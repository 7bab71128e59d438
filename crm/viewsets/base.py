"""What every screen of the register has in common.

Plain model viewsets rather than snippets: no autosave that writes half a name live, no
revisions that keep personal data after erasure, and no "select all", which in snippet
listings passes by the filters. History comes from Wagtail's log all the same.
"""

from typing import Any

from django.db import IntegrityError
from django.db.models import ProtectedError, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.views import generic
from wagtail.admin.views.generic.history import HistoryView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button, HeaderButton
from wagtail.permissions import policy_registry

from crm.exceptions import CrmError
from crm.models import Contact
from crm.names import make_sort_key
from crm.references import list_uses
from crm.segments.uses import find_asking
from crm.viewsets.columns import TitleColumn
from crm.viewsets.paging import RegisterPaginator

# Of a listing: a column of names that may be long.
WIDE = "42%"


class RegisterIndexView(generic.IndexView):
    """A listing that finds every word of the search, each in any of the fields."""

    paginator_class = RegisterPaginator
    results_template_name = "cms/crm/listing_results.html"
    empty_message = gettext_lazy("Nothing here yet.")
    select_related: tuple[str, ...] = ()
    # Whether a name leads to the overview or straight to the form.
    opens_overview = False
    # Fields that hold a sort key are searched by the word's own key, so that "åsa"
    # finds "Åsa" on SQLite too, whose LIKE only knows the cases of ASCII.
    key_fields: tuple[str, ...] = ()
    # The address of its export to a file, for those who may take people along.
    export_url_name = ""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        # Wagtail serves ?export= on every listing; ours are exported by POST, and noted.
        self.is_export = False

    def get_base_queryset(self):
        rows = super().get_base_queryset()
        # Without a name it would follow every relation there is.
        return (
            rows.select_related(*self.select_related) if self.select_related else rows
        )

    @cached_property
    def is_searchable(self):
        return bool(self.search_fields or self.key_fields)

    @cached_property
    def header_more_buttons(self):
        buttons = super().header_more_buttons
        if self.export_url_name and self.request.user.has_perm("crm.export_contact"):
            query = self.request.GET.urlencode()
            url = f"{reverse(self.export_url_name)}?{query}".rstrip("?")
            label = _("Export to a file")
            buttons.append(Button(label, url=url, icon_name="download"))
        return buttons

    def search_queryset(self, queryset):
        for word in self.search_query.split():
            queryset = queryset.filter(self.match_word(word))
        return queryset

    def make_title_column(self, label, *, accessor=str, sort_key=None, width="26%"):
        """Return the first column: what a row is called, with what can be done to it.

        ``width``: ``WIDE`` where few other columns want room.
        """
        return TitleColumn(
            "title",
            label=label,
            accessor=accessor,
            sort_key=sort_key,
            get_url=self.get_title_url,
            list_buttons=self.get_list_buttons,
            width=width,
        )

    def _get_title_column(self, field_name, column_class=TitleColumn, **kwargs):
        return self._get_custom_column(
            field_name,
            column_class,
            get_url=self.get_title_url,
            list_buttons=self.get_list_buttons,
            **kwargs,
        )

    def get_title_url(self, instance):
        """Return where a name in the listing leads."""
        if self.opens_overview:
            return self.get_inspect_url(instance)
        return self.get_edit_url(instance) or self.get_inspect_url(instance)

    def match_word(self, word):
        """Return the condition that one word of the search puts on a row."""
        condition = Q()
        for field in self.search_fields or ():
            condition |= Q(**{f"{field}__icontains": word})
        for field in self.key_fields:
            condition |= Q(**{f"{field}__contains": make_sort_key(word)})
        return condition


class RefusalMixin:
    """Show what the register refuses while saving as an error of the form."""

    def form_valid(self, form):
        try:
            return super().form_valid(form)
        except CrmError as error:
            form.add_error(None, str(error))
        except IntegrityError:
            # Somebody else saved between our check and our write.
            form.add_error(
                None, _("Somebody changed this at the same time. Look and try again.")
            )
        self.produced_error_message = self.get_error_message()
        return self.form_invalid(form)


class CardMixin:
    """Go to the overview after saving, where there is one."""

    inspect_url_name = None

    def get_success_url(self):
        if self.inspect_url_name:
            return reverse(self.inspect_url_name, args=(self.object.pk,))
        return super().get_success_url()


class RegisterCreateView(RefusalMixin, CardMixin, generic.CreateView):
    pass


class RegisterEditView(RefusalMixin, CardMixin, generic.EditView):
    pass


class RegisterDeleteView(generic.DeleteView):
    """Deleting, with the reasons in words when something still depends on it."""

    template_name = "cms/crm/confirm_delete.html"

    def get_context_data(self, **kwargs):
        user = self.request.user
        return super().get_context_data(
            shown_on=list_uses(self.object, user),
            asked_by=find_asking(self.object, user),
            **kwargs,
        )

    def form_valid(self, form):
        try:
            return super().form_valid(form)
        except ProtectedError as error:
            context = self.get_context_data(form=form, in_use=describe_users(error))
            return self.render_to_response(context, status=409)


class RegisterInspectView(generic.InspectView):
    """A page to read about one thing, also for those who may not change it."""

    template_name = "cms/crm/inspect.html"
    history_url_name = None
    # Whether to tell on which pages it is shown.
    tells_uses = False

    def get_page_title(self):
        return str(self.object)

    def get_page_subtitle(self):
        return ""

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {
                "url": reverse(self.index_url_name),
                "label": capfirst(self.model._meta.verbose_name_plural),
            },
            {"url": "", "label": self.get_page_title()},
        ]

    def get_history_url(self):
        if self.history_url_name:
            return reverse(self.history_url_name, args=(self.object.pk,))
        return None

    @cached_property
    def header_buttons(self):
        edit_url = self.get_edit_url()
        return (
            [HeaderButton(_("Edit"), url=edit_url, icon_name="edit")]
            if edit_url
            else []
        )

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            history_url=self.get_history_url(),
            may_see_contacts=may_see_contacts(self.request.user),
            tells_uses=self.tells_uses,
            shown_on=self._list_pages(),
            **kwargs,
        )

    def _list_pages(self):
        return list_uses(self.object, self.request.user) if self.tells_uses else []


class UsedInspectView(RegisterInspectView):
    """An overview that tells on which pages the thing is shown."""

    tells_uses = True


class RegisterHistoryView(HistoryView):
    """Who changed what; those who may read may read this too."""

    any_permission_required = ["add", "change", "delete", "view"]

    def get_edit_url(self, instance):
        if self.user_has_permission_for_instance("change", instance):
            return super().get_edit_url(instance)
        return None

    @cached_property
    def header_buttons(self):
        return super().header_buttons if self.get_edit_url(self.object) else []


class RegisterViewSet(ModelViewSet):
    """A kind of thing in the register."""

    index_view_class = RegisterIndexView
    add_view_class = RegisterCreateView
    edit_view_class = RegisterEditView
    delete_view_class = RegisterDeleteView
    inspect_view_class = RegisterInspectView
    history_view_class = RegisterHistoryView
    inspect_view_enabled = True
    copy_view_enabled = False
    # The reference index costs queries per saved row and answers what our own inspect
    # pages answer better. Only what shows images is in it.
    add_to_reference_index = False
    list_per_page = 50
    # The part of the address after /admin/register/.
    path_name = ""

    @cached_property
    def name(self):
        return f"crm_{self.model_name}"

    @cached_property
    def url_prefix(self):
        return f"register/{self.path_name}"

    def get_common_view_kwargs(self, **kwargs):
        return {**super().get_common_view_kwargs(**kwargs), "usage_url_name": None}

    def get_urlpatterns(self):
        return [route for route in super().get_urlpatterns() if route.name != "usage"]


class WrittenOnceViewSet(RegisterViewSet):
    """A kind of thing that is made and taken away, never edited."""

    # What makes one; its form knows more than the columns.
    make_view_class: type
    inspect_view_enabled = False
    # The edit handler only satisfies the viewset; there is no form over the model.
    form_fields: list[str] = []

    def get_common_view_kwargs(self, **kwargs):
        return {**super().get_common_view_kwargs(**kwargs), "edit_url_name": None}

    @property
    def add_view(self):
        return self.construct_view(self.make_view_class)

    def get_urlpatterns(self):
        return [route for route in super().get_urlpatterns() if route.name != "edit"]


def may_see_contacts(user) -> bool:
    """Say whether somebody may see who people are."""
    return policy_registry.get_by_type(Contact).user_has_any_permission(
        user, ["add", "change", "delete", "view"]
    )


def describe_users(error: ProtectedError) -> list[dict[str, Any]]:
    """Return what keeps something from being deleted: kind, count, some names."""
    kinds: dict[str, list[str]] = {}
    for thing in error.protected_objects:
        kinds.setdefault(str(thing._meta.verbose_name_plural), []).append(str(thing))
    return [
        {"kind": kind, "count": len(names), "names": sorted(names)[:5]}
        for kind, names in sorted(kinds.items())
    ]
