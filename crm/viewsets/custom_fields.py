"""The administrator's own fields of contacts: what there is, and deleting one."""

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    MultiFieldPanel,
    ObjectList,
)
from wagtail.log_actions import log

from crm.bulk.running import MOST_AT_ONCE
from crm.custom_forms import CustomFieldForm, count_users
from crm.custom_updates import DROP_JOB, drop_field
from crm.custom_uses import find_field_uses
from crm.models import CustomField
from crm.tasks import start_job
from crm.viewsets.base import RegisterDeleteView, RegisterIndexView, RegisterViewSet
from crm.viewsets.columns import BooleanColumn, Column


class CustomFieldIndexView(RegisterIndexView):
    search_fields = ["name_sv", "name_en", "slug"]
    empty_message = gettext_lazy(
        "No fields of your own yet. Add one when contacts need a fact that the register "
        "has no place for, such as a diet or a date of appointment."
    )

    @cached_property
    def columns(self):
        return [
            self.make_title_column(_("Name"), sort_key="name_sv"),
            Column("get_type_display", label=_("Type")),
            Column("slug", label=_("Short name"), sort_key="slug"),
            BooleanColumn("is_merge_field", label=_("May stand in letters")),
            BooleanColumn("is_listed", label=_("In the list of contacts")),
        ]


class CustomFieldDeleteView(RegisterDeleteView):
    """Says first how many contacts have a value, and what else uses the field."""

    template_name = "cms/crm/confirm_delete_field.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            count=count_users(self.object),
            uses=find_field_uses(self.object),
            **kwargs,
        )

    def form_valid(self, form):
        count = count_users(self.object)
        if count <= MOST_AT_ONCE:
            return super().form_valid(form)
        log(self.object, "wagtail.delete", user=self.request.user, deleted=True)
        job = start_job(
            DROP_JOB,
            by=self.request.user,
            field=self.object.pk,
            done_url=reverse(self.index_url_name),
        )
        return redirect("crm_job", job.pk)

    def delete_action(self):
        log(self.object, "wagtail.delete", user=self.request.user, deleted=True)
        drop_field(self.object, lambda _done, _total: None)


class CustomFieldViewSet(RegisterViewSet):
    model = CustomField
    path_name = "fields"
    icon = "form"
    menu_label = gettext_lazy("Fields of our own")
    index_view_class = CustomFieldIndexView
    delete_view_class = CustomFieldDeleteView
    inspect_view_enabled = False
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldRowPanel(
                        [
                            FieldPanel("name_sv"),
                            FieldPanel("name_en"),
                        ]
                    ),
                    FieldRowPanel([FieldPanel("slug"), FieldPanel("type")]),
                    FieldPanel("options"),
                ],
                heading=gettext_lazy("The field"),
                help_text=gettext_lazy(
                    "Short name and type stay as they are once the field is there: "
                    "files and letters go by them."
                ),
                icon="form",
            ),
            MultiFieldPanel(
                [
                    FieldPanel(
                        "is_merge_field",
                        help_text=gettext_lazy(
                            "Then a letter may say [[custom_diet]], and everybody reads "
                            "their own."
                        ),
                    ),
                    FieldPanel(
                        "is_listed",
                        help_text=gettext_lazy(
                            "A column beside the name. The list is not sorted by it; a "
                            "segment finds people by what stands there."
                        ),
                    ),
                    FieldPanel(
                        "order",
                        help_text=gettext_lazy("Small numbers come first."),
                    ),
                ],
                heading=gettext_lazy("Use"),
            ),
        ],
        base_form_class=CustomFieldForm,
    )
