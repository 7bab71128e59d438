"""What people fill in around a send. Each form says what is wrong in a sentence."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.addresses import normalise_address
from crm.exceptions import AddressError
from crm.models import Contact
from crm.viewsets.choosers import contact_chooser
from newsletter.choices import CampaignAudience
from newsletter.delivery.repeats import list_audiences
from newsletter.mail.conditions import EVERYTHING
from newsletter.mail.preview import Cut
from newsletter.models import NewsPage, Recipients
from newsletter.office_time import OfficeTimeField, name_zone

MOST_TEST_ADDRESSES = 10
# Said where there is a choice.
AUDIENCE_LABELS = {
    CampaignAudience.RECIPIENTS: _(
        "Everybody in the recipients, also those who have had it"
    ),
    CampaignAudience.ADDED_SINCE: _(
        "Those added since: who has not had an earlier send of it"
    ),
}
WRITTEN_CUT = re.compile(r"([a-z]{2})-(\d{1,19})")


class RecipientsForm(forms.ModelForm):
    """Recipients are made in the editor's chooser and in their own listing alike."""

    class Meta:
        model = Recipients
        fields = ["name", "include", "exclude"]
        widgets = {
            "include": forms.CheckboxSelectMultiple,
            "exclude": forms.CheckboxSelectMultiple,
        }
        # Wagtail Newsletter's own field has no name that can be translated.
        labels = {"name": _("Name")}
        help_texts = {
            "name": _("Such as “Coordinators in Sweden”."),
            "include": _("Everybody who is in at least one of these segments."),
            "exclude": _("Whoever is in one of these gets nothing."),
        }

    def clean(self):
        cleaned = super().clean()
        both = set(cleaned.get("include") or []) & set(cleaned.get("exclude") or [])
        if both:
            names = ", ".join(sorted(str(segment) for segment in both))
            raise ValidationError(
                {
                    "exclude": _("Goes to and leaves out the same: %(names)s.")
                    % {"names": names}
                }
            )
        return cleaned


class CutField(forms.CharField):
    """A variant as addresses carry it: language, hyphen, the bits as a number."""

    def clean(self, value) -> Cut | None:
        written = super().clean(value)
        if not written:
            return None
        match = WRITTEN_CUT.fullmatch(written)
        if match is None or int(match[2]) > EVERYTHING:
            raise ValidationError(_("There is no such letter."))
        return Cut(match[1], int(match[2]))


class SendTestForm(forms.Form):
    # Not required in the browser's sense: it stands inside the item's own form.
    addresses = forms.CharField(
        label=_("Send the test to"),
        help_text=_("One address, or up to ten with commas between."),
        required=False,
        max_length=2000,
    )
    as_contact = forms.ModelChoiceField(
        Contact.objects.all(),
        label=_("As this person gets it"),
        help_text=_("Without one, every block is shown and the greeting has no name."),
        required=False,
        widget=contact_chooser.widget_class,
    )
    every_variant = forms.BooleanField(
        label=_("One of each kind of letter"),
        # ``newsletter.delivery.testing.MOST_VARIANTS``.
        help_text=_(
            "What different readers get: by language and by the blocks they are shown. "
            "At most twenty, the largest first."
        ),
        required=False,
    )
    variant = CutField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, may_see_people: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        if not may_see_people:
            del self.fields["as_contact"]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("every_variant") and cleaned.get("as_contact"):
            raise ValidationError(
                _("Choose one: as a person gets it, or one of each kind of letter.")
            )
        return cleaned

    def clean_addresses(self) -> list[str]:
        written = [a for a in re.split(r"[\s,;]+", self.cleaned_data["addresses"]) if a]
        if not written:
            raise ValidationError(_("Write the address the test is to go to."))
        if len(written) > MOST_TEST_ADDRESSES:
            raise ValidationError(_("A test goes to ten addresses at most."))
        return list(dict.fromkeys(_read_address(address) for address in written))


class PreviewForm(forms.Form):
    """As whom, as what and on which screen an item is looked at."""

    contact = forms.ModelChoiceField(
        Contact.objects.all(),
        label=_("As this person gets it"),
        required=False,
        widget=contact_chooser.widget_class,
    )
    variant = CutField(required=False, widget=forms.HiddenInput)
    shape = forms.ChoiceField(
        label=_("Shown as"),
        choices=[
            ("html", _("Mail")),
            ("text", _("Plain text")),
            ("web", _("Web page")),
        ],
        required=False,
        initial="html",
        widget=forms.RadioSelect,
    )
    width = forms.ChoiceField(
        label=_("Screen"),
        choices=[("desktop", _("Desktop")), ("phone", _("Phone"))],
        required=False,
        initial="desktop",
        widget=forms.RadioSelect,
    )
    scheme = forms.ChoiceField(
        label=_("Colours"),
        choices=[("light", _("Light")), ("dark", _("Dark"))],
        required=False,
        initial="light",
        widget=forms.RadioSelect,
    )

    def __init__(self, data, *, may_see_people: bool):
        self.may_see_people = may_see_people
        first = {name: f.initial for name, f in self.base_fields.items() if f.initial}
        super().__init__({**first, **data.dict()})
        if not may_see_people:
            del self.fields["contact"]

    def choice(self, name: str) -> str:
        """Return what is chosen; the usual where that is none of the choices."""
        return self.cleaned_data.get(name) or self.fields[name].initial


class AudienceForm(forms.Form):
    """Whom a send goes to, where the item was sent before or corrects another."""

    audience = forms.ChoiceField(
        label=_("Whom it goes to"), required=False, widget=forms.RadioSelect
    )

    def __init__(self, *args, page: NewsPage, **kwargs):
        super().__init__(*args, **kwargs)
        audiences = list_audiences(page)
        labels = AUDIENCE_LABELS if len(audiences) > 1 else {}
        self.fields["audience"].choices = [
            (audience.value, labels.get(audience, audience.label))
            for audience in audiences
        ]

    @property
    def has_choice(self) -> bool:
        """Say whether there is more than one."""
        return len(self.fields["audience"].choices) > 1


class ScheduleForm(forms.Form):
    send_at = OfficeTimeField(label=_("Send at"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["send_at"].help_text = _("By %(zone)s.") % {"zone": name_zone()}

    def clean_send_at(self):
        send_at = self.cleaned_data["send_at"]
        if send_at is None:
            raise ValidationError(_("Choose a day and a time."))
        if send_at <= timezone.now():
            raise ValidationError(_("That time has passed. Choose a later one."))
        return send_at


def _read_address(written: str) -> str:
    try:
        return normalise_address(written)
    except AddressError as error:
        raise ValidationError(
            _("“%(address)s”: %(reason)s"),
            params={"address": written, "reason": str(error)},
        ) from error
