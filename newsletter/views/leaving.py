"""Leaving a newsletter: a page with one button, and mail clients' one-click POST.

Beside it, for who hesitates, a rest from all mail; the token can do these two things.
"""

from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.pausing import is_paused, pause_mail, resume_mail
from newsletter.delivery.leaving import (
    find_delivery,
    find_standing,
    leave_newsletter,
    return_to_newsletter,
)
from newsletter.models import Delivery
from newsletter.preferences.pausing import END, find_rest, list_rests
from newsletter.tokens import read_unsubscribe_token
from newsletter.views.personal import PersonalView, mask_address

LEAVE = "web/newsletter/leave.html"


class LeavingView(PersonalView):
    """A page behind the link to leave, in the letter's language."""

    def find(self, token: str) -> Delivery | None:
        try:
            return find_delivery(read_unsubscribe_token(token))
        except BadSignature:
            return None

    def find_language(self, found: Delivery) -> str:
        return found.locale

    def show(self, request: HttpRequest, delivery: Delivery, **context) -> HttpResponse:
        contact, today = delivery.contact, timezone.localdate()
        context = {
            "newsletter": delivery.campaign.newsletter,
            "address": mask_address(delivery.address) if contact else "",
            "standing": find_standing(delivery),
            "token": self.token,
            "rests": list_rests(today),
            "paused_until": contact.paused_until
            if contact and is_paused(contact, today)
            else None,
            **context,
        }
        return render(request, LEAVE, context)


class LeaveView(LeavingView):
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


class ReturnView(LeavingView):
    """Undo leaving. Only by POST, from the page that says one has left."""

    http_method_names = ["post", "options"]

    def post(self, request, delivery):
        return self.show(request, delivery, has_returned=return_to_newsletter(delivery))


class RestView(LeavingView):
    """Begin a rest from mail, or end it. Only by POST, from the page of leaving."""

    http_method_names = ["post", "options"]

    def post(self, request, delivery):
        contact, today = delivery.contact, timezone.localdate()
        if contact is None:
            return self.show(request, delivery)
        wanted = request.POST.get("rest", "")
        if wanted == END:
            return self.show(request, delivery, has_resumed=resume_mail(contact))
        rest = find_rest(wanted, today)
        if rest is None:
            return self.show(request, delivery)
        pause_mail(contact, rest.until, today=today)
        return self.show(request, delivery, has_paused=True)


def is_one_click(request: HttpRequest) -> bool:
    """Whether a mail client sent the request (RFC 8058 §3.2), not our button."""
    try:
        return request.POST.get("List-Unsubscribe") == "One-Click"
    except MultiPartParserError:
        return False
