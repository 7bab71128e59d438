"""Rules about those who get the letter."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from newsletter.choices import Severity
from newsletter.exceptions import MergeFieldError
from newsletter.mail.merge import Field, split_fields
from newsletter.preflight.findings import Finding
from newsletter.preflight.letter import Letter
from newsletter.unmerged import FIELD

# A third more or fewer people than last time, and not by a handful.
UNUSUAL_SHARE = 0.33
UNUSUAL_PEOPLE = 10


def find_no_readers(letter: Letter) -> Iterator[Finding]:
    """Nobody would get it."""
    if letter.audience.people == 0:
        yield Finding(
            "nobody",
            Severity.ERROR,
            _("Nobody would get it"),
            _("Look at the recipients and who may be written to."),
        )


def find_unusual_number(letter: Letter) -> Iterator[Finding]:
    """Far more or fewer people than got the last one."""
    people, before = letter.audience.people, letter.audience.before
    if not people or not before:
        return
    if abs(people - before) > max(UNUSUAL_SHARE * before, UNUSUAL_PEOPLE):
        yield Finding(
            "unusual_number",
            Severity.WARNING,
            _("The number of people is unusual"),
            _("%(people)s people would get it; the last one went to %(before)s.")
            % {"people": people, "before": before},
            about=f"{people}/{before}",
        )


def find_fields_on_the_web(letter: Letter) -> Iterator[Finding]:
    """A merge field in what the archive and the web page show of the item too."""
    page = letter.page
    places = (
        (_("the headline"), page.title),
        (_("the line over the headline"), page.kicker),
        (_("the summary"), page.summary),
    )
    for place, text in places:
        if FIELD.search(text):
            yield Finding(
                "field_on_web",
                Severity.WARNING,
                _("A merge field stands in %(place)s") % {"place": place},
                _(
                    "It is on the web as well, where nobody is known by name. Write the "
                    "subject of the letter under Send instead."
                ),
                about=text[:200],
            )


def find_missing_values(letter: Letter) -> Iterator[Finding]:
    """A merge field that some readers have nothing for.

    Without a fallback they read a gap; with one it is only worth knowing.
    """
    try:
        fields = fields_of(letter)
    except MergeFieldError:
        # Composing says so.
        return
    for name, count in letter.audience.lacking.items():
        if not count or name not in fields:
            continue
        field = fields[name]
        yield Finding(
            "missing_value",
            Severity.NOTE if field.fallback else Severity.WARNING,
            _("%(count)s people have nothing for [[%(field)s]]")
            % {"count": count, "field": name},
            _("They read “%(fallback)s” instead.") % {"fallback": field.fallback}
            if field.fallback
            else _(
                "They read a gap. Write what to say instead: [[%(field)s|colleague]]."
            )
            % {"field": name},
            about=f"{name} {count}",
        )


def fields_of(letter: Letter) -> dict[str, Field]:
    """Return the merge fields that the editor wrote, by name.

    Of one that stands twice, that without a fallback counts. Raises MergeFieldError.
    """
    texts = [letter.page.get_newsletter_subject(), letter.page.preheader]
    for part in (letter, *letter.whole_items):
        for block in part.blocks:
            texts += block.paragraphs
    found: dict[str, Field] = {}
    for text in texts:
        for part in split_fields(text):
            if isinstance(part, Field) and (
                part.name not in found or not part.fallback
            ):
                found[part.name] = part
    return found
