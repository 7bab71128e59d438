"""The letter that a report returns, or as much of it as it returns."""

import re
from email.parser import HeaderParser

from newsletter.mail.reports.model import Quoted
from newsletter.mail.reports.parts import Part, read_bytes, read_headers

RETURNED_TYPES = {
    "message/rfc822",
    "message/global",
    "message/global-headers",
    "text/rfc822-headers",
    # Microsoft's and others' own names for the same.
    "message/rfc822-headers",
    "text/rfc822",
}
# Where one of our tokens may stand in a letter of ours.
TRACING = ("Return-Path", "List-Unsubscribe", "X-Envelope-From", "Errors-To", "Sender")
# Where a provider writes whom the complaint is from (Microsoft's JMRP).
RECIPIENT = ("X-HmXmrOriginalRecipient", "To", "Delivered-To", "X-Original-To")
MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}>")
HEADER_LINE = re.compile(r"^[>\s|]*([A-Za-z][A-Za-z-]{1,40}):\s?(.*)$")
# Headers that only a letter quoted in plain text has in this form.
QUOTED_NAMES = {"message-id", "list-unsubscribe", "return-path"}
MOST_HEADER_CHARACTERS = 60_000


def read_returned(part: Part) -> Quoted:
    """Return what traces the letter in a part of one of ``RETURNED_TYPES``."""
    text = read_bytes(part)[:MOST_HEADER_CHARACTERS].decode("utf-8", "replace")
    letter = HeaderParser().parsestr(text.lstrip("\r\n"))
    ids = read_headers(letter, "Message-ID")
    return Quoted(
        message_id=next((match[0] for i in ids if (match := MESSAGE_ID.search(i))), ""),
        traces=tuple(read_headers(letter, *TRACING)),
        recipients=tuple(read_headers(letter, *RECIPIENT)),
    )


def read_quoted(text: str) -> Quoted:
    """Return what traces the letter in a text that quotes its headers line by line."""
    found: dict[str, str] = {}
    name = ""
    for line in text[:MOST_HEADER_CHARACTERS].splitlines():
        match = HEADER_LINE.match(line)
        if match:
            name = match[1].lower()
            value = match[2]
        else:
            # A folded header goes on in an indented line.
            value = found.get(name, "") + line if line[:1] in " \t>" else ""
        if name in QUOTED_NAMES and value and len(value) < 2000:
            found[name] = value
    message_id = MESSAGE_ID.search(found.pop("message-id", ""))
    return Quoted(
        message_id=message_id[0] if message_id else "", traces=tuple(found.values())
    )
