"""Finding names by what a reader types, with their letters or without. Pure."""

import unicodedata
from functools import lru_cache

LONGEST_QUESTION = 100
# Letters that are no plain letter with a mark.
PLAIN = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i"}
)


def read_question(text: str) -> str:
    """Return what a reader typed, cut to a sensible length."""
    return text.replace("\x00", "").strip()[:LONGEST_QUESTION]


def holds_words(question: str, *texts: str) -> bool:
    """Whether each word of the question is part of one of the texts.

    Case and marks apart: "abo" finds "Åbo", and "Åbo" does too.
    """
    folded = " ".join(map(fold, texts))
    return all(word in folded for word in fold(question).split())


@lru_cache(maxsize=10_000)
def fold(text: str) -> str:
    """Return the text in small plain letters; other scripts without their marks."""
    folded = text.casefold()
    if folded.isascii():
        return folded
    marked = unicodedata.normalize("NFKD", folded.translate(PLAIN))
    return "".join(char for char in marked if not unicodedata.combining(char))
