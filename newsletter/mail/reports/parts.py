"""Mail that comes back, taken apart without trusting it.

Reports are the worst mail there is: cut off, mislabelled, wrapped in each other, in
charsets nobody has. Nothing here raises for what stands in a mail.
"""

import re
from collections.abc import Iterator
from email.errors import HeaderParseError, MessageError
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from html import unescape

# More than a report needs; a returned letter of any size is cut here.
MOST_BYTES = 1024 * 1024
MOST_PARTS = 50
MOST_MULTIPARTS = 100
# Characters of a part's text that are looked at.
MOST_TEXT = 40_000
TAGS = re.compile(
    r"<(?:style|script)\b.*?(?:</(?:style|script)>|\Z)|<[^>]{0,2000}>", re.S
)
LINE_ENDS = re.compile(r"<(?:br|/p|/div|/tr|/li|/h\d)\b[^>]{0,200}>", re.I)


class Part(Message):
    """A part whose text stays as it is, also when it is a message within the message.

    The standard parser takes ``message/…`` parts further apart, and then a base64 or
    global one (RFC 6533 §3) cannot be read as text any more.
    """

    @property
    def media_type(self) -> str:
        """What the part says it is, such as "message/delivery-status"."""
        return super().get_content_type()

    def get_content_type(self) -> str:
        return self.media_type.replace("message/", "text/", 1)


def is_too_deep(content: bytes) -> bool:
    """Say whether a mail has so many parts in parts that only an attacker wrote it.

    The standard parser takes seconds for a thousand.
    """
    return content.lower().count(b"multipart/") > MOST_MULTIPARTS


def parse_mail(content: bytes) -> Part:
    """Return the mail in parts; what cannot be parsed becomes one text."""
    content = content[:MOST_BYTES]
    try:
        if is_too_deep(content):
            raise ValueError
        return BytesParser(Part).parsebytes(content)
    except (RecursionError, MessageError, ValueError, LookupError, TypeError):
        part = Part()
        part.set_payload(content.decode("latin-1"))
        return part


def walk_parts(mail: Part) -> Iterator[Part]:
    """Yield the parts that hold something, at most ``MOST_PARTS``, in their order."""
    waiting: list[Message] = [mail]
    seen = 0
    while waiting and seen < MOST_PARTS:
        part = waiting.pop(0)
        seen += 1
        payload = part.get_payload()
        if isinstance(payload, list):
            waiting[:0] = [child for child in payload if isinstance(child, Part)]
        elif isinstance(part, Part):
            yield part


def read_bytes(part: Part) -> bytes:
    """Return what a part holds, its transfer encoding undone."""
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        return b""
    return content if isinstance(content, bytes) else b""


def read_text(part: Part) -> str:
    """Return a part's text with ``\\n`` line ends, HTML without its tags."""
    content = read_bytes(part)[: MOST_TEXT * 4]
    text = _decode(content, _charset(part)).replace("\r\n", "\n").replace("\r", "\n")
    if part.media_type == "text/html":
        text = unescape(TAGS.sub(" ", LINE_ENDS.sub("\n", text)))
    return text.replace("\xa0", " ")[:MOST_TEXT]


def read_header(mail: Message, name: str) -> str:
    """Return a header in plain characters on one line, "" without it."""
    return next(iter(read_headers(mail, name)), "")


def read_headers(mail: Message, *names: str) -> list[str]:
    """Return the values of all headers of these names, in plain characters."""
    wanted = {name.lower() for name in names}
    return [
        decode_words(value)
        for name, value in mail.raw_items()
        if name.lower() in wanted
    ]


def decode_words(value: object) -> str:
    """Return a raw header on one line, its encoded words (RFC 2047) decoded."""
    text = str(value).encode("utf-8", "surrogateescape").decode(errors="replace")
    text = text[:MOST_TEXT]
    if "=?" in text:
        try:
            pieces = decode_header(text)
        except (HeaderParseError, ValueError):
            pieces = [(text, None)]
        text = "".join(
            piece if isinstance(piece, str) else _decode(piece, charset or "latin-1")
            for piece, charset in pieces
        )
    return " ".join(text.split())


def _charset(part: Part) -> str:
    try:
        return part.get_content_charset("utf-8")
    except (ValueError, LookupError, TypeError):
        return "utf-8"


def _decode(content: bytes, charset: str) -> str:
    try:
        return content.decode(charset)
    except (LookupError, ValueError):
        pass
    try:
        return content.decode("utf-8")
    except ValueError:
        return content.decode("latin-1")
