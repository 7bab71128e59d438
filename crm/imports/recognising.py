"""Guessing what the columns of a file mean, from who wrote it.

The headings of other programmes' exports: Mailchimp's as its own files have them,
Google's in the older and the present form, Outlook's in English and Swedish, listmonk's
of its subscribers page.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from crm.custom import all_fields
from crm.imports.columns import CUSTOM, LABELS, MANY, find_column, find_custom, tidy
from crm.models import CustomField, ImportSource

LEAVE_OUT = ""


@dataclass(frozen=True)
class Programme:
    """A programme whose exports are known: ``marks`` are headings only it writes.

    ``is_free``: its users name columns themselves, so that others are read as words.
    """

    name: Any
    marks: frozenset[str]
    meanings: dict[str, str]
    is_free: bool = False

    def read(self, heading: str, fields: list[CustomField]) -> str:
        """Return the column a heading means in this programme; "" for none."""
        known = self.meanings.get(tidy(heading), LEAVE_OUT)
        return known or (_read_words(heading, fields) if self.is_free else LEAVE_OUT)


MAILCHIMP = Programme(
    "Mailchimp",
    frozenset({"member_rating"}),
    {
        "email address": "email",
        "first name": "given_name",
        "last name": "family_name",
        "phone number": "phone",
        "confirm_time": "said_yes",
        "unsub_time": "said_no",
        "clean_time": "bounced",
        **dict.fromkeys(
            (
                *("member_rating", "optin_time", "optin_ip", "confirm_ip"),
                *("last_changed", "tags", "unsub_reason", "unsub_reason_other"),
                *("unsub_campaign_title", "clean_campaign_title"),
            ),
            "proof",
        ),
    },
    is_free=True,
)
LISTMONK = Programme(
    "listmonk",
    frozenset({"uuid", "email", "attributes", "status"}),
    {
        "email": "email",
        "name": "full_name",
        "status": "standing",
        "created_at": "proof",
        "updated_at": "proof",
    },
)
GOOGLE = Programme(
    _("Google Contacts"),
    frozenset({"e-mail 1 - value"}),
    {
        "given name": "given_name",
        "first name": "given_name",
        "family name": "family_name",
        "last name": "family_name",
        "e-mail 1 - value": "email",
        "phone 1 - value": "phone",
        "organization 1 - name": "organisation",
        "organization name": "organisation",
        "organization 1 - title": "seat_title",
        "organization title": "seat_title",
    },
)
OUTLOOK = Programme(
    "Outlook",
    frozenset({"e-mail address", "company"}),
    {
        "first name": "given_name",
        "last name": "family_name",
        "e-mail address": "email",
        "business phone": "phone",
        "mobile phone": "phone",
        "company": "organisation",
        "job title": "seat_title",
    },
)
OUTLOOK_SV = Programme(
    _("Outlook in Swedish"),
    frozenset({"e-postadress", "företag"}),
    {
        "förnamn": "given_name",
        "efternamn": "family_name",
        "e-postadress": "email",
        "telefon (arbete)": "phone",
        "telefon, arbete": "phone",
        "telefon arbete": "phone",
        "mobiltelefon": "phone",
        "företag": "organisation",
        "befattning": "seat_title",
    },
)
CARDS = Programme(
    _("an address book (vCard)"),
    frozenset({"e-mail", "company", "job title", "categories"}),
    {
        "first name": "given_name",
        "last name": "family_name",
        "e-mail": "email",
        "phone": "phone",
        "language": "language",
        "company": "organisation",
        "job title": "seat_title",
    },
)
PROGRAMMES = (MAILCHIMP, LISTMONK, CARDS, GOOGLE, OUTLOOK, OUTLOOK_SV)


@dataclass
class Guess:
    """What each heading seems to mean, by heading as written; "" leaves it out.

    ``origin`` names where the guess comes from in words; "" when only from the headings.
    ``source`` is the saved source with exactly these headings, if there is one.
    """

    mapping: dict[str, str]
    origin: str = ""
    source: ImportSource | None = None


def guess_mapping(headings: list[str], filled: Collection[str] = ()) -> Guess:
    """Return what the headings seem to mean: as saved, as a known programme, as words.

    A source is known again by its headings, whatever their order. Where several mean
    the same, one of ``filled``, which have cells below them, is preferred.
    """
    names = [heading for heading in headings if heading]
    for source in ImportSource.objects.order_by("-updated_at"):
        if set(map(tidy, source.mapping)) == set(map(tidy, names)):
            return Guess(_apply(source, names), source.name, source)
    fields = all_fields()
    if programme := _find_programme(names):
        mapping = {name: programme.read(name, fields) for name in names}
        return Guess(_drop_doubles(mapping, filled), str(programme.name))
    mapping = {name: _read_words(name, fields) for name in names}
    return Guess(_drop_doubles(mapping, filled))


def _read_words(heading: str, fields: list[CustomField]) -> str:
    return find_custom(heading, fields) or find_column(heading) or LEAVE_OUT


def _find_programme(names: list[str]) -> Programme | None:
    tidied = set(map(tidy, names))
    return next((p for p in PROGRAMMES if p.marks <= tidied), None)


def _apply(source: ImportSource, names: list[str]) -> dict[str, str]:
    """Return a saved mapping; what has gone from the register since is left out."""
    saved = {tidy(name): column for name, column in source.mapping.items()}
    known = set(LABELS) | {f"{CUSTOM}{field.slug}" for field in all_fields()}
    return {
        name: column if (column := saved[tidy(name)]) in known else LEAVE_OUT
        for name in names
    }


def _drop_doubles(mapping: dict[str, str], filled: Collection[str]) -> dict[str, str]:
    """Let the first of several headings that mean the same have the meaning.

    One with cells goes before one without. A whole name is not asked for where its
    parts are there.
    """
    taken: dict[str, str] = {}
    for name in sorted(mapping, key=lambda name: name not in filled):
        taken.setdefault(mapping[name], name)
    if _has_parts(mapping):
        taken["full_name"] = ""
    return {
        name: column if column == MANY or taken[column] == name else LEAVE_OUT
        for name, column in mapping.items()
    }


def _has_parts(mapping: dict[str, str]) -> bool:
    return bool({"given_name", "family_name"} & set(mapping.values()))
