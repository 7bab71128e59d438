"""One's own choices: the page behind the link in every letter, and asking for the link.

No log-in, no cookie and no CSRF token: whoever holds the letter chooses, as with leaving.
The page shows the address masked and nothing else that the register knows of a person.
"""

from typing import Any

from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from crm.limiting import Limit, find_visitor, is_within
from crm.models import Contact
from newsletter.preferences import addresses, choosing
from newsletter.preferences.links import find_contact, mail_link_to
from newsletter.public_forms import (
    ChoicesForm,
    LinkForm,
    NewAddressForm,
    SuccessorForm,
    list_topics,
    make_moment,
)
from newsletter.views.leaving import mask_address

HOUR, DAY = 3_600, 86_400
PER_VISITOR = Limit("own link by visitor", most=10, seconds=HOUR)
PER_ADDRESS = Limit("own link by address", most=3, seconds=DAY)
PER_CONTACT = Limit("new address by contact", most=3, seconds=DAY)
UNDO_SALT = "newsletter.preferences.undo"
PAGE = "web/newsletter/preferences.html"


class PersonalView(View):
    """What is answered in somebody's own language, and kept from search engines."""

    def answer(self, contact: Contact | None) -> HttpResponse:
        raise NotImplementedError

    def serve(self, contact: Contact | None) -> HttpResponse:
        language = contact.language if contact else translation.get_language()
        with translation.override(language):
            response = self.answer(contact)
        response["Content-Language"] = language
        # The address is a key: no search engine and no other site is to see it.
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response


@method_decorator([csrf_exempt, never_cache], name="dispatch")
class PreferencesView(PersonalView):
    """Show somebody's choices; a POST with ``act`` changes them."""

    def dispatch(self, request: HttpRequest, token: str) -> HttpResponse:
        self.token = token
        return self.serve(find_contact(token))

    def answer(self, contact: Contact | None) -> HttpResponse:
        if contact is None:
            return render(self.request, PAGE, status=404)
        if self.request.method in ("GET", "HEAD"):
            return self.show(contact)
        if self.request.method != "POST":
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        acts = {
            "choose": self.choose,
            "address": self.change_address,
            "left": self.report_leaving,
            "stop": self.stop,
            "resume": self.resume,
        }
        act = acts.get(self.request.POST.get("act", ""))
        return act(contact) if act else self.show(contact)

    def choose(self, contact: Contact) -> HttpResponse:
        form = ChoicesForm(self.request.POST)
        if not form.is_valid():
            return self.show(contact, status=422)
        told = form.cleaned_data
        choosing.choose(
            contact,
            purposes=[purpose.pk for purpose in told["purposes"]],
            language=told["language"],
            topics=[topic.pk for topic in told["topics"]],
        )
        # What is chosen may be another language: the page is shown in that.
        with translation.override(contact.language):
            return self.show(contact, done=_("Your choices hold from now."))

    def change_address(self, contact: Contact) -> HttpResponse:
        form = NewAddressForm(self.request.POST)
        if not form.is_valid():
            return self.show(contact, status=422, address_form=form)
        if is_within([(PER_CONTACT, str(contact.pk))]):
            addresses.ask_new_address(contact, form.cleaned_data["address"])
        return self.show(
            contact,
            done=_("Look in the new mailbox: a link there confirms the address."),
        )

    def report_leaving(self, contact: Contact) -> HttpResponse:
        form = SuccessorForm(self.request.POST)
        held = {str(each.seat_id): each for each in choosing.list_seats(contact)}
        affiliation = held.get(self.request.POST.get("seat", ""))
        if affiliation is None or not form.is_valid():
            return self.show(contact, status=422)
        choosing.report_leaving(
            affiliation.seat, contact, form.cleaned_data["successor"]
        )
        return self.show(
            contact,
            done=_("Thank you. The office has been told, and changes the post."),
        )

    def stop(self, contact: Contact) -> HttpResponse:
        stopped = choosing.stop_everything(contact)
        undo = Signer(salt=UNDO_SALT).sign_object(stopped)
        return self.show(contact, undo=undo)

    def resume(self, contact: Contact) -> HttpResponse:
        try:
            wanted = Signer(salt=UNDO_SALT).unsign_object(
                self.request.POST.get("undo", "")
            )
        except BadSignature:
            wanted = []
        choosing.resume(contact, wanted)
        return self.show(contact, done=_("Welcome back. Look through what you get."))

    def show(self, contact: Contact, status: int = 200, **context: Any) -> HttpResponse:
        chosen = set(contact.topics.values_list("pk", flat=True))
        context = {
            "address": mask_address(contact.email),
            "contact": contact,
            "token": self.token,
            "offers": choosing.list_offers(contact),
            "topics": [(topic, topic.pk in chosen) for topic in list_topics()],
            "seats": choosing.list_seats(contact),
            "has_objected": choosing.has_objected(contact),
            "address_form": NewAddressForm(),
            "successor_form": SuccessorForm(),
            **context,
        }
        return render(self.request, PAGE, context, status=status)


@method_decorator([csrf_exempt, never_cache], name="dispatch")
class ConfirmAddressView(PersonalView):
    """Behind the link in the new mailbox: a button makes the address the contact's."""

    def dispatch(self, request: HttpRequest, token: str) -> HttpResponse:
        found = addresses.read_address_token(token)
        self.address = found[1] if found else ""
        return self.serve(found[0] if found else None)

    def answer(self, contact: Contact | None) -> HttpResponse:
        template = "web/newsletter/confirm_address.html"
        if contact is None:
            return render(self.request, template, status=404)
        context = {"address": mask_address(self.address)}
        if self.request.method == "POST":
            context["is_taken"] = not addresses.take_address(contact, self.address)
            context["is_done"] = True
        return render(self.request, template, context)


@method_decorator([csrf_exempt, never_cache], name="dispatch")
class AskLinkView(View):
    """A form for an address; the same answer whoever it belongs to."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(form=LinkForm(), has_sent="sent" in request.GET)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = LinkForm(request.POST)
        if not is_within([(PER_VISITOR, find_visitor(request))]):
            form.add_error(None, _("Too many links were asked for. Try in an hour."))
        if not form.is_valid():
            form.data = {**request.POST.dict(), "made": make_moment()}
            return self.show(status=422, form=form)
        address = form.cleaned_data["address"]
        is_asked = not form.is_trapped and is_within([(PER_ADDRESS, address)])
        contact = Contact.objects.filter(email=address).first() if is_asked else None
        # For every answer: so that it takes as long whoever asks.
        mail_link_to.enqueue(contact.pk if contact else 0)
        return redirect(f"{request.path}?sent")

    def show(self, status: int = 200, **context: Any) -> HttpResponse:
        template = "web/newsletter/ask_link.html"
        return render(self.request, template, context, status=status)
