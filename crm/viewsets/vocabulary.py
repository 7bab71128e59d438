"""The words the register keeper chooses: roles, topics, purposes."""

from typing import Any

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    ObjectList,
    TitleFieldPanel,
)

from crm.forms import PurposeForm
from crm.models import Contact, Purpose, Role, Seat, Topic
from crm.viewsets.base import WIDE, RegisterIndexView, RegisterViewSet
from crm.viewsets.columns import Column, NumberColumn

NAMES = [
    FieldRowPanel(
        [TitleFieldPanel("name_sv", targets=["slug"]), FieldPanel("name_en")]
    ),
    FieldPanel(
        "slug",
        help_text=gettext_lazy("Stands for it in files. Better not changed later."),
    ),
]


class TermIndexView(RegisterIndexView):
    """A listing of words with how often each is used."""

    search_fields = ["name_sv", "name_en", "slug"]
    # The rows that use a word, and their column that names it.
    counted: Any = None
    counted_by = ""
    counted_label = ""

    def get_base_queryset(self):
        # Counted for each word from the index; joined, all of them would be sorted.
        rows = self.counted.objects.filter(**{self.counted_by: OuterRef("pk")})
        used = rows.order_by().values(self.counted_by).annotate(uses=Count("*"))
        uses = Coalesce(Subquery(used.values("uses")), 0)
        return super().get_base_queryset().annotate(uses=uses)

    @cached_property
    def columns(self):
        return [
            self.make_title_column(
                gettext_lazy("Name in Swedish"),
                accessor="name_sv",
                sort_key="name_sv",
                width=WIDE,
            ),
            Column(
                "name_en", sort_key="name_en", label=gettext_lazy("Name in English")
            ),
            NumberColumn("uses", label=self.counted_label, sort_key="uses"),
        ]


class RoleIndexView(TermIndexView):
    counted = Seat
    counted_by = "role"
    counted_label = gettext_lazy("Seats")
    empty_message = gettext_lazy(
        "No roles yet. A role says what a seat is for, such as coordinator."
    )


class TopicIndexView(TermIndexView):
    counted = Contact.topics.through
    counted_by = "topic"
    counted_label = gettext_lazy("Contacts")
    empty_message = gettext_lazy(
        "No topics yet. Topics say what contacts care for and items are about."
    )


class PurposeIndexView(RegisterIndexView):
    search_fields = ["name_sv", "name_en", "slug"]
    empty_message = gettext_lazy(
        "No purposes yet. A newsletter needs one: it says on what ground you write."
    )

    @cached_property
    def columns(self):
        return [
            self.make_title_column(gettext_lazy("Purpose"), width=WIDE),
            Column("get_lawful_basis_display", label=gettext_lazy("Lawful basis")),
            NumberColumn("version", label=gettext_lazy("Version of the wording")),
        ]


class RoleViewSet(RegisterViewSet):
    model = Role
    path_name = "roles"
    icon = "key"
    menu_label = gettext_lazy("Roles")
    index_view_class = RoleIndexView
    inspect_view_fields = ["name_sv", "name_en", "slug"]
    edit_handler = ObjectList(NAMES)


class TopicViewSet(RegisterViewSet):
    model = Topic
    path_name = "topics"
    icon = "tag"
    menu_label = gettext_lazy("Topics")
    index_view_class = TopicIndexView
    inspect_view_fields = ["name_sv", "name_en", "slug"]
    edit_handler = ObjectList(NAMES)


class PurposeViewSet(RegisterViewSet):
    model = Purpose
    path_name = "purposes"
    icon = "clipboard-list"
    menu_label = gettext_lazy("Purposes")
    index_view_class = PurposeIndexView
    inspect_view_fields = [
        "name_sv",
        "name_en",
        "slug",
        "lawful_basis",
        "wording_sv",
        "wording_en",
        "version",
    ]
    edit_handler = ObjectList(
        [
            HelpPanel(
                content=gettext_lazy(
                    "What people are told when they say yes. A new wording gets a new "
                    "version number; what people were shown before stays in the ledger."
                )
            ),
            *NAMES,
            FieldPanel("lawful_basis"),
            FieldPanel("wording_sv"),
            FieldPanel("wording_en"),
        ],
        base_form_class=PurposeForm,
    )
