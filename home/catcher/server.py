"""A real SMTP server on this machine alone. It keeps every mail and forwards none."""

import asyncio
import contextlib
import logging
import signal

from aiosmtpd.smtp import SMTP, Envelope, Session

from home.catcher.store import store_mail

logger = logging.getLogger(__name__)

HOST = "127.0.0.1"
MAX_BYTES = 32 * 1024 * 1024
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Catcher:
    """aiosmtpd's handler: answers each mail after it is on disk."""

    async def handle_DATA(
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        key = await asyncio.to_thread(
            store_mail,
            envelope.original_content,
            # RFC 5321 4.5.5: nobody is to get a bounce.
            mail_from="" if envelope.mail_from == "<>" else envelope.mail_from,
            recipients=envelope.rcpt_tos,
        )
        # Neither address nor subject: the log is no place for people.
        logger.debug("Caught mail %s", key)
        return f"250 Caught as {key}"


async def open_server(port: int) -> asyncio.Server:
    """Listen on ``port`` (0 chooses one); raises ``OSError`` when it is taken."""
    return await asyncio.get_running_loop().create_server(_answer, HOST, port)


async def serve_until_stopped(port: int) -> None:
    """Catch mail until SIGINT or SIGTERM; raises ``OSError`` when the port is taken."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, stopped.set)
    server = await open_server(port)
    with contextlib.closing(server):
        await stopped.wait()


def _answer() -> SMTP:
    return SMTP(
        Catcher(),
        data_size_limit=MAX_BYTES,
        enable_SMTPUTF8=True,
        # Named, or aiosmtpd would ask the name service who this machine is.
        hostname="catcher.localhost",
        ident="Rundbrev mail catcher",
        loop=asyncio.get_running_loop(),
    )
