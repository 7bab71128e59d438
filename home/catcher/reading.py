"""What of a caught mail is shown. Written for mail that is broken or hostile.

The old parser policy (compat32) is used on purpose: it keeps what it does not understand
instead of raising from header access.
"""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message

HEAD = re.compile(r"<head[^>]*>", re.IGNORECASE)
# Links in the frame open a window of their own, since the frame itself may do nothing.
LINK_TARGET = '<base target="_blank">'


def read_header(content: bytes, name: str) -> str:
    """Return a header of the message in plain characters on one line; "" without it."""
    for header, value in message_from_bytes(content).raw_items():
        if header.lower() == name.lower():
            return " ".join(_decode_words(_as_text(value)).split())
    return ""


def find_html(content: bytes) -> str | None:
    """Return the HTML part, its links told to open a new window; None without one."""
    html = _find_part(content, "text/html")
    if html is None:
        return None
    return HEAD.sub(lambda head: head[0] + LINK_TARGET, html, count=1)


def find_text(content: bytes) -> str | None:
    """Return the plain text part; None without one."""
    return _find_part(content, "text/plain")


def read_source(content: bytes) -> str:
    """Return the message as it came; bytes that are no UTF-8 become U+FFFD."""
    return content.decode(errors="replace").replace("\r\n", "\n")


def _find_part(content: bytes, content_type: str) -> str | None:
    for part in _walk_bodies(message_from_bytes(content)):
        if part.get_content_type() == content_type:
            return _decode_body(part)
    return None


def _walk_bodies(message: Message) -> Iterator[Message]:
    for part in message.walk():
        if not part.is_multipart() and not part.get_filename():
            yield part


def _decode_body(part: Message) -> str:
    body = (part.get_payload(decode=True) or b"").replace(b"\r\n", b"\n")
    try:
        return body.decode(part.get_content_charset("utf-8"), errors="replace")
    except LookupError:
        return body.decode(errors="replace")


def _as_text(value: str) -> str:
    # The parser keeps bytes beyond ASCII as surrogates; SMTPUTF8 headers are UTF-8.
    return value.encode("ascii", "surrogateescape").decode(errors="replace")


def _decode_words(text: str) -> str:
    try:
        pieces = decode_header(text)
    except HeaderParseError:
        return text
    return "".join(_decode_piece(*piece) for piece in pieces)


def _decode_piece(piece: str | bytes, charset: str | None) -> str:
    if isinstance(piece, str):
        return piece
    try:
        # Without a charset it is what stood between encoded words.
        return piece.decode(charset or "raw-unicode-escape", errors="replace")
    except LookupError:
        return piece.decode(errors="replace")
