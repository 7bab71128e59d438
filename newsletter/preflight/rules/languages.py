"""Rules about languages: of the text, and of those who read it."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from crm.choices import Language
from newsletter.choices import Severity
from newsletter.preflight.findings import Finding
from newsletter.preflight.letter import Letter

# The most frequent words of each language that the other has not.
MARKS = {
    "sv": {
        "att", "av", "de", "den", "denna", "det", "detta", "där", "efter", "eller",
        "en", "ett", "från", "för", "genom", "har", "inte", "kan", "med", "mellan",
        "mot", "när", "och", "också", "om", "på", "samt", "sig", "ska", "som", "till",
        "var", "vi", "vid", "är",
    },
    "en": {
        "about", "and", "are", "be", "been", "by", "can", "for", "from", "has",
        "have", "into", "is", "its", "not", "of", "our", "that", "the", "their",
        "these", "they", "this", "to", "was", "which", "will", "with",
    },
}  # fmt: skip
WORD = re.compile(r"[^\W\d_]+")
# Shorter texts are names and titles; guessing there would cry wolf.
LEAST_WORDS = 5
LEAST_MARKS = 2
# A quarter more words of the other language than of the item's own.
LEAD = 3


def guess_language(text: str) -> str:
    """Return "sv" or "en" for a text that plainly is, else ""."""
    words = [word.casefold() for word in WORD.findall(text)]
    if len(words) < LEAST_WORDS:
        return ""
    counts = {
        code: sum(word in marks for word in words) for code, marks in MARKS.items()
    }
    likely = max(counts, key=lambda code: counts[code])
    others = sum(counts.values()) - counts[likely]
    if counts[likely] < LEAST_MARKS or counts[likely] < LEAD * others:
        return ""
    return likely


def find_unmarked_language(letter: Letter) -> Iterator[Finding]:
    """A block in another language that is not marked as such (WCAG 2.2, 3.1.2)."""
    for block in letter.blocks:
        meant = block.language or letter.locale
        for text in block.paragraphs:
            guessed = guess_language(text)
            if guessed and guessed != meant:
                yield Finding(
                    "language",
                    Severity.WARNING,
                    _("A text in %(language)s is not marked as such")
                    % {"language": Language(guessed).label},
                    _(
                        "“%(text)s …” Choose the block's language under its settings, "
                        "or screen readers read it out as gibberish."
                    )
                    % {"text": text[:60].strip()},
                    block.id,
                    block.place,
                    text[:200],
                )
                break


def find_readers_of_other_languages(letter: Letter) -> Iterator[Finding]:
    """People who asked for a language there is no letter in."""
    offered = {letter.locale, *_published_languages(letter)}
    for code, count in letter.audience.languages.items():
        if count and code not in offered:
            yield Finding(
                "readers_language",
                Severity.WARNING,
                _("%(count)s people read %(language)s")
                % {"count": count, "language": str(Language(code).label).lower()},
                _(
                    "There is no published translation, so they get it in "
                    "%(language)s. Translate the item, or let it stand."
                )
                % {"language": str(Language(letter.locale).label).lower()},
                about=code,
            )


def _published_languages(letter: Letter) -> list[str]:
    if not letter.page.pk:
        return []
    translations = letter.page.get_translations().live()
    return list(translations.values_list("locale__language_code", flat=True))
