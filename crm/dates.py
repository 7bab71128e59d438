"""Dates as precise as they are known: a year, a month or a day."""

import re
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

PARTIAL_DATE = re.compile(r"^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$")
# Year; month and year; day, month and year. Lower-case month names come from Django.
FORMATS = {1: "Y", 2: "F Y", 3: "j F Y"}


def parse_partial(text: str) -> tuple[date, int]:
    """Return the first day that ``text`` covers, and how many of its parts are known.

    ``2021`` → (2021-01-01, 1), ``2021-06`` → (2021-06-01, 2). Raises ValueError.
    """
    match = PARTIAL_DATE.match(text)
    if not match:
        raise ValueError(text)
    parts = [int(part) for part in match.groups() if part]
    return date(*(parts + [1, 1])[:3]), len(parts)


def check_partial_date(text: str) -> None:
    """Raise ValidationError for what is not a year, a month or a day."""
    try:
        parse_partial(text)
    except ValueError as error:
        raise ValidationError(
            _("Write a year, a month or a day: 2021, 2021-06 or 2021-06-14."),
            code="date",
        ) from error


def format_partial(text: str) -> str:
    """Return the date in words of the active language; "" for nothing."""
    if not text:
        return ""
    day, known = parse_partial(text)
    return format_date(day, FORMATS[known])


def format_period(start: str, end: str) -> str:
    """Return "juni 2021 – mars 2022", "10–12 maj 2021" or what of it is known."""
    if not start or not end or start == end:
        return format_partial(start or end)
    (first, known), (last, known_last) = parse_partial(start), parse_partial(end)
    same_month = (first.year, first.month) == (last.year, last.month)
    if known == known_last == 3 and same_month:
        return f"{first.day}–{format_partial(end)}"
    return _("%(start)s – %(end)s") % {
        "start": format_partial(start),
        "end": format_partial(end),
    }


def format_range(start: date | None, end: date | None) -> str:
    """Return two days in words of the active language: "10–12 maj 2021".

    "" when neither is known; the one that is when the other is not.
    """
    return format_period(
        start.isoformat() if start else "", end.isoformat() if end else ""
    )
