"""The form that takes a file to import, and what to do where the register disagrees."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from crm.imports.outcome import ImportOptions

CREATING = ("crm.add_organisation", "crm.add_role", "crm.add_topic")


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("A CSV file, as Excel, LibreOffice and Google Sheets save it."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv"}),
        error_messages={"empty": _("The file is empty.")},
    )
    creates_unknown = forms.BooleanField(
        label=_("Create unknown organisations, roles and topics"),
        required=False,
        help_text=_(
            "Otherwise a row that names one is an error. Look out for misspellings: "
            "the preview lists what would be created."
        ),
    )
    succeeds = forms.ChoiceField(
        label=_("When somebody else holds the seat"),
        choices=[
            ("", _("Stop with an error")),
            ("yes", _("Let the new person take over")),
        ],
        required=False,
        widget=forms.RadioSelect,
        initial="",
    )
    succeed_on = forms.DateField(
        label=_("New people take over on"),
        required=False,
        initial=timezone.localdate,
        widget=AdminDateInput,
        help_text=_(
            "Only for rows without a day of their own in the column “from”. The one "
            "who held the seat leaves the day before."
        ),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        if not user.has_perms(CREATING):
            del self.fields["creates_unknown"]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("succeeds") and not cleaned.get("succeed_on"):
            self.add_error("succeed_on", _("Write the day on which they take over."))
        return cleaned

    def get_options(self) -> ImportOptions:
        """Return the choices made; call it on a valid form."""
        cleaned = self.cleaned_data
        return ImportOptions(
            creates_unknown=cleaned.get("creates_unknown", False),
            succeed_on=cleaned["succeed_on"] if cleaned["succeeds"] else None,
        )
