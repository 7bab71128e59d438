"""Quoted-printable made once for a letter, with slots that are filled per person. Pure.

Encoding a 35 kB newsletter costs the standard library about 5 ms, which is what peers
pay for every recipient. Here the text between the merge fields is encoded once; a
person's value is put on a line of its own between soft line breaks (RFC 2045 §6.7),
which a reader takes away again, and costs microseconds.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from newsletter.mail.merge import Field, Split

# RFC 2045 §6.7 rule 5: at most 76 characters, the "=" of a soft break among them.
LINE = 75
SOFT_BREAK = b"=\r\n"
UNSAFE = re.compile(rb"[^ !-<>-~]")
# Encoded as they are; most names and all our own addresses but for "=".
PLAIN = re.compile(r"[A-Za-z0-9 ,:;/?&_()'+-][A-Za-z0-9 ,.:;/?&_()'+-]{0,73}")


class QuotedPart:
    """The body of one MIME part, encoded but for its fields."""

    def __init__(self, split: Split, write: Callable[[Field, str], str]) -> None:
        """Encode the text of ``split``; ``write`` turns a value into text of the part.

        A field's fallback stands in the part as it is.
        """
        last = len(split) - 1
        # In the place of a field stands its fallback.
        self._pieces: list[bytes] = [
            quote_text(part, last=index == last)
            if isinstance(part, str)
            else quote_value(part.fallback)
            for index, part in enumerate(split)
        ]
        self._fields = [
            (index, part)
            for index, part in enumerate(split)
            if not isinstance(part, str)
        ]
        self._write = write

    def fill(self, values: Mapping[str, str]) -> list[bytes]:
        """Return the part for one person: quoted-printable lines with CRLF, in pieces.

        Not joined, since whoever asks joins them with what stands round the part.
        """
        pieces = self._pieces.copy()
        for index, place in self._fields:
            if value := values.get(place.name):
                pieces[index] = quote_value(self._write(place, value))
        return pieces


def quote_text(text: str, *, last: bool = True) -> bytes:
    """Return text encoded, its line breaks as CRLF.

    What does not end in a line break and is not ``last`` ends in a soft one, so that
    the next piece begins a line. No line begins with a dot (RFC 5321 §4.5.2), with or
    without dot-stuffing on the way.
    """
    lines = text.encode().replace(b"\r\n", b"\n").split(b"\n")
    quoted = b"\r\n".join(_quote_line(line) for line in lines)
    return quoted if last or not lines[-1] else quoted + SOFT_BREAK


@lru_cache(maxsize=1024)
def quote_value(value: str) -> bytes:
    """Return a value encoded, on lines of its own that end in soft breaks."""
    # Kept: many share a given name, and a reader's addresses stand in both parts.
    if not value:
        return b""
    if PLAIN.fullmatch(value):
        return value.encode() + SOFT_BREAK
    return _quote_line(value.encode()) + SOFT_BREAK


def _quote_line(line: bytes) -> bytes:
    quoted = UNSAFE.sub(_escape, line)
    if quoted.endswith(b" "):
        # A space before a line break is lost on the way.
        quoted = quoted[:-1] + b"=20"
    if len(quoted) <= LINE and not quoted.startswith(b"."):
        return quoted
    return SOFT_BREAK.join(_wrap(quoted))


def _escape(match: re.Match[bytes]) -> bytes:
    return b"=%02X" % match[0][0]


def _wrap(quoted: bytes) -> list[bytes]:
    """Return an encoded line cut into pieces of at most 75, no escape cut in two."""
    pieces = []
    while quoted:
        if quoted.startswith(b"."):
            quoted = b"=2E" + quoted[1:]
        end = LINE
        if len(quoted) > LINE and b"=" in quoted[LINE - 2 : LINE]:
            end = quoted.rindex(b"=", 0, LINE)
        pieces.append(quoted[:end])
        quoted = quoted[end:]
    return pieces
