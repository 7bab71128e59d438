"""An empty catcher for each test, and letters to put into it."""

import asyncio
import smtplib
import threading
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from home.catcher.server import HOST, open_server


@pytest.fixture(autouse=True)
def catcher_dir(settings, tmp_path):
    """Return the Maildir's place, where there is nothing yet."""
    settings.MAIL_CATCHER_DIR = tmp_path / "var" / "mail"
    return settings.MAIL_CATCHER_DIR


@pytest.fixture
def letter() -> EmailMessage:
    """Return a well-formed letter with a text and an HTML part."""
    message = EmailMessage()
    message["From"] = "Nätverket <news@network.example>"
    message["To"] = "Åsa Öberg <asa@malmo.example>"
    message["Subject"] = "Träningsveckan i Malmö"
    message.set_content("Hej Åsa!\n")
    message.add_alternative("<html><head></head><p>Hej Åsa!</p>", subtype="html")
    return message


@pytest.fixture
def smtp(catcher_dir) -> Iterator[smtplib.SMTP]:
    """Return a client connected to a running catcher."""
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(open_server(0))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        port = server.sockets[0].getsockname()[1]
        with smtplib.SMTP(HOST, port, timeout=20) as client:
            yield client
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
