"""What a column of a file can mean, in Swedish and English."""

import unicodedata
from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.custom import all_fields
from crm.models import CustomField

# Column -> headings that mean it; the first two are the ones an export writes.
HEADINGS = {
    "given_name": ("förnamn", "given_name", "given name", "first name"),
    "family_name": (
        *("efternamn", "family_name", "family name", "last name", "surname"),
    ),
    "email": (
        *("e-post", "email", "e-mail", "epost", "e-postadress", "epostadress"),
        *("email address", "e-mail address", "mail", "e-post 1 - värde"),
    ),
    "language": ("språk", "language"),
    "phone": ("telefon", "phone", "telephone", "phone number", "mobil", "mobile"),
    "paused_until": (*("pausad till", "paused_until", "paused until", "paus till"),),
    "topics": ("ämnen", "topics", "ämne", "topic"),
    "organisation": ("organisation", "organisation", "organization"),
    "role": ("roll", "role"),
    "network": ("nätverk", "network"),
    "seat_title": ("titel", "seat_title", "seat title", "title", "befattning"),
    "seat_email": ("funktionsadress", "seat_email", "seat email", "seat e-mail"),
    "from": ("från", "from"),
    "full_name": ("namn", "name", "full_name", "full name"),
}
LABELS = {
    "given_name": gettext_lazy("given name"),
    "family_name": gettext_lazy("family name"),
    "full_name": gettext_lazy("whole name"),
    "email": gettext_lazy("e-mail"),
    "language": gettext_lazy("language"),
    "phone": gettext_lazy("telephone"),
    "paused_until": gettext_lazy("paused until"),
    "topics": gettext_lazy("topics"),
    "organisation": gettext_lazy("organisation"),
    "role": gettext_lazy("role"),
    "network": gettext_lazy("network or project"),
    "seat_title": gettext_lazy("title"),
    "seat_email": gettext_lazy("the seat's own e-mail"),
    "from": gettext_lazy("from"),
    "said_yes": gettext_lazy("when they said yes"),
    "said_no": gettext_lazy("when they left"),
    "bounced": gettext_lazy("when the address bounced"),
    "standing": gettext_lazy("subscribed or not"),
    "proof": gettext_lazy("proof of what they said"),
}
CONTACT_COLUMNS = (
    *("email", "given_name", "family_name"),
    *("language", "phone", "paused_until", "topics"),
)
SEAT_COLUMNS = ("organisation", "role", "network", "seat_title", "seat_email", "from")
# What an export writes, in its order.
EXPORTED = (
    *("given_name", "family_name", "email", "language", "phone"),
    *("paused_until", "topics"),
    *SEAT_COLUMNS,
)
CONSENT_COLUMNS = ("said_yes", "said_no", "bounced", "standing", "proof")
# Several headings may mean this; each is kept under its own name.
MANY = "proof"
CUSTOM = "custom_"
SEAT = gettext_lazy("seat")


def find_column(heading: str) -> str | None:
    """Return the column a heading means, whatever its case; None when it means none."""
    wanted = tidy(heading)
    for column, headings in HEADINGS.items():
        if wanted in headings:
            return column
    return None


def find_custom(heading: str, fields: Iterable[CustomField]) -> str | None:
    """Return the column of the administrator's own field that a heading names."""
    wanted = tidy(heading)
    for field in fields:
        names = (f"{CUSTOM}{field.slug}", field.slug, field.name_sv, field.name_en)
        if wanted in map(tidy, names):
            return f"{CUSTOM}{field.slug}"
    return None


def tidy(heading: str) -> str:
    """Return a heading as it is compared: case and blanks apart."""
    return " ".join(unicodedata.normalize("NFC", heading).split()).casefold()


def column_label(column: str) -> str:
    """Return what people call a column, in the active language."""
    return str(LABELS.get(column, column))


def seat_label(column: str) -> str:
    """Return what people call a fact of the seat: "seat: title"."""
    return f"{SEAT}: {LABELS[column]}"


def column_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what a column can mean, in groups, for a select."""
    groups = [
        (_("Person"), ("email", "given_name", "family_name", "full_name")),
        (_("More about the person"), ("language", "phone", "paused_until", "topics")),
        (_("Seat"), SEAT_COLUMNS),
        (_("Consent"), CONSENT_COLUMNS),
    ]
    choices = [
        (name, [(column, column_label(column).capitalize()) for column in columns])
        for name, columns in groups
    ]
    own = [(f"{CUSTOM}{field.slug}", field.name) for field in all_fields()]
    return [*choices, (_("Fields of our own"), own)] if own else choices
