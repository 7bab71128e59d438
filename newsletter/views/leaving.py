"""Leaving a newsletter: a page with one button, and mail clients' one-click POST.

No log-in, no cookie, no CSRF token: whoever holds the letter may leave (RFC 8058). What
a forged request could do is let somebody leave whose signed address it knows.
"""

from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from newsletter.delivery.leaving import (
    find_delivery,
    find_standing,
    leave_newsletter,
    return_to_newsletter,
)
from newsletter.models import Delivery
from newsletter.tokens import read_unsubscribe_token

LEAVE = "web/newsletter/leave.html"
BROKEN = "web/newsletter/leave_broken.html"


@method_decorator([csrf_exempt, never_cache], name="dispatch")
class PersonalView(View):
    """A page behind a token from a letter, in the letter's language."""

    def dispatch(self, request, token):
        delivery = self._find_delivery(token)
        language = delivery.locale if delivery else translation.get_language()
        with translation.override(language):
            if delivery:
                response = super().dispatch(request, delivery)
            else:
                response = render(request, BROKEN, status=404)
        response["Content-Language"] = language
        # The address is a key: no search engine and no other site is to see it.
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    def _find_delivery(self, token: str) -> Delivery | None:
        try:
            return find_delivery(read_unsubscribe_token(token))
        except BadSignature:
            return None

    def show(self, request: HttpRequest, delivery: Delivery, **context) -> HttpResponse:
        standing = find_standing(delivery)
        address = mask_address(delivery.address) if delivery.contact else ""
        return render(
            request,
            LEAVE,
            {
                "newsletter": delivery.campaign.newsletter,
                "address": address,
                "standing": standing,
                "token": self.kwargs["token"],
                **context,
            },
        )


class LeaveView(PersonalView):
    """Ask whether to leave; leave on POST, whoever sends it."""

    def get(self, request, delivery):
        return self.show(request, delivery)

    def post(self, request, delivery):
        has_left = leave_newsletter(delivery)
        if is_one_click(request):
            return HttpResponse(
                _("You no longer get %(newsletter)s.")
                % {"newsletter": delivery.campaign.newsletter},
                content_type="text/plain; charset=utf-8",
            )
        return self.show(request, delivery, has_left=has_left)


class ReturnView(PersonalView):
    """Undo leaving. Only by POST, from the page that says one has left."""

    http_method_names = ["post", "options"]

    def post(self, request, delivery):
        return self.show(request, delivery, has_returned=return_to_newsletter(delivery))


def is_one_click(request: HttpRequest) -> bool:
    """Whether a mail client sent the request (RFC 8058 §3.2), not our button."""
    try:
        return request.POST.get("List-Unsubscribe") == "One-Click"
    except MultiPartParserError:
        return False


def mask_address(address: str) -> str:
    """Return "m***@norrhamn.example": enough to know it by, nothing to collect."""
    local, at, domain = address.partition("@")
    return f"{local[:1]}***{at}{domain}" if at else ""
