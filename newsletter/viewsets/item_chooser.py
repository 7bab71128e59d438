"""Choosing published items for a digest: of its language, open to its readers."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.generic import chooser
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.models import Locale
from wagtail.permissions import page_permission_policy

from crm.models import Topic
from newsletter.choices import NewsKind
from newsletter.models import DigestPage, NewsPage
from newsletter.models.digest import list_choosable_items


class ItemFilterForm(BaseFilterForm):
    """Narrows the published items by words, kind and topic."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("Search")}),
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[("", _("All kinds")), *NewsKind.of_items()],
        required=False,
    )
    topic = forms.ModelChoiceField(
        Topic.objects.all(),
        label=_("Topic"),
        empty_label=_("All topics"),
        required=False,
    )

    def filter(self, objects):
        objects = super().filter(objects)
        asked = self.cleaned_data
        self.is_searching = bool(asked.get("q"))
        self.search_query = asked.get("q") or ""
        for word in self.search_query.split():
            objects = objects.filter(title__icontains=word)
        if asked.get("kind"):
            objects = objects.filter(kind=asked["kind"])
        if asked.get("topic"):
            objects = objects.filter(topic_links__topic=asked["topic"])
        return objects


class MayEditPagesMixin:
    """Refuse who works on no page at all; Wagtail's choosers ask nobody."""

    def dispatch(self, request, *args, **kwargs):
        policy = page_permission_policy
        if not policy.user_has_any_permission(request.user, ["add", "change"]):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class ItemsMixin(MayEditPagesMixin):
    filter_form_class = ItemFilterForm

    def get_object_list(self):
        digest = DigestPage.objects.filter(
            pk=_read_number(self.request.GET.get("digest"))
        ).first()
        # Of one that has not been saved yet, nothing is known.
        items = list_choosable_items(digest or DigestPage(locale=Locale.get_default()))
        items = items.defer_streamfields()
        return items.order_by(F("published_on").desc(nulls_last=True), "-pk")

    @property
    def columns(self):
        return [
            self.title_column,
            Column("get_kind_display", label=_("Kind")),
            DateColumn("published_on", label=_("Date")),
        ]


class ChooseItemView(ItemsMixin, chooser.ChooseView):
    pass


class ChooseItemResultsView(ItemsMixin, chooser.ChooseResultsView):
    pass


class ItemChosenView(MayEditPagesMixin, chooser.ChosenView):
    pass


class ItemChosenMultipleView(MayEditPagesMixin, chooser.ChosenMultipleView):
    pass


class ItemChooser(ChooserViewSet):
    model = NewsPage
    icon = "doc-full"
    choose_one_text = _("Choose an item")
    choose_another_text = _("Choose another item")
    edit_item_text = _("Edit this item")
    # Wagtail's own label is translated once, when the server starts.
    search_tab_label = _("Search")
    preserve_url_parameters = ["multiple", "digest"]
    choose_view_class = ChooseItemView
    choose_results_view_class = ChooseItemResultsView
    chosen_view_class = ItemChosenView
    chosen_multiple_view_class = ItemChosenMultipleView
    per_page = 20

    def get_urlpatterns(self):
        return [route for route in super().get_urlpatterns() if route.name != "create"]


def _read_number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() else 0


item_chooser = ItemChooser(
    "newsletter_item_chooser", url_prefix="newsletter/choose/item"
)
