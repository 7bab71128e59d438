"""Asking for the link, coming in by it, going out again."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from crm.limiting import Limit, find_visitor, is_within, may_ask_for_mail
from crm.models import Contact
from home.partners.letters import mail_link
from home.partners.sessions import holds_seat, is_partner, let_in, let_out
from home.partners.tokens import read_partner_token
from home.partners.ways import find_known_way_back, find_way_back
from newsletter.public_forms import LinkForm, make_moment

HOUR, DAY = 3_600, 86_400
PER_VISITOR = Limit("partner link by visitor", most=10, seconds=HOUR)
PER_ADDRESS = Limit("partner link by address", most=5, seconds=DAY)


@method_decorator([csrf_exempt, never_cache], name="dispatch")
class AskView(View):
    """A form for an address; the same answer whoever it belongs to."""

    def dispatch(self, request: HttpRequest) -> HttpResponse:
        # In the language of the page that was wanted.
        wanted = translation.get_language_from_path(find_way_back(request))
        with translation.override(wanted or translation.get_language()):
            response = super().dispatch(request)
            response["Content-Language"] = translation.get_language()
        return response

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show(request, LinkForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = LinkForm(request.POST)
        if form.is_valid() and not may_ask_for_mail(PER_VISITOR, find_visitor(request)):
            form.add_error(None, _("Too many links were asked for. Try in an hour."))
        if not form.is_valid():
            form.data = {**request.POST.dict(), "made": make_moment()}
            return self._show(request, form, status=422)
        address = form.cleaned_data["address"]
        is_asked = not form.is_trapped and is_within([(PER_ADDRESS, address)])
        contact = Contact.objects.filter(email=address).first() if is_asked else None
        mail_link.enqueue(contact.pk if contact else 0, find_known_way_back(request))
        return render(request, "web/home/partner_asked.html")

    def _show(self, request: HttpRequest, form: LinkForm, status: int = 200):
        return render(
            request,
            "web/home/partner_ask.html",
            {
                "form": form,
                "next": find_way_back(request),
                "is_partner": is_partner(request),
            },
            status=status,
        )


@method_decorator(never_cache, name="dispatch")
class EnterView(View):
    """Where the mailed link leads: a page with one button, as filters open links too."""

    def dispatch(self, request: HttpRequest, token: str) -> HttpResponse:
        contact = read_partner_token(token)
        language = contact.language if contact else translation.get_language()
        with translation.override(language):
            response = self._answer(request, contact)
        response["Content-Language"] = language
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    def _answer(self, request: HttpRequest, contact: Contact | None) -> HttpResponse:
        if contact is None or not holds_seat(contact.pk):
            return render(request, "web/home/partner_expired.html", status=404)
        if request.method == "POST":
            let_in(request, contact)
            return HttpResponseRedirect(find_way_back(request) or "/")
        context = {"next": find_way_back(request)}
        return render(request, "web/home/partner_enter.html", context)


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Forget who came in."""
    let_out(request)
    return redirect("/")
