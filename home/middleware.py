"""The language of an answer."""

from django.middleware.locale import LocaleMiddleware
from django.utils import translation


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
