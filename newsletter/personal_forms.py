"""What somebody may send us from a page behind their own link."""

from datetime import date, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.choices import Language, RequestKind
from crm.models import Purpose, Topic
from crm.pausing import last_day
from newsletter.preferences.pausing import OTHER, find_rest, list_rests
from newsletter.public_forms import AddressField

LONGEST_WORDS = 2_000
WORDS_ASKED_FOR = {
    RequestKind.CORRECTION: gettext_lazy("What is wrong, and what is right"),
    RequestKind.ERASURE: gettext_lazy("Something to say about it?"),
}


class ChoicesForm(forms.Form):
    """What somebody wants to get, in what language, about what."""

    purposes = forms.ModelMultipleChoiceField(Purpose.objects.all(), required=False)
    language = forms.ChoiceField(choices=Language)
    topics = forms.ModelMultipleChoiceField(Topic.objects.all(), required=False)


class NewAddressForm(forms.Form):
    """Another address for somebody's letters."""

    address = AddressField(
        label=gettext_lazy("New e-mail address"),
        help_text=gettext_lazy(
            "We mail a link to the new address; until it is opened nothing changes."
        ),
    )


class SuccessorForm(forms.Form):
    """Who follows in a post, as far as the one who leaves knows."""

    successor = forms.CharField(
        label=gettext_lazy("Who follows you"),
        max_length=200,
        required=False,
        help_text=gettext_lazy(
            "Name, and address if you know it. You may leave it empty."
        ),
    )


class PauseForm(forms.Form):
    """A rest from mail: so many months, or until a day of one's own."""

    rest = forms.ChoiceField(
        label=gettext_lazy("For how long"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose one of them."),
            "invalid_choice": gettext_lazy("Choose one of them."),
        },
    )
    until = forms.DateField(
        label=gettext_lazy("The first day on which mail may come again"),
        help_text=gettext_lazy(
            "Only if you choose a day of your own; at most a year ahead."
        ),
        required=False,
        # The form of the type "date", whatever the language.
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(self, data=None):
        super().__init__(data)
        self.today = timezone.localdate()
        self.fields["rest"].choices = [
            *((rest.value, rest.label) for rest in list_rests(self.today)),
            (OTHER, _("Until a day that I choose")),
        ]
        self.fields["until"].widget.attrs |= {
            "min": (self.today + timedelta(days=1)).isoformat(),
            "max": last_day(self.today).isoformat(),
        }

    def clean(self):
        cleaned = super().clean()
        is_own = cleaned.get("rest") == OTHER
        if is_own and not cleaned.get("until") and "until" not in self.errors:
            self.add_error("until", ValidationError(_("Choose the day.")))
        return cleaned

    def read_day(self) -> date:
        """Return the first day on which mail may come again; the form must be valid."""
        rest = find_rest(self.cleaned_data["rest"], self.today)
        return rest.until if rest else self.cleaned_data["until"]


class RequestForm(forms.Form):
    """A wish about one's own data, in words where they are needed.

    The ids of its fields begin with the kind: the page has a form of each.
    """

    kind = forms.ChoiceField(
        choices=[
            (kind.value, kind.label)
            for kind in (RequestKind.ERASURE, RequestKind.CORRECTION)
        ]
    )
    text = forms.CharField(
        max_length=LONGEST_WORDS, required=False, widget=forms.Textarea
    )

    def __init__(self, data):
        kind = data.get("kind", "")
        super().__init__(data, auto_id=f"{kind}-%s")
        if kind in WORDS_ASKED_FOR:
            self.fields["text"].label = WORDS_ASKED_FOR[kind]

    def clean(self):
        cleaned = super().clean()
        is_correction = cleaned.get("kind") == RequestKind.CORRECTION
        if is_correction and not cleaned.get("text") and "text" not in self.errors:
            self.add_error("text", ValidationError(_("Say what is to be put right.")))
        return cleaned
