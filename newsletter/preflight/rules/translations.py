"""Rules about an item in two languages: does the one hold what the other does?"""

from collections.abc import Iterator
from difflib import SequenceMatcher

from django.utils.translation import gettext as _
from wagtail.models import Page

from crm.choices import Language
from newsletter.choices import Severity
from newsletter.mail.blocks import read_conditions
from newsletter.preflight.findings import Finding
from newsletter.preflight.letter import Letter, LetterBlock

# Shorter texts may well be the same in both: names, dates, "Status".
LEAST_WORDS = 4


def find_unpublished_translations(letter: Letter) -> Iterator[Finding]:
    """A translation that is a draft is not sent, nor are changes made since."""
    if not letter.page.pk:
        return
    others = letter.page.get_translations().select_related("locale")
    for other in others.filter(has_unpublished_changes=True):
        code = other.locale.language_code
        language = {"language": str(Language(code).label).lower()}
        yield Finding(
            "translation_draft",
            Severity.WARNING,
            _("The translation into %(language)s has changes that are not published")
            % language,
            _("What is sent is what is published of it: %(state)s.")
            % {
                "state": _("the version before them")
                if other.live
                else _("nothing yet")
            },
            about=f"{code} {other.latest_revision_id}",
        )


def find_links_to_another_language(letter: Letter) -> Iterator[Finding]:
    """A link to a page that there is in the reader's own language as well."""
    for block in letter.blocks:
        linked = [*block.linked_pages]
        if block.kind == "button" and block.value["page"]:
            linked.append(block.value["page"].pk)
        for page in Page.objects.filter(pk__in=linked).exclude(
            locale__language_code=letter.locale
        ):
            here = page.get_translations().filter(
                locale__language_code=letter.locale, live=True
            )
            if here.exists():
                yield Finding(
                    "link_language",
                    Severity.WARNING,
                    _("A link leads to a page in another language"),
                    _(
                        "“%(page)s” is published in the reader's language too. Link to that."
                    )
                    % {"page": page.title},
                    block.id,
                    block.place,
                    str(page.pk),
                )


def compare_translation(original: Letter, other: Letter) -> Iterator[Finding]:
    """What the translation lacks, has too much, or has not translated."""
    yield from _compare_lines(original, other)
    pairs = []
    mailed, translated = original.blocks, other.blocks
    kinds = SequenceMatcher(
        None, [b.kind for b in mailed], [b.kind for b in translated], autojunk=False
    )
    for change, first, last, start, end in kinds.get_opcodes():
        if change == "equal":
            pairs += list(zip(mailed[first:last], translated[start:end], strict=True))
            continue
        for block in mailed[first:last]:
            yield _say_lacking(block)
        for block in translated[start:end]:
            yield _say_surplus(block)
    for block, copy in pairs:
        yield from _compare_blocks(block, copy)


def _compare_lines(original: Letter, other: Letter) -> Iterator[Finding]:
    """Subject and preheader: both languages have their own."""
    subject = other.page.get_newsletter_subject().strip()
    if subject == original.page.get_newsletter_subject().strip():
        yield Finding(
            "subject_untranslated",
            Severity.WARNING,
            _("The subject is the same in both languages"),
            _("Readers see “%(subject)s” before anything else. Translate it.")
            % {"subject": subject},
            about=subject,
        )
    preheader = other.page.preheader.strip()
    if original.page.preheader.strip() and not preheader:
        yield Finding(
            "preheader_lacking",
            Severity.WARNING,
            _("The translation has no preheader"),
            _("The original says “%(preheader)s” after the subject. Translate it.")
            % {"preheader": original.page.preheader},
        )
    elif preheader and preheader == original.page.preheader.strip():
        yield Finding(
            "preheader_untranslated",
            Severity.WARNING,
            _("The preheader is the same in both languages"),
            _("“%(preheader)s” stands after the subject. Translate it.")
            % {"preheader": preheader},
            about=preheader,
        )


def _compare_blocks(block: LetterBlock, copy: LetterBlock) -> Iterator[Finding]:
    counts = len(block.paragraphs), len(copy.paragraphs)
    if counts[0] != counts[1]:
        yield Finding(
            "translation_length",
            Severity.WARNING,
            _("The translated block has another number of parts"),
            _("%(original)s paragraphs or points in the original, %(count)s here.")
            % {"original": counts[0], "count": counts[1]},
            copy.id,
            copy.place,
            f"{counts[0]}/{counts[1]}",
        )
    links = len(block.links), len(copy.links)
    if links[0] != links[1]:
        yield Finding(
            "translation_links",
            Severity.WARNING,
            _("The translated block has another number of links"),
            _("%(original)s in the original, %(count)s here.")
            % {"original": links[0], "count": links[1]},
            copy.id,
            copy.place,
            f"{links[0]}/{links[1]}",
        )
    if read_conditions(block.child) != read_conditions(copy.child):
        yield Finding(
            "translation_limits",
            Severity.WARNING,
            _("The block is limited to other readers than in the original"),
            _("Choose the same under the settings of both, or let it stand."),
            copy.id,
            copy.place,
        )
    same = set(block.paragraphs) & set(copy.paragraphs)
    untranslated = [text for text in same if len(text.split()) >= LEAST_WORDS]
    if untranslated and not copy.language:
        yield Finding(
            "untranslated",
            Severity.WARNING,
            _("A text is the same in both languages"),
            _("“%(text)s …” Translate it, or say which language it is in.")
            % {"text": min(untranslated)[:60].strip()},
            copy.id,
            copy.place,
            min(untranslated)[:200],
        )


def _say_lacking(block: LetterBlock) -> Finding:
    return Finding(
        "translation_lacks",
        Severity.WARNING,
        _("The translation lacks a block"),
        _("“%(place)s” of the original has nothing to match it here.")
        % {"place": block.place},
        about=block.id or block.place,
    )


def _say_surplus(block: LetterBlock) -> Finding:
    return Finding(
        "translation_adds",
        Severity.WARNING,
        _("The translation has a block that the original lacks"),
        _("Readers of the original do not get it. Is that meant?"),
        block.id,
        block.place,
    )
