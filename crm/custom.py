"""The administrator's own fields of a contact: what may stand in them, in which form.

A value lies in ``Contact.custom`` under the field's slug: text and choices as text,
numbers as numbers, dates as ISO text. A field without a value is absent there.
"""

import math
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from crm.choices import FieldType
from crm.models import Contact, CustomField
from crm.names import CONTROL, clean_line

CustomValue = str | int | float | None

LONGEST = 500
# What a float tells apart to the last whole number, with room for the spreadsheet.
GREATEST = 10**15
DATE_FORMATS = ("%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%d.%m.%Y")
# How thousands are set apart: space, no-break space, narrow no-break space.
GAPS = str.maketrans("", "", " \u00a0\u202f\u2009")


def all_fields() -> list[CustomField]:
    """Return the fields in the administrator's order; one query."""
    return list(CustomField.objects.all())


def read_value(field: CustomField, text: str) -> CustomValue:
    """Return what a written text means in that field, as it is stored; None when blank.

    Numbers are read with a comma or a point and with gaps between thousands, dates as
    2026-03-01, 20260301, 2026/03/01 or 1.3.2026, choices whatever the case. Raises
    ValidationError with a sentence when it does not fit.
    """
    text = text.strip()
    if not text:
        return None
    return READERS[FieldType(field.type)](field, text)


def read_stored(field: CustomField, value: Any) -> CustomValue:
    """Return a value of JSON as it is stored; None for null and blank text.

    Text is read as ``read_value`` does; a number stands for itself in a number field.
    Raises ValidationError for anything else.
    """
    if value is None:
        return None
    if isinstance(value, str):
        return read_value(field, value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValidationError(_("Write it as text or as a number."), code="type")
    if field.type == FieldType.NUMBER:
        return _fit_number(value, str(value))
    return read_value(field, str(value))


def show_value(field: CustomField, value: Any) -> str:
    """Return a stored value in the reader's words; "" for none.

    A value that no longer fits the field, since its type was another once, is shown as
    it stands.
    """
    if value is None or value == "":
        return ""
    if field.type == FieldType.DATE and isinstance(value, str):
        try:
            return date_format(date.fromisoformat(value), "DATE_FORMAT")
        except ValueError:
            return value
    if field.type == FieldType.NUMBER and isinstance(value, int | float):
        return number_format(value, use_l10n=True)
    return str(value)


def write_value(field: CustomField, value: Any) -> str:
    """Return a stored value as text that ``read_value`` reads back the same.

    For files and for the inputs of forms: ISO dates, numbers with a point.
    """
    return "" if value is None else str(value)


def put_value(contact: Contact, field: CustomField, value: CustomValue) -> None:
    """Set or, with None, take away a contact's value; does not save the contact."""
    if value is None:
        contact.custom.pop(field.slug, None)
    else:
        contact.custom[field.slug] = value


def shown_values(contact: Contact, fields: list[CustomField]) -> list[tuple[str, str]]:
    """Return (the field's name, the value in words) for every field that has one."""
    shown = [
        (field.name, show_value(field, contact.custom.get(field.slug)))
        for field in fields
    ]
    return [(name, value) for name, value in shown if value]


def check_values(
    values: Mapping[str, Any], fields: list[CustomField]
) -> dict[str, CustomValue]:
    """Return values by slug as they are stored, None for those to take away.

    Raises ValidationError with a dictionary of sentences by slug, for unknown slugs
    too.
    """
    known = {field.slug: field for field in fields}
    read: dict[str, CustomValue] = {}
    errors: dict[str, Any] = {}
    for slug, value in values.items():
        if slug not in known:
            errors[slug] = ValidationError(_("There is no such field."))
            continue
        try:
            read[slug] = read_stored(known[slug], value)
        except ValidationError as error:
            errors[slug] = error
    if errors:
        raise ValidationError(errors)
    return read


def _read_text(field: CustomField, text: str) -> str:
    if len(text) > LONGEST:
        raise ValidationError(
            _("At most %(count)s characters.") % {"count": LONGEST}, code="long"
        )
    if CONTROL.search(text):
        raise ValidationError(
            _("It has a line break or a control character in it."), code="control"
        )
    return clean_line(text)


def _read_number(field: CustomField, text: str) -> int | float:
    digits = text.translate(GAPS).replace("−", "-").replace(",", ".")
    # Python reads 1_000 and "nan" too; people write neither.
    if not digits.strip("+-.0123456789eE") and digits.isascii():
        try:
            return _fit_number(
                float(digits) if set(digits) & set(".eE") else int(digits), text
            )
        except ValueError:
            pass
    raise ValidationError(
        _("“%(text)s” is no number. Write it like 12 or 12.5.") % {"text": text[:40]},
        code="number",
    )


def _fit_number(number: int | float, text: str) -> int | float:
    if not math.isfinite(number) or abs(number) >= GREATEST:
        raise ValidationError(
            _("“%(text)s” is too great a number.") % {"text": text[:40]}, code="great"
        )
    # 12.0 and 12 are one value, also to a comparison of JSON.
    return int(number) if number == int(number) else number


def _read_date(field: CustomField, text: str) -> str:
    for written in DATE_FORMATS:
        try:
            day = datetime.strptime(text, written).date()  # noqa: DTZ007 -- a day
        except ValueError:
            continue
        return day.isoformat()
    raise ValidationError(
        _("“%(text)s” is no date. Write it like 2026-03-01.") % {"text": text[:40]},
        code="date",
    )


def _read_choice(field: CustomField, text: str) -> str:
    for option in field.options:
        if option.casefold() == clean_line(text).casefold():
            return option
    raise ValidationError(
        _("“%(text)s” is not one of: %(options)s.")
        % {"text": text[:40], "options": ", ".join(field.options)},
        code="choice",
    )


READERS = {
    FieldType.TEXT: _read_text,
    FieldType.NUMBER: _read_number,
    FieldType.DATE: _read_date,
    FieldType.CHOICE: _read_choice,
}
