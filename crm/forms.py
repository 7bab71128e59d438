"""The register's forms: a thing together with the rows that belong to it."""

from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.forms.formsets import BaseFormSetMixin
from wagtail.admin.forms.models import formfield_for_dbfield

from crm.addresses import normalise_address
from crm.choices import SuppressionReason
from crm.custom_forms import CustomFieldsMixin
from crm.exceptions import AddressError
from crm.models import Affiliation, Contact, Membership, Network
from crm.seats import (
    change_days,
    describe_taken,
    fill_seat,
    find_overlap,
    find_start,
    refresh_copies,
    refresh_organisation,
)


class RowsFormSet(BaseFormSetMixin, forms.BaseInlineFormSet):
    """Rows below a form, written when the thing above them is saved.

    modelcluster asks its formsets to save into memory before it saves the thing itself;
    these wait for the real save.
    """

    def save(self, commit: bool = True) -> list[Any]:
        return super().save() if commit else []


class RowsForm(WagtailAdminModelForm):
    """A form with rows of another model, saved together or not at all."""

    # Name -> function that makes the formset. Made when a page asks: Wagtail's choosers
    # become the fields' widgets only once the admin is set up.
    make_rows: dict[str, Callable[[], type[RowsFormSet]]] = {}

    def __init__(self, data=None, files=None, **kwargs):
        super().__init__(data, files, **kwargs)
        for name, make_formset in self.make_rows.items():
            self.formsets[name] = make_formset()(
                data, instance=self.instance, prefix=name
            )

    @transaction.atomic
    def save(self, commit=True):
        instance = super().save(commit)
        if commit:
            for formset in self.formsets.values():
                formset.save()
        return instance


class AffiliationForm(WagtailAdminModelForm):
    """Who sits where: a new row fills a seat, an old one is ended or corrected."""

    class Meta:
        model = Affiliation
        fields = ["seat", "starts_on", "ends_on"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Another seat is another affiliation: the old one is ended, not rewritten.
        self.fields["seat"].disabled = bool(self.instance.pk)

    def clean(self):
        cleaned = super().clean()
        seat, starts_on = cleaned.get("seat"), cleaned.get("starts_on")
        if seat and not self.errors:
            ends_on, own = cleaned.get("ends_on"), self.instance
            if not own.pk and not ends_on:
                starts_on = starts_on or find_start(seat)
            held = find_overlap(seat, starts_on, ends_on, but=own if own.pk else None)
            if held:
                self.add_error("seat", self.describe(held, ends_on))
        return cleaned

    def describe(self, held: Affiliation, ends_on: date | None) -> str:
        """Say on the row who holds the seat, before the database has to refuse."""
        if held.contact_id == self.instance.contact_id:
            return _("This contact holds the seat on some of these days already.")
        return describe_taken(held, until=ends_on)

    def save(self, commit=True):
        if self.instance.pk:
            return change_days(
                self.instance,
                starts_on=self.cleaned_data["starts_on"],
                ends_on=self.cleaned_data["ends_on"],
            )
        self.instance = fill_seat(
            self.cleaned_data["seat"],
            self.instance.contact,
            starts_on=self.cleaned_data["starts_on"],
            ends_on=self.cleaned_data["ends_on"],
        )
        return self.instance


class AffiliationFormSet(RowsFormSet):
    def get_queryset(self):
        return (
            super()
            .get_queryset()
            .select_related("seat__role", "seat__organisation", "seat__network")
        )

    def save_new(self, form, commit=True):
        form.instance.contact = self.instance
        return form.save(commit)

    def clean(self):
        super().clean()
        chosen = set()
        for form in self.forms:
            seat = form.cleaned_data.get("seat") if form.is_valid() else None
            if seat and not form.instance.pk:
                if seat.pk in chosen:
                    form.add_error("seat", _("The same seat is chosen twice."))
                chosen.add(seat.pk)


@cache
def make_affiliations() -> type[RowsFormSet]:
    """Return the formset of a contact's seats."""
    return forms.inlineformset_factory(
        Contact,
        Affiliation,
        form=AffiliationForm,
        formset=AffiliationFormSet,
        extra=0,
        formfield_callback=formfield_for_dbfield,
    )


class ContactForm(CustomFieldsMixin, RowsForm):
    make_rows = {"affiliations": make_affiliations}


class MembershipForm(WagtailAdminModelForm):
    class Meta:
        model = Membership
        fields = ["organisation", "role", "starts_on", "ends_on"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].disabled = bool(self.instance.pk)


class MembershipFormSet(RowsFormSet):
    def get_queryset(self):
        return super().get_queryset().select_related("organisation")


@cache
def make_memberships() -> type[RowsFormSet]:
    """Return the formset of a network's members."""
    return forms.inlineformset_factory(
        Network,
        Membership,
        form=MembershipForm,
        formset=MembershipFormSet,
        extra=0,
        formfield_callback=formfield_for_dbfield,
    )


class NetworkForm(RowsForm):
    make_rows = {"memberships": make_memberships}


class OrganisationForm(WagtailAdminModelForm):
    """Keeps what segment rules read about the organisation's seats up to date."""

    def validate_constraints(self):
        # The sort key is no field of the form, yet it is what tells two names apart.
        exclude = self._get_validation_exclusions() - {"sort_key"}
        try:
            self.instance.validate_constraints(exclude=exclude)
        except ValidationError as error:
            self._update_errors(error)

    @transaction.atomic
    def save(self, commit=True):
        organisation = super().save(commit)
        if commit:
            refresh_organisation(organisation)
        return organisation


class SeatForm(WagtailAdminModelForm):
    """Keeps what segment rules read about the seat's holders up to date."""

    @transaction.atomic
    def save(self, commit=True):
        seat = super().save(commit)
        if commit:
            refresh_copies(seats=[seat.pk])
        return seat


class PurposeForm(WagtailAdminModelForm):
    """Counts the version up when the wording changes, since the ledger quotes it."""

    def save(self, commit=True):
        wording = {"wording_sv", "wording_en"}
        if self.instance.pk and wording & set(self.changed_data):
            self.instance.version += 1
        return super().save(commit)


class StopAddressForm(forms.Form):
    """An address to stop; only its keyed hash is kept."""

    address = forms.CharField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_(
            "No mail goes to this address any more, whoever has it. The address "
            "itself is not kept here, only a fingerprint of it."
        ),
    )
    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=[
            (reason.value, reason.label)
            for reason in SuppressionReason
            if reason != SuppressionReason.ERASURE
        ],
        initial=SuppressionReason.MANUAL,
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=200,
        required=False,
        help_text=_("Do not write the address or the name here."),
    )

    def clean_address(self):
        try:
            return normalise_address(self.cleaned_data["address"])
        except AddressError as error:
            raise ValidationError(str(error)) from error
