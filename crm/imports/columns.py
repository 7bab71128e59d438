"""The columns an import understands, in Swedish and English."""

from django.utils.translation import gettext_lazy as _

# Column -> headings that mean it; the first two are the ones the form names.
HEADINGS = {
    "given_name": ("förnamn", "given_name", "given name", "first name"),
    "family_name": ("efternamn", "family_name", "family name", "last name"),
    "email": ("e-post", "email", "e-mail", "epost", "e-postadress"),
    "language": ("språk", "language"),
    "phone": ("telefon", "phone", "telephone"),
    "topics": ("ämnen", "topics", "ämne", "topic"),
    "organisation": ("organisation", "organisation", "organization"),
    "role": ("roll", "role"),
    "network": ("nätverk", "network"),
    "seat_title": ("titel", "seat_title", "seat title", "title"),
    "seat_email": ("funktionsadress", "seat_email", "seat email", "seat e-mail"),
    "from": ("från", "from"),
}
LABELS = {
    "given_name": _("given name"),
    "family_name": _("family name"),
    "email": _("e-mail"),
    "language": _("language"),
    "phone": _("telephone"),
    "topics": _("topics"),
    "organisation": _("organisation"),
    "role": _("role"),
    "network": _("network or project"),
    "seat_title": _("title"),
    "seat_email": _("the seat's own e-mail"),
    "from": _("from"),
}
CONTACT_COLUMNS = (
    "email",
    "given_name",
    "family_name",
    "language",
    "phone",
    "topics",
)
SEAT_COLUMNS = ("organisation", "role", "network", "seat_title", "seat_email", "from")
SEAT = _("seat")


def find_column(heading: str) -> str | None:
    """Return the column a heading means, whatever its case; None when it means none."""
    wanted = " ".join(heading.split()).casefold()
    for column, headings in HEADINGS.items():
        if wanted in headings:
            return column
    return None


def column_label(column: str) -> str:
    """Return what people call a column, in the active language."""
    return str(LABELS.get(column, column))


def seat_label(column: str) -> str:
    """Return what people call a fact of the seat: "seat: title"."""
    return f"{SEAT}: {LABELS[column]}"
