"""A mail server of our own for what comes back, over LMTP or SMTP.

It takes mail for the return path's domain and local part alone, and for nothing else:
no relay, no mailbox. It says 250 after the database has committed, 451 when that is
away, so that the sending server keeps the mail. It never answers a mail with a mail.
"""

import asyncio
import logging
import signal
from dataclasses import dataclass
from urllib.parse import urlsplit

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import DatabaseError, close_old_connections

from newsletter.delivery.feedback import hear_mail

logger = logging.getLogger(__name__)

# A report may return the whole letter of somebody else's with it. What we read of it is
# less (``reports``), but refused it would be lost: nobody bounces a bounce.
MOST_BYTES = 32 * 1024 * 1024
# Octets; RFC 5321 §4.5.3.1.6 says 1,000, and returned letters do not all keep to it.
MOST_LINE = 64 * 1024
MOST_RECIPIENTS = 50
IDLE_SECONDS = 120
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class ListenError(Exception):
    """Where to listen cannot be understood; the sentence says how to write it."""


@dataclass(frozen=True)
class Place:
    """Where to listen, and in which protocol."""

    scheme: str
    host: str
    port: int


def read_place(text: str) -> Place:
    """Return the place in "lmtp://127.0.0.1:2424". Raises ListenError.

    Without a host it is this machine alone.
    """
    try:
        parts = urlsplit(text)
        place = Place(parts.scheme, parts.hostname or "127.0.0.1", parts.port or 0)
    except ValueError as error:
        raise ListenError(_explain(text)) from error
    if place.scheme not in ("lmtp", "smtp") or not parts.netloc or parts.path:
        raise ListenError(_explain(text))
    return place


class Listener:
    """aiosmtpd's handler."""

    async def handle_RCPT(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        if not is_return_path(address):
            return "550 5.1.1 Only what returns from our letters is taken here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        try:
            heard = await sync_to_async(_hear)(
                bytes(envelope.original_content or b""), list(envelope.rcpt_tos)
            )
        except DatabaseError:
            logger.exception("The database does not take what returned")
            answer = "451 4.3.0 Not now: please keep it and try again"
        else:
            logger.debug("Heard %s statements", heard)
            answer = "250 2.0.0 Heard"
        if isinstance(server, LMTP):
            # RFC 2033 §4.2: one answer for each recipient.
            return "\r\n".join([answer] * len(envelope.rcpt_tos))
        return answer

    async def handle_exception(self, error: Exception) -> str:
        """Answer "later" to a mistake of ours too: the mail must not be lost by it."""
        logger.error("A mail that returned was not heard", exc_info=error)
        return "451 4.3.0 Not now: please keep it and try again"


class ReturnedSMTP(SMTP):
    line_length_limit = MOST_LINE


class ReturnedLMTP(LMTP):
    line_length_limit = MOST_LINE


def is_return_path(address: str) -> bool:
    """Say whether mail to that address is what may return from our letters."""
    local, _at, domain = settings.NEWSLETTER_BOUNCE_ADDRESS.lower().rpartition("@")
    name, _at, host = address.lower().strip("<>").rpartition("@")
    # With a word before it where a server has rewritten the sender (BATV: prvs=…=studs+…).
    own_name = name.rpartition("=")[2].partition("+")[0]
    return bool(local) and host == domain and own_name == local


async def open_listener(place: Place) -> asyncio.Server:
    """Listen there (port 0 chooses one); raises ``OSError`` when it is taken."""
    kind = ReturnedLMTP if place.scheme == "lmtp" else ReturnedSMTP

    def answer() -> SMTP:
        return kind(
            Listener(),
            data_size_limit=MOST_BYTES,
            enable_SMTPUTF8=True,
            timeout=IDLE_SECONDS,
            # Named, or aiosmtpd would ask the name service who this machine is.
            hostname=settings.NEWSLETTER_BOUNCE_ADDRESS.rpartition("@")[2],
            ident="Rundbrev",
            loop=asyncio.get_running_loop(),
        )

    loop = asyncio.get_running_loop()
    return await loop.create_server(answer, place.host, place.port)


async def listen_until_stopped(place: Place) -> None:
    """Take what returns until SIGINT or SIGTERM.

    Who is cut off by that sends the mail again, and what was heard is not heard twice.
    """
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, stopped.set)
    server = await open_listener(place)
    await stopped.wait()
    server.close()


def _hear(content: bytes, recipients: list[str]) -> int:
    close_old_connections()
    return hear_mail(content, sent_to=recipients)


def _explain(text: str) -> str:
    return f"Cannot listen at {text!r}: write it like lmtp://127.0.0.1:2424."
