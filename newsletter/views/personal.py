"""What all pages behind a token from a mail share: the language, and that nobody else reads on.

No log-in, no cookie and no CSRF token: whoever holds the mail may act (RFC 8058). What a
forged request could do is act for somebody whose signed address it knows.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt


@method_decorator([csrf_exempt, never_cache], name="dispatch")
class PersonalView(View):
    """A page behind a token, in the language of whom it is about.

    ``find`` says what the token stands for; the methods are called with that. Without it
    ``broken`` is shown, with 404.
    """

    broken = "web/newsletter/leave_broken.html"

    def find(self, token: str) -> Any:
        """Return what a token stands for; None when it is not ours or works no more."""
        raise NotImplementedError

    def find_language(self, found: Any) -> str:
        """Return the language to answer in."""
        return found.language

    def dispatch(self, request: HttpRequest, token: str) -> HttpResponse:
        self.token = token
        found = self.find(token)
        language = self.find_language(found) if found else translation.get_language()
        with translation.override(language):
            if found:
                response = super().dispatch(request, found)
            else:
                response = render(request, self.broken, status=404)
        response["Content-Language"] = language
        return keep_private(response)


def keep_private(response: HttpResponse) -> HttpResponse:
    """Let no search engine and no other site see the address, which is a key."""
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def mask_address(address: str) -> str:
    """Return "m***@norrhamn.example": enough to know it by, nothing to collect."""
    local, at, domain = address.partition("@")
    return f"{local[:1]}***{at}{domain}" if at else ""
