"""What somebody pasted or uploaded, read: one way in for all of it."""

from django.utils.translation import gettext as _

from newsletter.exceptions import PasteError
from newsletter.pasting.markup import read_markup
from newsletter.pasting.parts import Source
from newsletter.pasting.plain import read_plain

# With room for the rest of the form (DATA_UPLOAD_MAX_MEMORY_SIZE, 2.5 MB).
LONGEST_HTML = 1_000_000
LONGEST_TEXT = 300_000
MOST_PARTS = 1500


def read_pasted(text: str, html: str = "") -> Source:
    """Return what was pasted as a source; ``html`` goes before ``text`` where both are.

    Raises PasteError for nothing, and for more than anybody can look over.
    """
    if len(html) > LONGEST_HTML or len(text) > LONGEST_TEXT:
        raise PasteError(
            _("The text is too long to be looked over. Paste it a part at a time.")
        )
    source = read_markup(html) if html.strip() else read_plain(text)
    if not source.parts:
        raise PasteError(_("There is no text in it. Paste some, or choose a document."))
    if len(source.parts) > MOST_PARTS:
        raise PasteError(
            _("The text is too long to be looked over. Paste it a part at a time.")
        )
    return source
