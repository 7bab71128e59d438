"""Forms about seats: who comes after whom, and which organisation belongs to what."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.forms.models import formfield_for_dbfield
from wagtail.admin.widgets import AdminDateInput

from crm.addresses import normalise_address
from crm.choices import Language
from crm.exceptions import AddressError
from crm.models import Affiliation, Contact, Membership
from crm.seats import describe_early, describe_too_soon

CHOOSE, NEW, NOBODY = "choose", "new", "nobody"
NEW_FIELDS = ("given_name", "family_name", "email", "language")


class SuccessionForm(forms.Form):
    """Ends the present affiliation, if there is one, and says who comes after.

    Tells of what cannot be before ``crm.seats`` has to refuse it.
    """

    ended_on = forms.DateField(widget=AdminDateInput)
    who = forms.ChoiceField(
        label=gettext_lazy("Who comes after?"),
        choices=[
            (CHOOSE, gettext_lazy("Somebody in the register")),
            (NEW, gettext_lazy("Somebody new")),
            (NOBODY, gettext_lazy("Nobody yet: leave the seat vacant")),
        ],
        widget=forms.RadioSelect,
        initial=CHOOSE,
    )
    given_name = forms.CharField(
        label=gettext_lazy("Given name"), max_length=120, required=False
    )
    family_name = forms.CharField(
        label=gettext_lazy("Family name"), max_length=120, required=False
    )
    email = forms.CharField(
        label=gettext_lazy("E-mail"), max_length=254, required=False
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=Language, required=False
    )
    starts_on = forms.DateField(
        label=gettext_lazy("First day"), widget=AdminDateInput, required=False
    )
    # The affiliation that was shown: another window may have changed the holder.
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, holder: Affiliation | None, may_add: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.holder = holder
        self.fields["contact"] = formfield_for_dbfield(
            Affiliation._meta.get_field("contact")
        )
        self.fields["contact"].label = _("Contact")
        self.fields["contact"].required = False
        self.describe(holder)
        if not may_add:
            self.fields["who"].choices = [
                choice for choice in self.fields["who"].choices if choice[0] != NEW
            ]

    def describe(self, holder: Affiliation | None) -> None:
        """Ask for the last day of whoever holds the seat; of nobody, when it is vacant."""
        today = timezone.localdate()
        first, last = self.fields["starts_on"], self.fields["ended_on"]
        if holder is None:
            del self.fields["ended_on"]
            first.initial = today
            self.fields["who"].label = _("Who takes the seat?")
            self.fields["who"].choices = self.fields["who"].choices[:-1]
            return
        last.label = _("Last day of %(holder)s") % {"holder": holder.contact}
        last.initial = holder.ends_on or today
        first.help_text = _("Leave it empty for the day after that last day.")

    def clean(self):
        cleaned = super().clean()
        who, ended_on = cleaned.get("who"), cleaned.get("ended_on")
        self.check_seen(cleaned.get("seen"))
        if who == CHOOSE:
            self.check_chosen(cleaned.get("contact"))
        elif who == NEW:
            self.check_new(cleaned)
        if self.holder and ended_on:
            self.check_days(ended_on, cleaned.get("starts_on"), who)
        return cleaned

    def check_seen(self, seen: int | None) -> None:
        """Nobody else has come or gone since the page was opened."""
        if seen and self.holder is None:
            self.add_error(None, _("Meanwhile the seat has become vacant."))
        elif seen and seen != self.holder.pk:
            self.add_error(
                None,
                _(
                    "Meanwhile %(holder)s has the seat. Look whether what you wrote "
                    "still holds, then save once more."
                )
                % {"holder": self.holder.contact},
            )

    def check_chosen(self, contact: Contact | None) -> None:
        """Somebody is chosen, and it is not who holds the seat now."""
        if contact is None and "contact" not in self.errors:
            self.add_error("contact", _("Choose who it is."))
        elif self.holder and contact and contact.pk == self.holder.contact_id:
            self.add_error(
                "contact",
                _("%(holder)s holds the seat already.") % {"holder": contact},
            )

    def check_new(self, cleaned: dict[str, Any]) -> None:
        """The new contact has a name, and an address that nobody has yet."""
        if not (cleaned.get("given_name") or cleaned.get("family_name")):
            self.add_error("given_name", _("Write a name."))
        try:
            cleaned["email"] = normalise_address(cleaned.get("email", ""))
        except AddressError as error:
            self.add_error("email", str(error))
            return
        if known := Contact.objects.filter(email=cleaned["email"]).first():
            self.add_error(
                "email",
                _(
                    "%(contact)s has this address and is in the register already. "
                    "Choose that contact instead."
                )
                % {"contact": known},
            )

    def check_days(self, ended_on: date, starts_on: date | None, who: str | None):
        """One ends after having begun, and the other begins after that end."""
        if self.holder.starts_on and ended_on < self.holder.starts_on:
            self.add_error("ended_on", describe_too_soon(self.holder))
        elif starts_on and starts_on <= ended_on and who != NOBODY:
            self.add_error("starts_on", describe_early(self.holder, ended_on))

    def make_contact(self) -> Contact:
        """Return the new contact, saved. Raises CrmError."""
        values = {name: self.cleaned_data[name] for name in NEW_FIELDS}
        values["language"] = values["language"] or Language.SWEDISH
        return Contact.objects.create(**values)

    @property
    def first_day(self) -> date | None:
        """The successor's first day, as written or the day after the last day."""
        cleaned = self.cleaned_data
        if cleaned.get("starts_on") or not cleaned.get("ended_on"):
            return cleaned.get("starts_on")
        return cleaned["ended_on"] + timedelta(days=1)


class MembershipForm(WagtailAdminModelForm):
    """An organisation joins a network as something, from a day on."""

    class Meta:
        model = Membership
        fields = ["network", "organisation", "role", "starts_on", "ends_on"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Here, since Wagtail's choosers become widgets only once the admin is set up.
        self.fields["organisation"].widget = formfield_for_dbfield(
            Membership._meta.get_field("organisation")
        ).widget

    def clean(self):
        cleaned = super().clean()
        same = Membership.objects.filter(
            organisation=cleaned.get("organisation"),
            network=cleaned.get("network"),
            role=cleaned.get("role"),
            ends_on__isnull=True,
        )
        if not cleaned.get("ends_on") and same.exclude(pk=self.instance.pk).exists():
            self.add_error(
                "organisation",
                _("%(organisation)s belongs to it as that already.")
                % {"organisation": cleaned["organisation"]},
            )
        return cleaned


class EndMembershipForm(forms.Form):
    """The last day of a membership."""

    ends_on = forms.DateField(label=gettext_lazy("Last day"), widget=AdminDateInput)

    def __init__(self, *args, membership: Membership, **kwargs):
        super().__init__(*args, **kwargs)
        self.membership = membership
        self.fields["ends_on"].initial = timezone.localdate()

    def clean_ends_on(self):
        starts_on, ends_on = self.membership.starts_on, self.cleaned_data["ends_on"]
        if starts_on and ends_on < starts_on:
            raise ValidationError(_("It cannot end before it starts."))
        return ends_on
