"""Forms for what is written down by hand: notes, and what somebody said about mail."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminAutoHeightTextInput, AdminDateTimeInput

from crm.choices import ConsentAction, SpokenSource
from crm.models import Interaction, Purpose


class NoteForm(WagtailAdminModelForm):
    """What was said or done, when."""

    class Meta:
        model = Interaction
        fields = ["kind", "at", "text"]
        widgets = {"at": AdminDateTimeInput, "text": AdminAutoHeightTextInput}
        field_classes = {"at": forms.DateTimeField}

    def clean_at(self):
        return check_past(self.cleaned_data["at"])


class SaidForm(forms.Form):
    """What somebody said about mail, and how; it goes into the ledger as it was said."""

    action = forms.ChoiceField(label=gettext_lazy("What"), choices=ConsentAction)
    purpose = forms.ModelChoiceField(
        label=gettext_lazy("Purpose"), queryset=Purpose.objects.all(), empty_label=None
    )
    source = forms.ChoiceField(label=gettext_lazy("How"), choices=SpokenSource)
    at = forms.DateTimeField(
        label=gettext_lazy("When"),
        widget=AdminDateTimeInput,
        initial=timezone.localtime,
    )

    def clean_at(self):
        return check_past(self.cleaned_data["at"])


def check_past(at):
    """Return the moment. Raises ValidationError when it is still to come."""
    if at > timezone.now():
        raise ValidationError(_("That is still to come. Write when it was."))
    return at
