"""A reader of the site as a web server has it: through the page cache, or past it."""

from typing import NamedTuple
from urllib.parse import urlsplit

from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory

from home.caching.front import PageFront

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


class Reply(NamedTuple):
    """What the server got from the application."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def is_hit(self) -> bool:
        return self.headers.get("cache-status") == "Rundbrev; hit"


class Reader:
    """Asks a WSGI application; ``is_cached`` puts the page cache in front of Django."""

    def __init__(self, *, is_cached: bool = True) -> None:
        django = WSGIHandler()
        self.application = PageFront(django, 600) if is_cached else django

    def get(self, address: str, method: str = "GET", **environ: str) -> Reply:
        """Ask for an address; more of the request as WSGI names it (HTTP_COOKIE …)."""
        parts = urlsplit(address)
        request = RequestFactory(
            headers={"User-Agent": BROWSER, "Host": "localhost"}
        ).generic(method, parts.path, QUERY_STRING=parts.query, **environ)
        said = []

        def start_response(status, headers, *error):
            said.append((status, headers))

        chunks = self.application(request.environ, start_response)
        body = b"".join(chunks)
        if hasattr(chunks, "close"):
            chunks.close()
        status, headers = said[-1]
        return Reply(int(status.split()[0]), {n.lower(): v for n, v in headers}, body)
