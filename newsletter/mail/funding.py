"""The last guard of the funding notice: no mail is made without it.

The notice is put in by ``newsletter.blocks.funding`` whatever the editor, a program or an
old draft leaves out. Should it ever be missing all the same, the mail is refused, since
money is claimed back where the statement is not.
"""

from html import unescape

from django.utils.translation import gettext as _

from newsletter.blocks.funding import make_notices
from newsletter.exceptions import CompositionError
from newsletter.models import NewsPage


def check_funding(page: NewsPage, html: str, text: str) -> None:
    """Raise CompositionError unless both renderings carry every grant's statement.

    ``html`` and ``text`` are what a reader gets who is shown no limited block.
    """
    for notice in make_notices(page):
        if not notice.statement.strip():
            raise CompositionError(
                _(
                    "%(grant)s has no statement. Write it under Register → Grants: "
                    "nothing may be sent without it."
                )
                % {"grant": notice.grant}
            )
        wanted = fold(notice.statement)
        if wanted not in fold(unescape(html)) or wanted not in fold(text):
            raise CompositionError(
                _(
                    "The funding statement of %(grant)s is missing from the mail; it "
                    "may not be sent without it."
                )
                % {"grant": notice.grant}
            )


def fold(text: str) -> str:
    """Return the words of a text with one space between them."""
    return " ".join(text.split())
