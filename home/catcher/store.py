"""Caught mail on disk: a Maildir, which any mail program and every test can read.

In front of each message stand two lines of ours with the envelope, since a message need
not say for whom it really came.
"""

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from mailbox import Maildir
from pathlib import Path

from django.conf import settings

ENVELOPE = re.compile(rb"X-Envelope-From: (.*)\r\nX-Envelope-To: (.*)\r\n")
# Maildir's own file names: seconds, then microseconds and a counter without padding.
KEY = re.compile(r"(\d+)\.M(\d+)P\d+Q(\d+)\.")
HEAD_BYTES = 64 * 1024


class UnknownMailError(Exception):
    """No caught mail has this key."""


@dataclass(frozen=True)
class StoredMail:
    """A message as it came over SMTP, or its first part, and its envelope."""

    key: str
    received_at: datetime
    mail_from: str
    recipients: str
    size: int
    content: bytes


def store_mail(content: bytes, *, mail_from: str, recipients: list[str]) -> str:
    """Put a message into the Maildir and return its key. The bytes stay as they came."""
    lines = (
        f"X-Envelope-From: {mail_from}\r\nX-Envelope-To: {', '.join(recipients)}\r\n"
    )
    directory = Path(settings.MAIL_CATCHER_DIR)
    directory.parent.mkdir(parents=True, exist_ok=True)
    return Maildir(directory).add(lines.encode() + content)


def list_keys() -> list[str]:
    """Return the keys of all caught mail, newest first."""
    maildir = _open_maildir()
    return [] if maildir is None else sorted(maildir.keys(), key=_age, reverse=True)


def read_mail(key: str) -> StoredMail:
    """Return the whole message. Raises ``UnknownMailError``."""
    return _read(key, None)


def read_head(key: str) -> StoredMail:
    """Return the message cut after 64 kB, enough for its headers; ``size`` is the whole.

    Raises ``UnknownMailError``.
    """
    return _read(key, HEAD_BYTES)


def empty_catcher() -> int:
    """Delete all caught mail; return how many there were."""
    keys = list_keys()
    maildir = _open_maildir()
    for key in keys:
        # discard, not remove: another window may have emptied it meanwhile.
        maildir.discard(key)
    return len(keys)


def _open_maildir() -> Maildir | None:
    directory = Path(settings.MAIL_CATCHER_DIR)
    # Looking must not make a directory: GET changes nothing.
    return Maildir(directory, create=False) if (directory / "new").is_dir() else None


def _read(key: str, limit: int | None) -> StoredMail:
    maildir = _open_maildir()
    if maildir is None:
        raise UnknownMailError(key)
    try:
        # A key is only ever looked up among the names in the directory, never joined to
        # a path, so "../../etc/passwd" is just a mail that does not exist.
        file = maildir.get_file(key)
    except (KeyError, FileNotFoundError) as error:
        raise UnknownMailError(key) from error
    with file:
        content = file.read(limit)
        file.seek(0, os.SEEK_END)
        size = file.tell()
    envelope = ENVELOPE.match(content)
    prefix = envelope.end() if envelope else 0
    mail_from, recipients = envelope.groups() if envelope else (b"", b"")
    return StoredMail(
        key=key,
        received_at=datetime.fromtimestamp(_age(key)[0], UTC),
        mail_from=mail_from.decode(errors="replace"),
        recipients=recipients.decode(errors="replace"),
        size=size - prefix,
        content=content[prefix:],
    )


def _age(key: str) -> tuple[int, int, int]:
    match = KEY.match(key)
    return tuple(map(int, match.groups())) if match else (0, 0, 0)
