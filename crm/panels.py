"""The register's own panels: rows that belong to a thing, the administrator's fields."""

from wagtail.admin.panels import Panel


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
