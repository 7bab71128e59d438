"""Rules about dates in running text, Swedish and English."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

from newsletter.choices import NewsKind, Severity
from newsletter.preflight.findings import Finding
from newsletter.preflight.letter import Letter

WEEKDAYS = [
    ("måndag", "monday"), ("tisdag", "tuesday"), ("onsdag", "wednesday"),
    ("torsdag", "thursday"), ("fredag", "friday"), ("lördag", "saturday"),
    ("söndag", "sunday"),
]  # fmt: skip
MONTHS = [
    ("januari", "january"), ("februari", "february"), ("mars", "march"),
    ("april", "april"), ("maj", "may"), ("juni", "june"), ("juli", "july"),
    ("augusti", "august"), ("september", "september"), ("oktober", "october"),
    ("november", "november"), ("december", "december"),
]  # fmt: skip
WEEKDAY_OF = {name: day for day, names in enumerate(WEEKDAYS) for name in names}
MONTH_OF = {name: n for n, names in enumerate(MONTHS, 1) for name in names}
_weekday = "|".join(WEEKDAY_OF)
_month = "|".join(MONTH_OF)
# "måndagen den 19 februari 2018", "Monday, 19th of February", "Monday February 19, 2018"
DAY_FIRST = re.compile(
    rf"\b(?:(?P<weekday>{_weekday})(?:en|s)?,?\s+(?:den\s+|the\s+)?)?"
    rf"(?P<day>[0-3]?\d)(?:st|nd|rd|th|:e)?\s+(?:of\s+)?(?P<month>{_month})\b"
    r"(?:,?\s+(?P<year>(?:19|20)\d\d))?",
    re.IGNORECASE,
)
MONTH_FIRST = re.compile(
    rf"\b(?:(?P<weekday>{_weekday}),?\s+)?(?P<month>{_month})\s+"
    r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?\b(?!\s*[–-]\s*\d)"
    r"(?:,?\s+(?P<year>(?:19|20)\d\d))?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Mention:
    """A day that a text names. ``weekday`` is 0 for Monday, None when not said."""

    words: str
    day: date
    weekday: int | None
    has_year: bool


def read_dates(text: str, *, around: date) -> list[Mention]:
    """Return the days a text names. One without a year is taken nearest to ``around``.

    What is no day of the calendar (31 April) is passed over.
    """
    found = []
    for pattern in (DAY_FIRST, MONTH_FIRST):
        for match in pattern.finditer(text):
            day = _read_day(match, around)
            if day:
                weekday = (match["weekday"] or "").lower()
                found.append(
                    Mention(
                        match[0].strip(),
                        day,
                        WEEKDAY_OF.get(weekday),
                        bool(match["year"]),
                    )
                )
    return found


def find_wrong_weekdays(letter: Letter) -> Iterator[Finding]:
    """The day of the week does not belong to the date."""
    around = letter.page.published_on or timezone.localdate()
    for block_id, place, text in _texts_of(letter):
        for mention in read_dates(text, around=around):
            if mention.weekday is None or mention.weekday == mention.day.weekday():
                continue
            yield Finding(
                "weekday",
                Severity.ERROR if mention.has_year else Severity.WARNING,
                _("The weekday does not belong to the date"),
                _("“%(words)s”: that day is a %(weekday)s.")
                % {
                    "words": mention.words,
                    "weekday": format_date(mention.day, "l").lower(),
                },
                block_id,
                place,
                mention.words,
            )


def find_past_dates(letter: Letter) -> Iterator[Finding]:
    """An invitation that names a day that has passed."""
    if letter.page.kind != NewsKind.INVITATION:
        return
    today = timezone.localdate()
    for block_id, place, text in _texts_of(letter):
        for mention in read_dates(text, around=today):
            if mention.has_year and mention.day < today:
                yield Finding(
                    "past_date",
                    Severity.WARNING,
                    _("The invitation names a day that has passed"),
                    _("“%(words)s” was before today.") % {"words": mention.words},
                    block_id,
                    place,
                    mention.words,
                )


def _texts_of(letter: Letter) -> Iterator[tuple[str, str, str]]:
    """Yield (block id, place, text) of headline, lines round it, and every block."""
    page = letter.page
    for text in (page.title, page.kicker, page.summary, page.preheader):
        if text:
            yield "", "", text
    for block in letter.blocks:
        for text in block.paragraphs:
            yield block.id, block.place, text


def _read_day(match: re.Match[str], around: date) -> date | None:
    month, day = MONTH_OF[match["month"].lower()], int(match["day"])
    if match["year"]:
        return _make_day(int(match["year"]), month, day)
    near = [_make_day(around.year + n, month, day) for n in (-1, 0, 1)]
    days = [found for found in near if found]
    return min(days, key=lambda found: abs(found - around), default=None)


def _make_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
