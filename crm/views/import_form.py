"""The forms of an import: the file, what its columns mean, why we may hold it."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from crm.imports.columns import column_choices
from crm.imports.outcome import ImportOptions
from crm.imports.reading import ImportFileError, Table, max_bytes
from crm.imports.sheets import check_mapping
from crm.models import Purpose, Role

CREATING = ("crm.add_organisation", "crm.add_role", "crm.add_topic")
ACCEPTED = ".csv,.txt,.tsv,.xlsx,.vcf,text/csv,text/vcard"


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "An Excel workbook (.xlsx), a CSV file or an address book (vCard, .vcf). "
            "Exports of Google Contacts, Outlook, Mailchimp and listmonk are "
            "recognised."
        ),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        error_messages={"empty": _("The file is empty.")},
    )

    def read(self) -> bytes:
        """Return the bytes of the file; one more than is allowed tells it is too large."""
        return self.cleaned_data["file"].read(max_bytes() + 1)


class ColumnsForm(forms.Form):
    """One select for each heading of the file, and a name to remember them by."""

    remember_as = forms.CharField(
        label=_("Remember these columns as"),
        required=False,
        max_length=120,
        help_text=_(
            "A name for where such files come from. The next file with the same column "
            "names is read in the same way."
        ),
    )

    def __init__(self, *args, table: Table, mapping: dict[str, str], **kwargs):
        super().__init__(*args, **kwargs)
        self.headings = [heading for heading in table.headings if heading]
        choices = [("", _("Leave out")), *column_choices()]
        for place, heading in enumerate(self.headings):
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=heading,
                choices=choices,
                required=False,
                initial=mapping.get(heading, ""),
            )

    def clean(self):
        cleaned = super().clean()
        self.mapping = {
            heading: cleaned.get(f"column_{place}", "")
            for place, heading in enumerate(self.headings)
        }
        try:
            check_mapping(list(self.mapping.items()))
        except ImportFileError as error:
            raise forms.ValidationError(str(error)) from error
        return cleaned


class PurposeChoice(forms.ModelChoiceField):
    """Purposes with the ground on which each stands."""

    def label_from_instance(self, purpose):
        return f"{purpose} ({purpose.get_lawful_basis_display().lower()})"


class GroundForm(forms.Form):
    """Why the network may hold these data, and what to do in cases of doubt."""

    purpose = PurposeChoice(
        label=_("What will these people get mail about?"),
        queryset=Purpose.objects.all(),
        empty_label=None,
        widget=forms.RadioSelect,
        help_text=_(
            "In brackets stands the lawful basis. Where it is consent, nobody gets mail "
            "before a yes is known."
        ),
    )
    ground = forms.CharField(
        label=_("Where do the data come from?"),
        max_length=250,
        help_text=_(
            "Such as “List of participants, meeting of 8 June” or “Mailchimp, closed "
            "down in May”. It is kept with the import."
        ),
    )
    role = forms.ModelChoiceField(
        label=_("Role of those whose row names an organisation, but no role"),
        queryset=Role.objects.all(),
        required=False,
        empty_label=_("None: such a row is an error"),
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

    def __init__(self, *args, user, has_seats: bool, has_topics: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not has_seats:
            for name in ("role", "succeeds", "succeed_on"):
                del self.fields[name]
        if not (has_seats or has_topics) or not user.has_perms(CREATING):
            del self.fields["creates_unknown"]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("succeeds") and not cleaned.get("succeed_on"):
            self.add_error("succeed_on", _("Write the day on which they take over."))
        return cleaned

    def get_options(self) -> ImportOptions:
        """Return the choices made; call it on a valid form."""
        cleaned = self.cleaned_data
        role = cleaned.get("role")
        return ImportOptions(
            creates_unknown=cleaned.get("creates_unknown", False),
            succeed_on=cleaned.get("succeed_on") if cleaned.get("succeeds") else None,
            role_id=role.pk if role else None,
        )
