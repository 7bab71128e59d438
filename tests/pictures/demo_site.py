"""A fresh demo site for the pictures: own data, own ports, a mailbox that is slow."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from home.catcher.store import store_mail
from tests.smtp_server import SmtpServer, running_smtp_server

# So slow that there is a send under way to take a picture of.
SECONDS_PER_MAIL = 0.4
HOLD_SECONDS = "6"
START_SECONDS = 180


def use_fresh_data(directory: str) -> None:
    """Point this process and those it starts at an empty data directory.

    To be called before Django reads its settings.
    """
    os.environ["RUNDBREV_VAR_DIR"] = directory
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.dev"
    # Playwright runs an event loop in this thread, which Django takes for async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    os.environ["PORT"], os.environ["MAIL_PORT"] = map(str, _find_free_ports(2))


@contextmanager
def running_demo_site() -> Iterator[str]:
    """Run the whole demo site for the time of the block; yield its address.

    Bulk mail goes through a slow server into the site's own mail catcher. Raises
    ``RuntimeError`` with the site's output when it does not start.
    """
    address = f"http://127.0.0.1:{os.environ['PORT']}"
    with running_smtp_server() as server, tempfile.TemporaryFile() as output:
        server.answer = _make_answer(server)
        site = subprocess.Popen(
            [sys.executable, "manage.py", "run_site"],
            env={
                **os.environ,
                "BULK_MAIL_PORT": str(server.port),
                "NEWSLETTER_HOLD_SECONDS": HOLD_SECONDS,
            },
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            if not _is_up(address, site):
                output.seek(0)
                raise RuntimeError(output.read().decode(errors="replace"))
            yield address
        finally:
            site.send_signal(signal.SIGINT)
            site.wait(timeout=60)


def _make_answer(server: SmtpServer):
    def answer(phase: str, argument: str) -> None:
        if phase == "STORED":
            mail = server.messages[-1]
            store_mail(
                mail.content, mail_from=mail.mail_from, recipients=[mail.rcpt_to]
            )
            time.sleep(SECONDS_PER_MAIL)

    return answer


def _is_up(address: str, site: subprocess.Popen) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and site.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/healthz"):
                return True
        except OSError:
            time.sleep(0.3)
    return False


def _find_free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _number in range(count)]
    ports = [opened.getsockname()[1] for opened in sockets]
    for opened in sockets:
        opened.close()
    return ports
