"""The register's own panels: rows that belong to a thing, the administrator's fields."""

from django.utils.html import format_html_join
from wagtail.admin.panels import ObjectList, Panel


class RowsPanel(Panel):
    """Shows one formset of a ``RowsForm``; rows are added without leaving the page.

    ``fixed`` names the field that a row keeps once it is saved.
    """

    def __init__(self, name, *, fixed, add_label, empty_text="", **kwargs):
        super().__init__(**kwargs)
        self.name = name
        self.fixed = fixed
        self.add_label = add_label
        self.empty_text = empty_text

    def clone_kwargs(self):
        return {
            **super().clone_kwargs(),
            "name": self.name,
            "fixed": self.fixed,
            "add_label": self.add_label,
            "empty_text": self.empty_text,
        }

    class BoundPanel(Panel.BoundPanel):
        template_name = "cms/crm/rows_panel.html"

        def get_context_data(self, parent_context=None):
            return {
                **super().get_context_data(parent_context),
                "formset": self.form.formsets[self.panel.name],
                "fixed": self.panel.fixed,
                "add_label": self.panel.add_label,
                "empty_text": self.panel.empty_text,
            }


class CustomFieldsPanel(Panel):
    """Shows the fields that the administrator added to contacts; nothing without any."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "cms/crm/custom_fields_panel.html"

        def is_shown(self):
            return super().is_shown() and bool(self.form.custom_fields)

        def get_context_data(self, parent_context=None):
            return {
                **super().get_context_data(parent_context),
                "fields": self.form.get_custom_bound_fields(),
            }


class CustomObjectList(ObjectList):
    """The panels of a form one of which is a CustomFieldsPanel.

    Wagtail adds every field that no panel names, so that the administrator's would stand
    there twice, the second time empty.
    """

    class BoundPanel(ObjectList.BoundPanel):
        def render_missing_fields(self):
            """Return what no panel shows: fields of neither the model nor the register."""
            shown = set(self.panel.get_form_options().get("fields", []))
            shown |= {field.name for field in self.form.get_custom_bound_fields()}
            missing = [
                (self.form[name],) for name in self.form.fields if name not in shown
            ]
            return format_html_join("", "{}", missing)
