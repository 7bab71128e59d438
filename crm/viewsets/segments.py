"""Segments: listing, editor with live preview, and what the pickers search in."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View
from wagtail.admin.auth import require_admin_access
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.components import MediaContainer
from wagtail.admin.ui.side_panels import ChecksSidePanel
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column
from wagtail.snippets.views.snippets import (
    CopyView,
    CreateView,
    DeleteView,
    EditView,
    IndexView,
    InspectView,
    PreviewOnCreateView,
    PreviewOnEditView,
    SnippetViewSet,
)
from wagtail.utils.decorators import xframe_options_sameorigin_override

from crm.models import Segment
from crm.segments.counting import refresh_count, show_count
from crm.segments.estimating import is_large
from crm.segments.forms import SegmentForm, read_stored
from crm.segments.health import check_health
from crm.segments.picks import SEARCHED, may_search
from crm.segments.preview import Draft, preview_draft, sketch_draft
from crm.segments.uses import find_uses
from crm.segments.words import (
    describe_by_hand,
    describe_segments,
    outline_rules,
    parse_leniently,
)
from crm.views.why import WhyView
from crm.viewsets.base import may_see_contacts
from crm.viewsets.choosers import SegmentChooser


class SegmentIndexView(IndexView):
    """The segments with their rules in words, looked up for the whole page at once."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        # Wagtail serves ?export= on every listing; a list of rules helps nobody.
        self.is_export = False

    @cached_property
    def columns(self):
        # No "select all": it would pass by the warning of the page for deleting.
        return [
            column
            for column in super().columns
            if not isinstance(column, BulkActionsCheckboxColumn)
        ]

    def get_context_data(self, *args, **kwargs):
        context = super().get_context_data(*args, **kwargs)
        segments = list(context["object_list"])
        words = describe_segments(segments)
        health = check_health(segments, timezone.localdate())
        for segment in segments:
            segment.rules_in_words = words[segment.pk]
            segment.health = health[segment.pk]
        context["object_list"] = segments
        return context


class CountColumn(Column):
    """The stored count with its chart over time and what somebody should look at."""

    cell_template_name = "cms/crm/includes/segment_count.html"


class SegmentInspectView(InspectView):
    """A segment to read about: rules, size over time, who uses it."""

    template_name = "cms/crm/segment.html"

    def get_page_subtitle(self):
        return ""

    def get_breadcrumbs_items(self):
        # The last one stands as the heading.
        return [
            *super().get_breadcrumbs_items()[:-1],
            {"url": "", "label": str(self.object)},
        ]

    def get_context_data(self, **kwargs):
        segment = self.object
        user = self.request.user
        group = parse_leniently(segment)
        return super().get_context_data(
            outline=outline_rules(group) if group else None,
            by_hand=describe_by_hand(segment.added.count(), segment.excluded.count()),
            count=show_count(segment.stored_count or 0),
            health=check_health([segment], timezone.localdate())[segment.pk],
            uses=find_uses(segment, user),
            may_see_contacts=may_see_contacts(user),
            **kwargs,
        )


class SegmentFormMixin:
    """Count the people again after saving; beside the form only the preview."""

    def get_side_panels(self):
        # Readability and accessibility checks are for what is published.
        panels = super().get_side_panels()
        return MediaContainer(p for p in panels if not isinstance(p, ChecksSidePanel))

    def save_instance(self):
        segment = super().save_instance()
        refresh_count(segment)
        return segment


class SegmentCreateView(SegmentFormMixin, CreateView):
    pass


class SegmentEditView(SegmentFormMixin, EditView):
    pass


class SegmentCopyView(SegmentFormMixin, CopyView):
    pass


class SegmentDeleteView(DeleteView):
    """Says first who uses the segment."""

    def get_context_data(self, **kwargs):
        uses = find_uses(self.object, self.request.user)
        return super().get_context_data(uses=uses, **kwargs)


