"""Publications, and articles and broadcasts in the media."""

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    MultiFieldPanel,
    ObjectList,
)

from crm.filters import MediaItemFilterSet, PublicationFilterSet
from crm.media import say_media
from crm.models import MediaItem, Publication
from crm.viewsets.base import RegisterIndexView, RegisterViewSet, UsedInspectView
from crm.viewsets.columns import Column

TITLE = [
    FieldPanel("title"),
    FieldRowPanel([FieldPanel("language"), FieldPanel("kind")]),
    FieldPanel("authors"),
    FieldRowPanel([FieldPanel("appeared_on"), FieldPanel("url")]),
]


class PublicationIndexView(RegisterIndexView):
    opens_overview = True
    search_fields = ["title", "authors", "identifier", "publisher__name"]
    select_related = ("publisher", "network")
    empty_message = gettext_lazy(
        "No publications yet. Add one, and every list of its network shows it."
    )

    @cached_property
    def columns(self):
        return [
            self.make_title_column(gettext_lazy("Title"), sort_key="title"),
            Column("get_kind_display", label=gettext_lazy("Kind"), sort_key="kind"),
            Column("authors", label=gettext_lazy("By")),
            Column("publisher", label=gettext_lazy("Published by")),
            Column("appeared", label=gettext_lazy("Date"), sort_key="appeared_on"),
        ]


class PublicationViewSet(RegisterViewSet):
    model = Publication
    path_name = "publications"
    icon = "doc-full"
    menu_label = gettext_lazy("Publications")
    index_view_class = PublicationIndexView
    inspect_view_class = UsedInspectView
    inspect_view_fields = [
        "title",
        "kind",
        "language",
        "authors",
        "publisher",
        "appeared",
        "identifier",
        "url",
        "network",
        "description_sv",
        "description_en",
    ]
    filterset_class = PublicationFilterSet
    edit_handler = ObjectList(
        [
            MultiFieldPanel(TITLE, heading=gettext_lazy("What it is"), icon="doc-full"),
            MultiFieldPanel(
                [
                    FieldPanel("publisher"),
                    FieldPanel("network"),
                    FieldPanel("identifier"),
                ],
                heading=gettext_lazy("Where it belongs"),
                icon="site",
            ),
            MultiFieldPanel(
                [FieldPanel("description_sv"), FieldPanel("description_en")],
                heading=gettext_lazy("What it is about"),
                icon="pilcrow",
            ),
        ]
    )


class MediaItemIndexView(RegisterIndexView):
    opens_overview = True
    search_fields = ["title", "authors", "outlet__name", "wording"]
    select_related = ("outlet", "publisher", "network")
    empty_message = gettext_lazy(
        "Nothing from the media yet. Add articles and broadcasts you were heard in."
    )

    @cached_property
    def columns(self):
        return [
            self.make_title_column(gettext_lazy("Title"), sort_key="title"),
            Column("get_kind_display", label=gettext_lazy("Kind"), sort_key="kind"),
            Column("authors", label=gettext_lazy("By")),
            Column("outlet", label=gettext_lazy("In")),
            Column("appeared", label=gettext_lazy("Date"), sort_key="appeared_on"),
        ]


class MediaItemInspectView(UsedInspectView):
    template_name = "cms/crm/media_item.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(sentence=say_media(self.object), **kwargs)


class MediaItemViewSet(RegisterViewSet):
    model = MediaItem
    path_name = "media"
    icon = "openquote"
    menu_label = gettext_lazy("In the media")
    index_view_class = MediaItemIndexView
    inspect_view_class = MediaItemInspectView
    inspect_view_fields = [
        "title",
        "kind",
        "language",
        "authors",
        "outlet",
        "appeared",
        "url",
        "publisher",
        "network",
    ]
    filterset_class = MediaItemFilterSet
    ordering = "-appeared_on"
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [*TITLE, FieldPanel("outlet")],
                heading=gettext_lazy("What it is"),
                icon="openquote",
            ),
            MultiFieldPanel(
                [FieldPanel("publisher"), FieldPanel("network")],
                heading=gettext_lazy("Where it belongs"),
                icon="site",
            ),
            MultiFieldPanel(
                [
                    HelpPanel(
                        content=gettext_lazy(
                            "Lists say: “Title”, opinion piece by its authors in the "
                            "outlet, and the date."
                        )
                    ),
                    FieldPanel("wording"),
                ],
                heading=gettext_lazy("How it is said"),
                icon="pilcrow",
            ),
        ]
    )
