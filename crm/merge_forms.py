"""The form of a merge: two contacts side by side, one choice per field that differs."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django import forms
from django.core import signing
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.addresses import display_address
from crm.choices import Language
from crm.custom import all_fields, show_value
from crm.merging.joining import (
    LONG_FIELDS,
    Choices,
    field_names,
    read_field,
    suggest_choices,
)
from crm.models import Contact, CustomField, Segment, Suppression, Topic

KEPT, LOST, BOTH = "kept", "lost", "both"
SALT = "crm.merge"


@dataclass(frozen=True)
class Row:
    """One field of both contacts, as the page shows it.

    ``bound`` is the choice, None where both say the same or nothing; ``warnings`` stand
    under the values.
    """

    label: str
    kept: SafeString | str
    lost: SafeString | str
    bound: Any = None
    is_long: bool = False
    kept_warning: str = ""
    lost_warning: str = ""


class LinksField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple


class MergeForm(forms.Form):
    """What of the two the one contact has. ``seen`` says what the page showed."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data=None, *, kept: Contact, lost: Contact):
        super().__init__(data)
        self.kept, self.lost = kept, lost
        self.suggested = suggest_choices(kept, lost)
        self.custom = {f"custom.{field.slug}": field for field in all_fields()}
        for name in field_names(kept, lost):
            if read_field(kept, name) != read_field(lost, name):
                self.fields[name] = self._make_choice(name)
        for name, label, links in self._list_links():
            self.fields[name] = LinksField(
                queryset=links, label=label, required=False, initial=links
            )
        self.initial["seen"] = sign_pair(kept, lost)

    def clean_seen(self):
        """Refuse what was chosen about contacts that look otherwise by now."""
        if self.cleaned_data["seen"] != sign_pair(self.kept, self.lost):
            raise forms.ValidationError(
                _(
                    "One of the two was changed meanwhile. This is how they are now: "
                    "look and choose again."
                )
            )
        return self.cleaned_data["seen"]

    def read_choices(self) -> Choices:
        """Return what was chosen; call it when the form is valid."""
        chosen = self.cleaned_data
        return Choices(
            from_lost=frozenset(name for name in chosen if chosen[name] == LOST),
            from_both=frozenset(name for name in chosen if chosen[name] == BOTH),
            **{
                name: frozenset(thing.pk for thing in chosen[name])
                for name in ("topics", "added", "excluded")
                if name in chosen
            },
        )

    def list_rows(self) -> list[Row]:
        """Return the rows of the page; what neither contact has is left out."""
        stopped = find_stopped([self.kept, self.lost])
        rows = []
        for name in field_names(self.kept, self.lost):
            if read_field(self.kept, name) or read_field(self.lost, name):
                rows.append(self._make_row(name, stopped))
        return rows

    def list_links(self) -> list[Any]:
        """Return the bound fields of topics and segments."""
        names = ("topics", "added", "excluded")
        return [self[name] for name in names if name in self.fields]

    def _make_row(self, name: str, stopped: dict[str, str]) -> Row:
        kept, lost = (self._show(contact, name) for contact in (self.kept, self.lost))
        bound = self[name] if name in self.fields else None
        warned = stopped if name == "email" else {}
        is_long = name in LONG_FIELDS
        return Row(
            self._label(name),
            *(mark_differences(kept, lost) if bound and not is_long else (kept, lost)),
            bound,
            is_long,
            warned.get(self.kept.address_hash, ""),
            warned.get(self.lost.address_hash, ""),
        )

    def _make_choice(self, name: str) -> forms.ChoiceField:
        choices = [(KEPT, ""), (LOST, "")]
        if name in LONG_FIELDS and all(
            read_field(contact, name) for contact in (self.kept, self.lost)
        ):
            choices.append((BOTH, gettext_lazy("Keep both")))
        initial = KEPT
        if name in self.suggested.from_lost:
            initial = LOST
        elif name in self.suggested.from_both:
            initial = BOTH
        return forms.ChoiceField(
            label=self._label(name), choices=choices, initial=initial
        )

    def _list_links(self):
        both = [self.kept.pk, self.lost.pk]
        for name, label, links in (
            ("topics", _("Topics"), Topic.objects.filter(contacts__in=both)),
            (
                "added",
                _("Added by hand to"),
                Segment.objects.filter(added__in=both).exclude(excluded__in=both),
            ),
            (
                "excluded",
                _("Left out by hand of"),
                Segment.objects.filter(excluded__in=both),
            ),
        ):
            if links.exists():
                yield name, label, links.distinct()

    def _label(self, name: str) -> str:
        if name in self.custom:
            return self.custom[name].name
        if name.startswith("custom."):
            return name.partition(".")[2]
        return capfirst(Contact._meta.get_field(name).verbose_name)

    def _show(self, contact: Contact, name: str) -> str:
        value = read_field(contact, name)
        if name == "email":
            return display_address(value)
        if name == "language":
            return str(Language(value).label)
        if name == "photo":
            return str(contact.photo) if contact.photo else ""
        if name.startswith("custom."):
            return show_value(self.custom.get(name) or CustomField(), value)
        return value


class PickForm(forms.Form):
    """Which contact is the same person as ``contact``."""

    def __init__(self, *args, contact: Contact, widget: forms.Widget, **kwargs):
        super().__init__(*args, **kwargs)
        self.contact = contact
        self.fields["other"] = forms.ModelChoiceField(
            Contact.objects.all(), label=_("The other contact"), widget=widget
        )

    def clean_other(self):
        """Refuse the contact itself."""
        other = self.cleaned_data["other"]
        if other == self.contact:
            raise forms.ValidationError(_("That is one and the same contact."))
        return other


def sign_pair(kept: Contact, lost: Contact) -> str:
    """Return a mark of what the two are now; another one says that they changed."""
    state = [
        [contact.pk, contact.updated_at.isoformat(), sorted(_links(contact))]
        for contact in (kept, lost)
    ]
    return signing.Signer(salt=SALT).signature(str(state))


def find_stopped(contacts: list[Contact]) -> dict[str, str]:
    """Return by hash the sentences about addresses among theirs that are stopped."""
    stopped = Suppression.objects.filter(
        address_hash__in=[contact.address_hash for contact in contacts]
    )
    return {
        row.address_hash: _("Stopped: %(reason)s.")
        % {"reason": row.get_reason_display().lower()}
        for row in stopped
    }


def mark_differences(one: str, other: str) -> tuple[SafeString, SafeString]:
    """Return both texts with the words that differ marked, as HTML."""
    left, right = (re.split(r"(\W+)", text) for text in (one, other))
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    # Two texts without a word in common are simply two texts.
    if not any(part.strip() for part in set(left) & set(right)):
        return _join([(one, False)]), _join([(other, False)])
    marked_left, marked_right = [], []
    for kind, i, j, k, m in matcher.get_opcodes():
        marked_left.append(("".join(left[i:j]), kind != "equal"))
        marked_right.append(("".join(right[k:m]), kind != "equal"))
    return _join(marked_left), _join(marked_right)


def _join(parts: list[tuple[str, bool]]) -> SafeString:
    marked = [
        format_html("<mark>{}</mark>", text) if is_new else text
        for text, is_new in parts
        if text
    ]
    return format_html_join("", "{}", ((part,) for part in marked))


def _links(contact: Contact) -> list[tuple[str, int]]:
    return [
        (name, pk)
        for name in ("topics", "added_to_segments", "excluded_from_segments")
        for pk in getattr(contact, name).values_list("pk", flat=True)
    ]
