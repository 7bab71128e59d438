"""Stands before Django: gives out what is kept, and keeps what Django answers.

Before all of it, so that a kept page costs one query and no middleware. What middleware
adds to an answer is kept with it.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.http.request import HttpHeaders

from home.caching.answers import Answer, Headers, is_known, make_answer
from home.caching.generation import read_generation
from home.caching.keys import make_key, name_key
from home.caching.memory import forget_at
from home.caching.near import NearAnswers
from home.caching.parts import making_answer
from home.caching.turns import Turns
from newsletter.views.counting import count_reader

# Django answers with its HttpResponse.
Application = Callable[[dict, Callable], Any]
CACHE = "pages"
# RFC 9211.
HIT = ("Cache-Status", "Rundbrev; hit")
STORED = ("Cache-Status", "Rundbrev; fwd=miss; stored")


class PageFront:
    """A WSGI application round Django's. ``seconds`` is how long an answer is kept."""

    def __init__(self, application: Application, seconds: int) -> None:
        self.application = application
        self.seconds = seconds
        self._near = NearAnswers()
        self._turns = Turns()

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        key = make_key(environ)
        generation = read_generation() if key else None
        if key is None or generation is None:
            return self.application(environ, start_response)
        answer = self._near.find(generation, key) or self._fetch(generation, key)
        if answer is None:
            with self._turns.take((generation, key)):
                # Whoever was before may have had it made.
                answer = self._near.find(generation, key)
                if answer is None:
                    return self._make(generation, key, environ, start_response)
        if answer.item:
            count_reader(answer.item, environ["REQUEST_METHOD"], AskedHeaders(environ))
        return _give(answer, HIT, environ, start_response)

    def _fetch(self, generation: int, key: str) -> Answer | None:
        """Return an answer from the cache, and have it at hand from now on."""
        found = caches[CACHE].get(name_key(generation, key))
        if found is None:
            return None
        answer = Answer(*found)
        self._near.keep(generation, key, answer)
        return answer

    def _make(
        self, generation: int, key: str, environ: dict, start_response: Callable
    ) -> Iterable[bytes]:
        """Have Django answer; keep it under the generation from before it began."""
        said: list[tuple[str, Headers]] = []

        def listen(status: str, headers: Headers, *error: Any) -> None:
            said.append((status, headers))

        forget_at(generation)
        with making_answer(generation, self.seconds):
            response = self.application(environ, listen)
        status, headers = said[-1]
        answer = None
        if environ["REQUEST_METHOD"] == "GET":
            ends_at = time.time() + self.seconds
            answer = make_answer(response, status, headers, ends_at)
        if answer is None:
            start_response(status, headers)
            return response
        caches[CACHE].set(name_key(generation, key), tuple(answer), self.seconds)
        self._near.keep(generation, key, answer)
        response.close()
        return _give(answer, STORED, environ, start_response)


class AskedHeaders(Mapping[str, str]):
    """The headers of a request (WSGI's ``environ``), each looked up when it is asked for."""

    def __init__(self, environ: dict) -> None:
        self._environ = environ

    def __getitem__(self, name: str) -> str:
        return self._environ[_name_header(name)]

    def get(self, name: str, default: Any = None) -> Any:
        """Return a header; its absence, which is the rule, raises nothing."""
        return self._environ.get(_name_header(name), default)

    def __iter__(self) -> Iterator[str]:
        return iter(HttpHeaders(self._environ))

    def __len__(self) -> int:
        return len(HttpHeaders(self._environ))


@lru_cache(maxsize=64)
def _name_header(name: str) -> str:
    """Return what WSGI calls a header that is asked for by one of few names."""
    return f"HTTP_{name.upper().replace('-', '_')}"


def put_in_front(application: Application) -> Application:
    """Return the application with the page cache before it, if it is switched on."""
    seconds = settings.PAGE_CACHE_SECONDS
    return PageFront(application, seconds) if seconds else application


def _give(
    answer: Answer, how: tuple[str, str], environ: dict, start_response: Callable
) -> list[bytes]:
    asked = environ.get("HTTP_IF_NONE_MATCH")
    if asked and is_known(answer.etag, asked):
        named = {"etag", "cache-control", "vary", "content-language"}
        headers = [header for header in answer.headers if header[0].lower() in named]
        start_response("304 Not Modified", [*headers, how])
        return []
    start_response("200 OK", [*answer.headers, how])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [answer.body]
