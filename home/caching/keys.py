"""What tells two answers apart, and which requests are answered for everybody alike."""

import re
import time
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone, translation

METHODS = frozenset({"GET", "HEAD"})
LONGEST_ADDRESS = 1_000
# What the site says outside its languages; everything else there is somebody's own.
OUTSIDE_LANGUAGES = re.compile(r"/(?:sitemap[\w-]*\.xml|robots\.txt)")
LANGUAGES = "|".join(re.escape(code) for code, _name in settings.LANGUAGES)
IN_LANGUAGE = re.compile(rf"/(?P<language>{LANGUAGES})/")
# Who has one of these may get an answer of their own.
PERSONAL_COOKIES = frozenset(
    {settings.SESSION_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME, "messages"}
)


def make_key(environ: dict[str, Any]) -> str | None:
    """Return what an answer is kept under, within a generation (WSGI's ``environ``).

    None for requests whose answer is not everybody's: with a session, with an
    authorisation, for a part of a page, to an address that is no page's.
    """
    path = environ.get("PATH_INFO", "")
    if environ["REQUEST_METHOD"] not in METHODS or _is_personal(environ):
        return None
    language = _find_language(environ, path)
    query = environ.get("QUERY_STRING", "")
    host = environ.get("HTTP_HOST", "")
    if not language or not host or len(path) + len(query) > LONGEST_ADDRESS:
        return None
    parts = (
        environ.get("wsgi.url_scheme", ""),
        _forwarded_scheme(environ),
        host,
        environ.get("SCRIPT_NAME", ""),
        path,
        query,
        language,
        # Pages say who holds a seat, and what is to come, today.
        name_today(),
    )
    return "\0".join(parts)


def name_key(generation: int, key: str) -> str:
    """Return what the cache calls an answer: short, and of harmless characters."""
    digest = blake2b(key.encode(), digest_size=20).hexdigest()
    return f"{generation:x}-{digest}"


def name_today() -> str:
    """Return today's date in Stockholm, say; worked out once a second."""
    second = int(time.time())
    return _name_day(second, timezone.get_current_timezone_name())


@lru_cache(maxsize=4)
def _name_day(second: int, zone: str) -> str:
    return timezone.localdate().isoformat()


def _is_personal(environ: dict[str, Any]) -> bool:
    if "HTTP_AUTHORIZATION" in environ or "HTTP_RANGE" in environ:
        return True
    cookies = environ.get("HTTP_COOKIE", "")
    return not PERSONAL_COOKIES.isdisjoint(
        cookie.partition("=")[0].strip() for cookie in cookies.split(";")
    )


def _find_language(environ: dict[str, Any], path: str) -> str | None:
    if match := IN_LANGUAGE.match(path):
        return match["language"]
    if not OUTSIDE_LANGUAGES.fullmatch(path):
        return None
    request = HttpRequest()
    request.META, request.path_info = environ, path
    return translation.get_language_from_request(request)


def _forwarded_scheme(environ: dict[str, Any]) -> str:
    """Return what a proxy says of the scheme, where one is believed."""
    trusted = settings.SECURE_PROXY_SSL_HEADER
    return environ.get(trusted[0], "") if trusted else ""
