"""Asking for the link to one's own pages, without a letter at hand."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from crm.limiting import Limit, find_visitor, is_within, may_ask_for_mail
from crm.models import Contact
from newsletter.choices import OwnPage
from newsletter.preferences.data_links import mail_data_link
from newsletter.preferences.links import mail_link_to
from newsletter.public_forms import OwnLinkForm, make_moment

HOUR, DAY = 3_600, 86_400
PER_VISITOR = Limit("own link by visitor", most=10, seconds=HOUR)
PER_ADDRESS = Limit("own link by address", most=3, seconds=DAY)


@method_decorator([csrf_exempt, never_cache], name="dispatch")
class AskLinkView(View):
    """A form for an address; the same answer whoever it belongs to."""

    def get(self, request: HttpRequest) -> HttpResponse:
        initial = {"page": request.GET.get("page", OwnPage.CHOICES)}
        form = OwnLinkForm(initial=initial)
        return self.show(form=form, has_sent="sent" in request.GET)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = OwnLinkForm(request.POST)
        if form.is_valid() and not may_ask_for_mail(PER_VISITOR, find_visitor(request)):
            form.add_error(None, _("Too many links were asked for. Try in an hour."))
        if not form.is_valid():
            form.data = {**request.POST.dict(), "made": make_moment()}
            return self.show(status=422, form=form)
        address = form.cleaned_data["address"]
        is_asked = not form.is_trapped and is_within([(PER_ADDRESS, address)])
        contact = Contact.objects.filter(email=address).first() if is_asked else None
        wants_data = form.cleaned_data["page"] == OwnPage.DATA
        mail = mail_data_link if wants_data else mail_link_to
        # For every answer: so that it takes as long whoever asks.
        mail.enqueue(contact.pk if contact else 0)
        return redirect(f"{request.path}?sent")

    def show(self, status: int = 200, **context: Any) -> HttpResponse:
        template = "web/newsletter/ask_link.html"
        return render(self.request, template, context, status=status)
