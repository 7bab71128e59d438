"""An answer that is kept: whether it may be, and how it is given out."""

from collections.abc import Callable
from functools import wraps
from hashlib import blake2b
from typing import Any, NamedTuple

from django.http import HttpResponse
from django.http.response import HttpResponseBase

# To be asked after each time: what is kept by a browser costs one short answer then.
CACHE_CONTROL = "max-age=0, must-revalidate"
# Somebody with a session may get another answer.
VARY = "Cookie, Accept-Language"
LARGEST = 2_000_000
MARK = "may_be_kept"
OWN_ANSWER = frozenset({"private", "no-store", "no-cache"})
# An answer depends on these only as far as the key does.
KNOWN_VARY = frozenset({"accept-language", "accept-encoding"})

Headers = list[tuple[str, str]]


class Answer(NamedTuple):
    """An answer with status 200, good until ``ends_at`` (seconds since 1970).

    ``item`` is the news item whose reading is counted.
    """

    headers: Headers
    body: bytes
    etag: str
    item: int | None
    ends_at: float


def keep_answer(view: Callable[..., HttpResponseBase]) -> Callable:
    """Mark the answers of a view, or of Wagtail's serving of a page, as good for anybody.

    Not kept all the same is what depends on a cookie, or says that it may not be.
    """

    @wraps(view)
    def answer(*args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(*args, **kwargs)
        setattr(response, MARK, True)
        return response

    return answer


def make_answer(
    response: Any, status: str, headers: Headers, ends_at: float
) -> Answer | None:
    """Return what is to be kept of Django's response; None when it may not be."""
    if status != "200 OK" or not getattr(response, MARK, False):
        return None
    if not isinstance(response, HttpResponse) or len(response.content) > LARGEST:
        return None
    if not _is_for_everybody(headers):
        return None
    body = response.content
    etag = f'"{blake2b(body, digest_size=12).hexdigest()}"'
    kept = [(name, value) for name, value in headers if name.lower() != "vary"]
    if not any(name.lower() == "cache-control" for name, _value in kept):
        kept.append(("Cache-Control", CACHE_CONTROL))
    kept += [("Vary", VARY), ("ETag", etag)]
    return Answer(kept, body, etag, getattr(response, "read_item", None), ends_at)


def is_known(etag: str, asked: str) -> bool:
    """Say whether If-None-Match names the answer (RFC 9110, section 13.1.2)."""
    known = (part.strip().removeprefix("W/") for part in asked.split(","))
    return any(part in (etag, "*") for part in known)


def _is_for_everybody(headers: Headers) -> bool:
    for name, value in headers:
        words = {w.partition("=")[0].strip().lower() for w in value.split(",")}
        match name.lower():
            case "set-cookie":
                return False
            case "vary" if not words <= KNOWN_VARY:
                return False
            case "cache-control" if words & OWN_ANSWER:
                return False
            case "content-security-policy" if "'nonce-" in value:
                return False
    return True
