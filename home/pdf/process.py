"""A PDF drawn by a process of its own, which is ended when it takes too long."""

import logging
import subprocess
import sys
import tempfile
from collections.abc import Callable
from threading import Timer
from typing import IO

from django.conf import settings

from home.pdf.talking import SECONDS, BrokenTalk, read_message, write_message

logger = logging.getLogger(__name__)

DRAWING = [sys.executable, "-m", "home.pdf.drawing"]
# A page of more than this is not drawn, a file of more is left out of it.
MOST_HTML = 2 * 1024 * 1024
MOST_FILE = 10 * 1024 * 1024
SAID = 500

# Returns content and kind for an address, or raises.
Read = Callable[[str], tuple[bytes, str]]


class PdfError(Exception):
    """No PDF could be made of the page."""


def run_drawing(
    html: str, styles: str, read: Read, *, seconds: float = SECONDS
) -> bytes:
    """Return the PDF of a page, drawn within ``seconds``.

    ``read`` answers for each file that the page names. Raises PdfError when the page is
    too large, takes too long, or cannot be drawn; the log has the reason.
    """
    content = html.encode()
    if len(content) > MOST_HTML:
        raise PdfError(f"{len(content)} bytes of HTML")
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(  # noqa: S603 -- our own module, no argument from outside
            DRAWING,
            cwd=settings.BASE_DIR,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
        )
        timer = Timer(seconds, process.kill)
        timer.start()
        try:
            return _talk(process, content, styles, read)
        except OSError as error:
            process.kill()
            code = process.wait()
            logger.warning("No PDF, exit %s: %s", code, _read_end(said))
            raise PdfError(f"The process that draws ended with {code}") from error
        finally:
            timer.cancel()
            process.kill()
            process.communicate()


def _talk(
    process: subprocess.Popen[bytes], content: bytes, styles: str, read: Read
) -> bytes:
    """Give the document to the process and answer it until the PDF comes."""
    to, back = process.stdin, process.stdout
    if to is None or back is None:
        raise BrokenTalk
    site = f"{settings.SITE_URL}/"
    folder = f"{settings.SITE_URL}{settings.STATIC_URL}home/"
    write_message(to, {"styles": styles, "site": site, "folder": folder}, content)
    while True:
        said, pdf = read_message(back)
        if "read" not in said:
            return pdf
        _answer(to, said["read"], read)


def _answer(to: IO[bytes], url: str, read: Read) -> None:
    try:
        content, kind = read(url)
    except Exception:  # whatever it is, the page is drawn without that file
        logger.info("A PDF goes without %s", url, exc_info=True)
        write_message(to, {})
        return
    if len(content) > MOST_FILE:
        write_message(to, {})
    else:
        write_message(to, {"kind": kind}, content)


def _read_end(said: IO[bytes]) -> str:
    said.seek(0, 2)
    said.seek(max(0, said.tell() - SAID))
    return said.read().decode(errors="replace")
