"""The form of a change to many contacts: what is to be done, with its value."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.bulk.actions import ACTIONS, Action, may_do
from crm.choices import Language
from crm.custom import all_fields, show_value
from crm.custom_forms import make_field
from crm.models import CustomField


class BulkForm(forms.Form):
    """One radio per action, each with the field for its value beside it."""

    def __init__(self, data=None, *, user: Any):
        super().__init__(data)
        self.custom = {field.slug: field for field in all_fields()}
        choices = []
        for action in ACTIONS.values():
            if may_do(user, action):
                choices += self._add_value(action, user)
        self.fields["action"] = forms.ChoiceField(
            choices=choices,
            error_messages={"required": gettext_lazy("Choose what is to be done.")},
        )

    def clean(self):
        cleaned = super().clean()
        choice = cleaned.get("action", "")
        action, slug = split_choice(choice)
        if not action or slug or action in ("delete",):
            return cleaned
        if not cleaned.get(choice) and choice not in self.errors:
            self.add_error(choice, _("Choose one."))
        return cleaned

    def read_action(self) -> tuple[Action, Any]:
        """Return the chosen action with its value, plain JSON, once the form is valid."""
        choice = self.cleaned_data["action"]
        name, slug = split_choice(choice)
        value = self.cleaned_data.get(choice)
        if slug:
            return ACTIONS[name], {"field": slug, "value": value}
        if name == "delete":
            return ACTIONS[name], bool(self.cleaned_data.get("stop_addresses"))
        return ACTIONS[name], getattr(value, "pk", value)

    def describe_action(self) -> str:
        """Return in a sentence what would be done to each contact."""
        choice = self.cleaned_data["action"]
        name, slug = split_choice(choice)
        value = self.cleaned_data.get(choice)
        if slug:
            return describe_field(self.custom[slug], value)
        if name == "delete":
            if self.cleaned_data.get("stop_addresses"):
                return _("Deleted, and their addresses stopped.")
            return _("Deleted.")
        words = Language(value).label if name == "set_language" else value
        return f"{ACTIONS[name].label}: {words}."

    def list_options(self) -> list[dict[str, Any]]:
        """Return what the page shows: value and label of each radio, and its field."""
        return [
            {
                "choice": choice,
                "label": label,
                "field": self[choice] if choice in self.fields else None,
                "is_chosen": self["action"].value() == choice,
            }
            for choice, label in self.fields["action"].choices
        ]

    def _add_value(self, action: Action, user: Any) -> list[tuple[str, Any]]:
        """Add the fields of an action's value; return its radios."""
        if action.name == "set_field":
            for slug, field in self.custom.items():
                made = make_field(field, None)
                made.label = field.name
                self.fields[f"set_field.{slug}"] = made
            return [
                (
                    f"set_field.{slug}",
                    _("Fill “%(field)s” (left empty: take it away)")
                    % {"field": field.name},
                )
                for slug, field in self.custom.items()
            ]
        if action.name == "delete":
            self.fields["stop_addresses"] = forms.BooleanField(
                label=_("Also stop the addresses, so that no import revives them"),
                required=False,
                initial=user.has_perm("crm.add_suppression"),
                disabled=not user.has_perm("crm.add_suppression"),
            )
        elif action.name == "set_language":
            self.fields[action.name] = forms.ChoiceField(
                choices=[("", "–"), *Language.choices],
                required=False,
                label=action.label,
            )
        elif action.model:
            self.fields[action.name] = forms.ModelChoiceField(
                action.model._default_manager.all(),
                required=False,
                label=action.label,
                empty_label="–",
            )
        return [(action.name, action.label)]


def split_choice(choice: str) -> tuple[str, str]:
    """Return (action, slug of a field of the administrator's own or "")."""
    name, _dot, slug = choice.partition(".")
    return name, slug


def describe_field(field: CustomField, value: Any) -> str:
    """Return in a sentence what a field would be set to."""
    if value is None:
        return _("“%(field)s” is emptied.") % {"field": field.name}
    return _("“%(field)s” becomes “%(value)s”.") % {
        "field": field.name,
        "value": show_value(field, value),
    }
