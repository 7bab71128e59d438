"""What one person gets, shown before it is sent: by the same code that sends it."""

from dataclasses import dataclass
from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from crm.choices import Language
from crm.models import Contact
from newsletter.exceptions import CompositionError, NoLetterError
from newsletter.mail.blocks import (
    Condition,
    MailBlock,
    find_reader_limit,
    read_blocks,
)
from newsletter.mail.compose import compose_page, find_conditions
from newsletter.mail.conditions import EVERYTHING, find_shown
from newsletter.mail.fallback import choose_language, published_translations
from newsletter.mail.merge import fill_html, fill_line, fill_text, merge_values
from newsletter.models import Newsletter, NewsPage

# Stands where each letter has its own address for leaving.
NO_ADDRESS = "#"


class Cut(NamedTuple):
    """A variant: a language of the item, and the conditions that hold, as bits."""

    locale: str
    shown: int


# For nobody in particular: the item's own language, and every block.
type Reader = Contact | Cut | None


@dataclass(frozen=True)
class Hidden:
    """A block that the reader is not shown. ``place`` is its number and name.

    ``unmet`` are the conditions that do not hold; none where it is only on the web.
    """

    place: str
    unmet: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Preview:
    """A letter as its reader gets it, but for the address for leaving."""

    locale: str
    subject: str
    html: str
    text: str
    hidden: tuple[Hidden, ...]


def preview_letter(page: NewsPage, reader: Reader = None) -> Preview:
    """Return what a contact, or whoever is shown a variant, gets of that version.

    A contact gets it in their language where the item is published in it, else as the
    newsletter says. Without a contact the merge fields say what they say to somebody
    who has nothing for them.
    Raises CompositionError when the item cannot become a mail, NoLetterError when the
    contact gets none.
    """
    if page.newsletter is None:
        raise CompositionError(_("Choose which newsletter the item belongs to."))
    pages = find_versions(page)
    conditions = find_conditions(pages.values())
    cut = find_cut(reader, pages, conditions, page.newsletter)
    version = pages[cut.locale]
    composition = compose_page(version, page.newsletter, conditions, locale=cut.locale)
    mail = composition.cut(cut.shown)
    known = merge_values(reader) if isinstance(reader, Contact) else {}
    values = {
        **known,
        "unsubscribe_url": NO_ADDRESS,
        "preferences_url": NO_ADDRESS,
    }
    return Preview(
        cut.locale,
        fill_line(mail.subject, values),
        fill_html(mail.html, values),
        fill_text(mail.text, values),
        _find_hidden(version, conditions, cut.shown),
    )


def render_preview(page: NewsPage, mode: str, reader: Reader = None) -> str:
    """Return the mail as ``preview_letter`` has it; ``mode`` is "html" or "text"."""
    preview = preview_letter(page, reader)
    return preview.html if mode == "html" else preview.text


def find_version(page: NewsPage, reader: Reader = None) -> NewsPage:
    """Return the version in the reader's language, without making it a mail."""
    pages = find_versions(page)
    if isinstance(reader, Contact):
        fallback = page.newsletter.fallback if page.newsletter else ""
        return pages[
            choose_language(reader.language, list(pages), fallback)
            or page.locale.language_code
        ]
    return pages.get(reader.locale, page) if reader else page


def find_versions(page: NewsPage) -> dict[str, NewsPage]:
    """Return the version in hand and the published translations, by language."""
    others = {
        code: other.specific for code, other in published_translations(page).items()
    }
    return {page.locale.language_code: page, **others}


def find_cut(
    reader: Reader,
    pages: dict[str, NewsPage],
    conditions: list[Condition],
    newsletter: Newsletter,
) -> Cut:
    """Return the variant that somebody is shown of these versions.

    Raises NoLetterError for a contact who gets none, and for a variant in a language
    that there is no version in.
    """
    if reader is None:
        return Cut(next(iter(pages)), EVERYTHING)
    if isinstance(reader, Cut):
        if reader.locale not in pages:
            raise NoLetterError(_("The item is not published in that language."))
        return reader
    locale = choose_language(reader.language, list(pages), newsletter.fallback)
    if not locale:
        raise NoLetterError(
            _(
                "%(name)s reads %(language)s, and the item is not published in it: "
                "%(name)s gets no letter."
            )
            % {"name": reader, "language": Language(reader.language).label.lower()}
        )
    limit = find_reader_limit(pages[locale])
    if limit and not find_shown(reader, [limit], timezone.localdate()):
        raise NoLetterError(
            _("Nothing in it is about the topics of %(name)s: %(name)s gets no letter.")
            % {"name": reader}
        )
    return Cut(locale, find_shown(reader, conditions, timezone.localdate()))


def _find_hidden(
    page: NewsPage, conditions: list[Condition], shown: int
) -> tuple[Hidden, ...]:
    mailed = {block.position: block for block in read_blocks(page)}
    hidden = []
    for position, child in enumerate(page.body, start=1):
        place = f"{position}. {child.block.label}"
        if position not in mailed:
            hidden.append(Hidden(place))
            continue
        unmet = _find_unmet(mailed[position], conditions, shown)
        if unmet:
            hidden.append(Hidden(place, unmet))
    for block in read_blocks(page):
        unmet = _find_unmet(block, conditions, shown)
        if block.kind == "digest_item" and unmet:
            hidden.append(Hidden(f"{block.position}. {block.label}", unmet))
    return tuple(hidden)


def _find_unmet(
    block: MailBlock, conditions: list[Condition], shown: int
) -> tuple[Condition, ...]:
    return tuple(
        condition
        for condition in block.conditions
        if not shown >> conditions.index(condition) & 1
    )