class DraftPreviewMixin:
    """The rules in words and numbers as they stand in the form, finished or not."""

    def validate_form(self, form):
        # An unfinished rule is shown as such; a name that is still missing does not
        # keep anybody from seeing the count.
        form.is_valid()
        return True

    @method_decorator(xframe_options_sameorigin_override)
    def get(self, request, *args, **kwargs):
        form = self.get_form(self._get_form_data(self._get_form_state()))
        draft, today = self.read_draft(form), timezone.localdate()
        # In a large register the words and about how many come at once; the page then
        # asks for the count itself.
        if is_large() and "exact" not in request.GET:
            preview = sketch_draft(draft, today)
        else:
            may_see = request.user.has_perm("crm.view_contact")
            preview = preview_draft(draft, today, shows_people=may_see)
        stored = describe_count(self.object) if self.object.counted_at else ""
        context = {"preview": preview, "name": self.object.name, "stored": stored}
        return render(request, "cms/crm/segment_preview.html", context)

    def read_draft(self, form):
        """Return what the form holds; the stored segment when nothing was sent yet."""
        stored = Draft(read_stored(self.object), segment_id=self.object.pk)
        if self.object.pk:
            stored.added.extend(self.object.added.values_list("pk", flat=True))
            stored.excluded.extend(self.object.excluded.values_list("pk", flat=True))
        if not form.is_bound:
            return stored
        if {"match", "rules", "added", "excluded"} & set(form.errors):
            return Draft(None)
        sent = form.cleaned_data
        return Draft(
            form.group,
            sent.get("added", stored.added),
            sent.get("excluded", stored.excluded),
            self.object.pk,
        )


class SegmentPreviewOnCreateView(DraftPreviewMixin, PreviewOnCreateView):
    pass


class SegmentPreviewOnEditView(DraftPreviewMixin, PreviewOnEditView):
    pass


@method_decorator(require_admin_access, name="dispatch")
class OptionsView(View):
    """What a picker searches in: organisations, contacts. Answers JSON."""

    def get(self, request, source):
        if source not in SEARCHED:
            raise Http404
        if not may_search(request.user, SEARCHED[source]):
            raise PermissionDenied
        if "ids" in request.GET:
            found = SEARCHED[source].find(request.GET["ids"].split(",")[:200])
        else:
            found = SEARCHED[source].search(request.GET.get("q", ""))
        return JsonResponse({"options": found})


def describe_count(segment):
    """Return the stored count with when it was taken."""
    if segment.counted_at is None:
        return _("Not counted yet")
    return _("%(count)s on %(date)s") % {
        "count": show_count(segment.stored_count),
        "date": date_format(timezone.localtime(segment.counted_at), "j F H:i"),
    }


class SegmentViewSet(SnippetViewSet):
    """Segments as a snippet: for the preview beside the form.

    The model has no revisions, and without them Wagtail does not save while somebody
    types: a half-edited rule never goes live.
    """

    model = Segment
    icon = "list-ul"
    menu_label = gettext_lazy("Segments")
    menu_name = "segments"
    # Among the register's own items, after the contacts.
    menu_hook = "register_register_menu_item"
    menu_order = 2
    base_url_path = "register/segments"
    index_results_template_name = "cms/crm/segment_list_results.html"
    delete_template_name = "cms/crm/segment_confirm_delete.html"
    index_view_class = SegmentIndexView
    add_view_class = SegmentCreateView
    edit_view_class = SegmentEditView
    copy_view_class = SegmentCopyView
    inspect_view_class = SegmentInspectView
    inspect_view_enabled = True
    delete_view_class = SegmentDeleteView
    preview_on_add_view_class = SegmentPreviewOnCreateView
    preview_on_edit_view_class = SegmentPreviewOnEditView
    chooser_viewset_class = SegmentChooser
    search_fields = ["name", "description"]
    ordering = ["name"]
    list_display = [
        "name",
        Column("rules_in_words", label=gettext_lazy("Who is in it")),
        CountColumn(
            "stored_count",
            label=gettext_lazy("People"),
            accessor=describe_count,
            sort_key="stored_count",
        ),
    ]
    edit_handler = ObjectList(
        [
            FieldPanel("name"),
            FieldPanel("match"),
            FieldPanel(
                "rules",
                help_text=gettext_lazy(
                    "Add a rule with the plus sign. What a seat rule asks must all hold "
                    "for one and the same seat; what is left open does not count."
                ),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("added", permission="crm.view_contact"),
                    FieldPanel("excluded", permission="crm.view_contact"),
                ],
                heading=gettext_lazy("People by hand"),
                help_text=gettext_lazy(
                    "Added people are in the segment whatever the rules say; people left "
                    "out never are."
                ),
            ),
            FieldPanel(
                "description",
                help_text=gettext_lazy("What it is for, if the name does not say it."),
            ),
        ],
        base_form_class=SegmentForm,
    )

    def get_common_view_kwargs(self, **kwargs):
        # Wagtail's own "used 0 times" knows nothing of rules; find_uses does.
        return {**super().get_common_view_kwargs(**kwargs), "usage_url_name": None}

    def get_urlpatterns(self):
        return [
            *(route for route in super().get_urlpatterns() if route.name != "usage"),
            path("options/<slug:source>/", OptionsView.as_view(), name="options"),
            path("why/<int:pk>/", WhyView.as_view(), name="why"),
        ]
