"""Words and their stems: "kommunernas" and "kommun" are one."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

# Letters and figures; an underscore would be two words to PostgreSQL.
WORD = re.compile(r"[^\W_]+")
STEMMERS = {"sv": "swedish", "en": "english"}


class Word(NamedTuple):
    """A word where it stands in a text."""

    stem: str
    start: int
    end: int


def split_words(text: str, language: str) -> Iterator[Word]:
    """Yield the words of ``text`` with their stems; "sv" or "en" decides the forms."""
    for match in WORD.finditer(text):
        yield Word(find_stem(match[0], language), *match.span())


def write_stems(text: str, language: str) -> str:
    """Return the stems of ``text`` in its order, with blanks between."""
    return " ".join(word.stem for word in split_words(text, language))


@lru_cache(maxsize=20_000)
def find_stem(word: str, language: str) -> str:
    """Return what the forms of a word have in common, in small letters.

    A word with a figure in it stays as it is: "ef0622" has no forms.
    """
    composed = unicodedata.normalize("NFC", word).casefold()
    # Some letters come apart into a letter and a sign, which is no part of a word.
    small = "".join(character for character in composed if character.isalnum())
    if any(character.isdigit() for character in small):
        return small
    # All its languages are some MB, which a delivery worker, say, has no need of.
    import snowballstemmer  # noqa: PLC0415 -- as above

    return snowballstemmer.stemmer(STEMMERS[language]).stemWord(small) or small
