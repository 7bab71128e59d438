"""Rules about the parts of an item: is everything there, and does it hold together?"""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from newsletter.choices import Extent, NewsKind, Severity
from newsletter.models import DigestPage
from newsletter.preflight.findings import Finding
from newsletter.preflight.letter import Letter, LetterBlock

# "rundabordssamtal2", "faktablad_2006-final.pdf": no spaces, a digit or an underscore.
FILE_NAME = re.compile(r"\S*[0-9_]\S*|\S+\.(pdf|docx?|odt|txt|html?)", re.IGNORECASE)
STRAY_WORDS = 3
# Blocks that lead nowhere unless their texts do.
READ_ONLY = {
    "lead", "text", "heading", "quote", "dash_quote", "highlight", "image", "audience",
    "bullet_list", "ordered_list", "steps", "indicator_table", "facts", "status",
    "good_practice", "funding_notice",
}  # fmt: skip
MAIL_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.\w")


def find_missing_parts(letter: Letter) -> Iterator[Finding]:
    """The letter has no content, or nothing to show after the subject."""
    if not letter.blocks and not isinstance(letter.page, DigestPage):
        yield Finding(
            "empty",
            Severity.ERROR,
            _("The item has no content"),
            _("Write something under Content first."),
        )
    if not letter.page.preheader and not letter.page.summary:
        yield Finding(
            "preheader",
            Severity.NOTE,
            _("There is no preheader"),
            _(
                "Mail programmes then show the first words of the letter after the "
                "subject. A sentence of your own says more."
            ),
        )


def find_missing_head(letter: Letter) -> Iterator[Finding]:
    """The letter has no headline; or says neither when it is from nor where to read on."""
    page = letter.page
    if not page.title.strip():
        yield Finding(
            "no_title",
            Severity.ERROR,
            _("The item has no headline"),
            _("Write one under Content: it is the subject of the letter, too."),
        )
    if page.published_on is None:
        yield Finding(
            "no_date",
            Severity.NOTE,
            _("The item has no date"),
            _("Readers of the archive cannot tell how old it is."),
        )
    if letter.blocks and not any(_leads_on(block) for block in letter.blocks):
        yield Finding(
            "no_link",
            Severity.NOTE,
            _("Nothing in the letter leads further"),
            _("Consider a link for those who want to know more."),
        )


def _leads_on(block: LetterBlock) -> bool:
    return bool(block.links) or block.kind not in READ_ONLY


def find_empty_sections(letter: Letter) -> Iterator[Finding]:
    """A heading with nothing under it, as a paste from Word leaves behind."""
    following = [*(block.kind for block in letter.blocks[1:]), "heading"]
    for block, next_kind in zip(letter.blocks, following, strict=False):
        if block.kind == next_kind == "heading":
            yield Finding(
                "empty_section",
                Severity.ERROR,
                _("Nothing stands under the heading"),
                _("“%(heading)s” has no text. Write it, or take the heading away.")
                % {"heading": block.value["text"]},
                block.id,
                block.place,
                block.value["text"],
            )
        elif not block.paragraphs and block.kind in ("text", "lead", "heading"):
            yield Finding(
                "empty_block",
                Severity.ERROR,
                _("The block is empty"),
                _("Fill it in or take it away."),
                block.id,
                block.place,
            )


def find_file_name_title(letter: Letter) -> Iterator[Finding]:
    """The headline or subject looks like the name of a file."""
    subject = letter.page.get_newsletter_subject().strip()
    if FILE_NAME.fullmatch(subject):
        yield Finding(
            "file_name",
            Severity.WARNING,
            _("The subject looks like the name of a file"),
            _("Readers see “%(subject)s”. Say what the letter is about.")
            % {"subject": subject},
            about=subject,
        )


def find_stray_lines(letter: Letter) -> Iterator[Finding]:
    """A line of capitals alone: a page's head or foot that came along with a paste."""
    for block in letter.find("text"):
        for text in block.paragraphs:
            words = text.split()
            if len(words) <= STRAY_WORDS and text.isupper() and len(text) > 3:
                yield Finding(
                    "stray_line",
                    Severity.WARNING,
                    _("A line that may have come along by mistake"),
                    _("“%(line)s” stands alone. Take it away, or make it a heading.")
                    % {"line": text},
                    block.id,
                    block.place,
                    text,
                )


def find_missing_contact(letter: Letter) -> Iterator[Finding]:
    """Nobody is named to ask; an invitation without a way to answer is worse."""
    if _says_whom_to_ask(letter.blocks):
        return
    is_invitation = letter.page.kind == NewsKind.INVITATION
    yield Finding(
        "contact",
        Severity.WARNING if is_invitation else Severity.NOTE,
        _("The letter does not say whom to ask"),
        _("Readers who want to sign up have nobody to turn to. Add a contact.")
        if is_invitation
        else _("Consider adding a contact."),
    )


def _says_whom_to_ask(blocks: list[LetterBlock]) -> bool:
    for block in blocks:
        if block.kind == "contact" and block.value["extent"] != Extent.ABSENT:
            return True
        if any(MAIL_ADDRESS.search(text) for text in block.paragraphs):
            return True
        if any(link.href.startswith("mailto:") for link in block.links):
            return True
    return False
