"""How names are ordered and cleaned. Pure."""

import re
import unicodedata
from functools import lru_cache

# Swedish order: å ä ö are letters of their own after z. Neither SQLite nor the
# pip-installable PostgreSQL has ICU, so the order is kept in a key of our own.
# Which letters go where is the Unicode CLDR's collation for "sv".
SWEDISH_LETTERS = {
    "å": "{1",
    "ä": "{2",
    "æ": "{2",
    "ö": "{3",
    "ø": "{3",
    "œ": "{3",
    "ü": "y",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "ł": "l",
    "ı": "i",
}
LETTERS = str.maketrans(SWEDISH_LETTERS)
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def make_sort_key(*parts: str) -> str:
    """Return text whose byte order is Swedish dictionary order, case apart.

    Latin letters become ASCII; those of other scripts stay and come after them.
    """
    return " ".join(filter(None, map(_fold, parts)))[:255]


def clean_line(text: str) -> str:
    """Return ``text`` as one line: control characters and line breaks become a space.

    Names end in mail headers, where a line break would start a header of its own
    (RFC 5322 §2.2); U+0085, U+2028 and U+2029 count as breaks to Python's parser.
    """
    # No other blank than the space is printable, and no control character.
    if text.isprintable() and "  " not in text:
        return text.strip()
    return re.sub(r"\s+", " ", CONTROL.sub(" ", text)).strip()


@lru_cache(maxsize=20_000)
def _fold(part: str) -> str:
    # Kept, since a million people share some thousand names.
    text = part.strip().casefold()
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).translate(LETTERS)
    if not text.isascii():
        text = "".join(map(_strip_marks, text))
    return text


def _strip_marks(char: str) -> str:
    plain = unicodedata.normalize("NFKD", char)
    return "".join(c for c in plain if not unicodedata.combining(c))
