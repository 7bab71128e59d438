"""Rules about languages: of the text, and of those who read it."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.choices import Language
from newsletter.choices import Severity
from newsletter.mail.fallback import choose_language, offered_languages
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
        foreign = [
            (text, guessed)
            for text in block.paragraphs
            if (guessed := guess_language(text)) and guessed != meant
        ]
        if foreign:
            text, guessed = max(foreign, key=lambda found: len(found[0]))
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


def find_title_language(letter: Letter) -> Iterator[Finding]:
    """Words of the headline are in another language, and nothing says so.

    What stands after a colon is judged by itself: "Workshop 19 feb: Migrants don’t …".
    """
    page = letter.page
    if page.title_foreign.strip():
        if page.title_foreign.strip() not in page.title:
            yield Finding(
                "title_foreign",
                Severity.WARNING,
                _("The words in another language do not stand in the headline"),
                _("“%(words)s” is to be found in it word for word.")
                % {"words": page.title_foreign},
                about=page.title_foreign,
            )
        return
    for part in [page.title, *page.title.split(":")]:
        guessed = guess_language(part)
        if guessed and guessed != letter.locale:
            yield Finding(
                "title_language",
                Severity.WARNING,
                _("The headline has words in %(language)s")
                % {"language": Language(guessed).label},
                _(
                    "Copy “%(words)s” into “words of the headline in another language”: "
                    "screen readers then say it right."
                )
                % {"words": part.strip()},
                about=part.strip(),
            )
            return


def find_readers_of_other_languages(letter: Letter) -> Iterator[Finding]:
    """People who asked for a language there is no letter in."""
    offered = offered_languages(letter.page)
    fallback = letter.newsletter.fallback if letter.newsletter else ""
    for code, count in letter.audience.languages.items():
        if count and code not in offered:
            yield Finding(
                "readers_language",
                Severity.WARNING,
                ngettext(
                    "%(count)s person reads %(language)s",
                    "%(count)s people read %(language)s",
                    count,
                )
                % {"count": count, "language": str(Language(code).label).lower()},
                _say_what_they_get(choose_language(code, offered, fallback)),
                about=code,
            )


def _say_what_they_get(code: str) -> str:
    if not code:
        return _(
            "There is no published translation, so they get nothing. Translate the "
            "item, or let it stand."
        )
    return _(
        "There is no published translation, so they get it in %(language)s. Translate "
        "the item, or let it stand."
    ) % {"language": str(Language(code).label).lower()}
