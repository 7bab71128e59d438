"""HTML becomes a PDF, with nothing fetched from anywhere but this site's own files."""

import ctypes
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.storage import default_storage

from home.pdf.process import run_drawing

# One of each must load: Linux, macOS, Windows.
LIBRARIES = [
    ("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0-0.dll"),
    ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib", "libpangoft2-1.0-0.dll"),
]
STYLES = "home/pdf.css"
KINDS = {
    ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2",
    ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg",
    ".webp": "image/webp", ".gif": "image/gif", ".avif": "image/avif",
}  # fmt: skip


class ForeignAddress(ValueError):
    """A document asked for something that is not a file of this site."""


@cache
def can_make_pdf() -> bool:
    """Whether the system has what WeasyPrint draws text with. Asked once per process."""
    return all(any(_loads(name) for name in names) for names in LIBRARIES)


def make_pdf(html: str) -> bytes:
    """Return a page as a tagged PDF, styled by home/pdf.css.

    ``html`` has its language and title; its addresses are read as on this site. What it
    names that is not a static file or a medium of this site is left out: no address is
    ever opened. Raises PdfError when that takes too long or cannot be done.
    """
    styles, _kind = read_own_file(f"{settings.SITE_URL}{settings.STATIC_URL}{STYLES}")
    return run_drawing(html, styles.decode(), read_own_file)


def read_own_file(url: str) -> tuple[bytes, str]:
    """Return content and kind of a static file or medium of this site.

    Raises ForeignAddress for any other address, also on this site, and for files of
    kinds that no page is made of; FileNotFoundError (or SuspiciousFileOperation for a
    path that leads out) when there is none.
    """
    path = _path_on_site(url)
    kind = KINDS.get(Path(path).suffix.lower())
    if kind:
        for prefix, read in (
            (settings.STATIC_URL, _read_static),
            (settings.MEDIA_URL, _read_medium),
        ):
            if path.startswith(prefix):
                return read(path.removeprefix(prefix)), kind
    raise ForeignAddress(url)


def _path_on_site(url: str) -> str:
    parts, site = urlsplit(url), urlsplit(settings.SITE_URL)
    if (parts.scheme, parts.netloc) != (site.scheme, site.netloc):
        raise ForeignAddress(url)
    return unquote(parts.path)


def _read_static(name: str) -> bytes:
    # Collected in production, found in the apps in development.
    found = finders.find(name)
    if found:
        return Path(found).read_bytes()
    with staticfiles_storage.open(name) as file:
        return file.read()


def _read_medium(name: str) -> bytes:
    with default_storage.open(name) as file:
        return file.read()


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
