"""A Maildir that a mail server fills: each mail is heard, then put aside.

A mail moves from ``new`` to ``cur`` only after the database has committed what it says.
Killed in between, it is read again, and what was heard once is not heard twice.
"""

import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from newsletter.delivery.feedback import hear_mail
from newsletter.mail.reports.parts import MOST_BYTES

logger = logging.getLogger(__name__)

# Maildir's flag for a mail that has been looked at (https://cr.yp.to/proto/maildir.html).
SEEN = ":2,S"


@dataclass
class Reading:
    """What became of one look into the Maildir."""

    mails: int = 0
    heard: int = 0
    unreadable: int = 0


class MaildirMissing(Exception):
    """There is no Maildir at that path; the sentence says so."""


def read_maildir(path: Path, *, should_stop: Callable[[], bool] = bool) -> Reading:
    """Hear every new mail in a Maildir; return how many there were.

    Ends after the mail in hand when ``should_stop`` says so. A file that cannot be read
    stays where it is and is tried again next time. Raises MaildirMissing, and
    DatabaseError with all unheard mail left in ``new``.
    """
    reading = Reading()
    for file in _list_new(path):
        if should_stop():
            break
        try:
            content = _read(file)
        except OSError as error:
            # Another reader was quicker, or the file is not ours to read.
            logger.warning("Cannot read %s: %s", file.name, error.strerror)
            reading.unreadable += 1
            continue
        reading.heard += hear_mail(content)
        reading.mails += 1
        _put_aside(file, path / "cur")
    return reading


def _list_new(path: Path) -> Iterator[Path]:
    new = path / "new"
    if not new.is_dir():
        raise MaildirMissing(f"There is no Maildir at {path}: it has no folder “new”.")
    # Names begin with the time of arrival.
    yield from sorted(entry for entry in new.iterdir() if entry.is_file())


def _read(file: Path) -> bytes:
    with file.open("rb") as mail:
        return mail.read(MOST_BYTES)


def _put_aside(file: Path, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    try:
        os.rename(file, folder / f"{file.name.partition(':')[0]}{SEEN}")
    except OSError as error:
        # Heard it is; read again, it changes nothing.
        logger.warning("Cannot put %s aside: %s", file.name, error.strerror)
