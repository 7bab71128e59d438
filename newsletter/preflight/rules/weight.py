"""What only shows when the letter is composed: faults of blocks, and its size."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from newsletter.choices import Severity
from newsletter.exceptions import CompositionError
from newsletter.mail.compose import compose_page, find_conditions
from newsletter.preflight.findings import Finding
from newsletter.preflight.letter import Letter

# Gmail cuts a mail off after 102 kB; sources differ on whether encoded or not, so the
# lines are drawn below it (requirement D10).
WARN_BYTES = 90 * 1024
STOP_BYTES = 100 * 1024


def find_faults_of_composing(letter: Letter) -> Iterator[Finding]:
    """The item cannot become a mail, or becomes one that is cut off on the way."""
    if letter.newsletter is None:
        yield Finding(
            "no_newsletter",
            Severity.ERROR,
            _("There is no newsletter"),
            _("Choose one: it decides the sender and how people leave."),
        )
        return
    try:
        conditions = find_conditions([letter.page])
        composition = compose_page(
            letter.page, letter.newsletter, conditions, locale=letter.locale
        )
    except CompositionError as error:
        yield Finding(
            "composing",
            Severity.ERROR,
            _("The item cannot become a mail"),
            str(error),
            about=str(error),
        )
        return
    everything = composition.cut((1 << len(conditions)) - 1)
    size = len(everything.html.encode())
    if size > WARN_BYTES:
        yield Finding(
            "size",
            Severity.WARNING if size > STOP_BYTES else Severity.NOTE,
            _("The letter is %(size)s kB") % {"size": size // 1024},
            _(
                "Gmail cuts letters off after 102 kB, and the link for leaving with "
                "it. Let long blocks be mailed by their opening only."
            ),
            about=str(size // 1024),
        )
