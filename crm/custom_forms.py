"""The administrator's fields in forms: the fields themselves, and those of a contact."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminDateInput

from crm.choices import FieldType
from crm.custom import all_fields, put_value, read_value, write_value
from crm.custom_updates import having
from crm.models import Contact, CustomField
from crm.names import clean_line

LONGEST_OPTION = 80


class CustomFormField(forms.CharField):
    """One of the administrator's fields; its clean value is as it is stored."""

    def __init__(self, field: CustomField, **kwargs: Any) -> None:
        kwargs.setdefault("label", field.name)
        super().__init__(required=False, widget=_make_widget(field), **kwargs)
        self.field = field

    def clean(self, value):
        text = super().clean(value)
        # What the field held before its options changed stays until somebody edits it.
        if self.initial and text == self.initial and self.is_outdated(text):
            return text
        return read_value(self.field, text)

    def is_outdated(self, text: str) -> bool:
        """Say whether a stored text no longer fits the field."""
        try:
            read_value(self.field, text)
        except ValidationError:
            return True
        return False


class CustomFieldsMixin:
    """Adds the administrator's fields to a contact's form."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.custom_fields = all_fields()
        for field in self.custom_fields:
            value = self.instance.custom.get(field.slug)
            self.fields[name_of(field)] = make_field(field, value)

    def get_custom_bound_fields(self):
        """Return the fields as a template shows them."""
        return [self[name_of(field)] for field in self.custom_fields]

    def save(self, commit=True):
        for field in self.custom_fields:
            name = name_of(field)
            # Values that nobody touched stay as they are, whatever they are.
            if name in self.changed_data:
                put_value(self.instance, field, self.cleaned_data[name])
        return super().save(commit)


class CustomFieldForm(WagtailAdminModelForm):
    """What an administrator says of a field. Short name and type stay what they were."""

    options = forms.CharField(
        label=gettext_lazy("Words to choose from"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("One on each line. Only for a choice."),
    )

    class Meta:
        model = CustomField
        fields = [
            "name_sv",
            "name_en",
            "slug",
            "type",
            "options",
            "is_merge_field",
            "order",
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["options"] = "\n".join(self.instance.options)
        if self.instance.pk:
            self.fields["slug"].disabled = self.fields["type"].disabled = True

    def clean_options(self):
        lines = map(clean_line, self.cleaned_data["options"].splitlines())
        options = list(filter(None, lines))
        if len({option.casefold() for option in options}) < len(options):
            raise ValidationError(_("A word stands there twice."))
        if any(len(option) > LONGEST_OPTION for option in options):
            raise ValidationError(
                _("A word has at most %(count)s characters.")
                % {"count": LONGEST_OPTION}
            )
        return options

    def clean(self):
        cleaned = super().clean()
        options = cleaned.get("options")
        if options is None:
            return cleaned
        if cleaned.get("type") == FieldType.CHOICE:
            if not options:
                self.add_error("options", _("Write the words to choose from."))
            self._check_used_options(options)
        else:
            cleaned["options"] = []
        return cleaned

    def _check_used_options(self, options: list[str]) -> None:
        """Say which word that was taken away is still somebody's."""
        for option in set(self.instance.options) - set(options):
            key = f"custom__{self.instance.slug}"
            count = Contact.objects.filter(**{key: option}).count()
            if count:
                self.add_error(
                    "options",
                    ngettext(
                        "“%(word)s” is what %(count)s contact has. Give them another "
                        "word first.",
                        "“%(word)s” is what %(count)s contacts have. Give them another "
                        "word first.",
                        count,
                    )
                    % {"word": option, "count": count},
                )


def name_of(field: CustomField) -> str:
    """Return the name of a field in forms and files."""
    return f"custom_{field.slug}"


def make_field(field: CustomField, value: Any) -> CustomFormField:
    """Return the form field with the contact's value in it."""
    text = write_value(field, value)
    made = CustomFormField(field, initial=text)
    if field.type == FieldType.CHOICE:
        words = [*field.options]
        if text and text not in words:
            words.append(text)
        made.widget.choices = [("", "–"), *((word, word) for word in words)]
    return made


def count_users(field: CustomField) -> int:
    """Return how many contacts have a value in the field."""
    return having(field).count()


def _make_widget(field: CustomField) -> forms.Widget:
    if field.type == FieldType.CHOICE:
        return forms.Select()
    if field.type == FieldType.DATE:
        return AdminDateInput()
    if field.type == FieldType.NUMBER:
        return forms.TextInput(attrs={"inputmode": "decimal"})
    return forms.TextInput()
