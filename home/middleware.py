"""The language of an answer, and the way to the page that is asked for."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from wagtail.views import serve

from home.caching.keys import METHODS
from home.caching.parts import sharing_parts
from home.routing import find_way


class AnsweringLocaleMiddleware(LocaleMiddleware):
    """Django's, but what a view says is not found is not looked for elsewhere.

    Every path under a language is valid to Wagtail, so Django would answer a broken
    personal link with a redirect to /sv/….
    """

    def process_response(self, request, response):
        if request.resolver_match is None:
            return super().process_response(request, response)
        response.headers.setdefault("Content-Language", translation.get_language())
        return response


class WayMiddleware:
    """Finds the page before Wagtail looks for it, on what is kept of the way.

    What an answer needs several times is made once, even where nothing is kept.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in METHODS:
            return self._get_response(request)
        with sharing_parts():
            return self._get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict[str, Any]
    ) -> None:
        """Go before Wagtail's view of pages alone."""
        if view is serve:
            find_way(request, *args, **kwargs)
