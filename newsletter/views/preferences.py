"""One's own choices: the page behind the link in every letter.

The page shows the address masked and nothing else that the register knows of a person;
that is behind a link of its own, mailed to the address in the register.
"""

from typing import Any

from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from crm.exceptions import PauseError
from crm.limiting import Limit, is_within
from crm.models import Contact
from crm.pausing import is_paused, pause_mail, resume_mail
from newsletter.personal_forms import (
    ChoicesForm,
    NewAddressForm,
    PauseForm,
    SuccessorForm,
)
from newsletter.preferences import addresses, choosing
from newsletter.preferences.data_links import mail_data_link
from newsletter.preferences.links import find_contact
from newsletter.public_forms import list_topics
from newsletter.views.personal import PersonalView, mask_address

DAY = 86_400
PER_CONTACT = Limit("new address by contact", most=3, seconds=DAY)
LINKS_PER_CONTACT = Limit("own data by contact", most=3, seconds=DAY)
UNDO_SALT = "newsletter.preferences.undo"
PAGE = "web/newsletter/preferences.html"


class PreferencesView(PersonalView):
    """Show somebody's choices; a POST with ``act`` changes them."""

    broken = "web/newsletter/preferences_broken.html"

    def find(self, token: str) -> Contact | None:
        return find_contact(token)

    def get(self, request: HttpRequest, contact: Contact) -> HttpResponse:
        return self.show(contact)

    def post(self, request: HttpRequest, contact: Contact) -> HttpResponse:
        acts = {
            "choose": self.choose,
            "pause": self.pause,
            "wake": self.wake,
            "address": self.change_address,
            "left": self.report_leaving,
            "data": self.mail_data_link,
            "stop": self.stop,
            "resume": self.resume,
        }
        act = acts.get(request.POST.get("act", ""))
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

    def pause(self, contact: Contact) -> HttpResponse:
        form = PauseForm(self.request.POST)
        if form.is_valid():
            try:
                pause_mail(contact, form.read_day(), today=form.today)
            except PauseError as error:
                form.add_error("until", str(error))
            else:
                return self.show(contact, has_paused=True)
        return self.show(contact, status=422, pause_form=form)

    def wake(self, contact: Contact) -> HttpResponse:
        resume_mail(contact)
        return self.show(contact, done=_("Welcome back. You get mail from us again."))

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
        if affiliation is None:
            return self.show(contact, status=422)
        if not form.is_valid():
            forms = {"successor_form": form, "wrong_seat": affiliation.seat_id}
            return self.show(contact, status=422, **forms)
        choosing.report_leaving(
            affiliation.seat, contact, form.cleaned_data["successor"]
        )
        return self.show(
            contact,
            done=_("Thank you. The office has been told, and changes the post."),
        )

    def mail_data_link(self, contact: Contact) -> HttpResponse:
        if is_within([(LINKS_PER_CONTACT, str(contact.pk))]):
            mail_data_link.enqueue(contact.pk)
        return self.show(
            contact,
            done=_("Look in your mail: a link there opens what we hold about you."),
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
        rests = is_paused(contact, timezone.localdate())
        context = {
            "address": mask_address(contact.email),
            "contact": contact,
            "offers": choosing.list_offers(contact),
            "topics": [(topic, topic.pk in chosen) for topic in list_topics()],
            "seats": choosing.list_seats(contact),
            "has_objected": choosing.has_objected(contact),
            "paused_until": contact.paused_until if rests else None,
            "pause_form": PauseForm(),
            "address_form": NewAddressForm(),
            "successor_form": SuccessorForm(),
            "empty_form": SuccessorForm(),
            **context,
        }
        return render(self.request, PAGE, context, status=status)


class ConfirmAddressView(PersonalView):
    """Behind the link in the new mailbox: a button makes the address the contact's."""

    template = broken = "web/newsletter/confirm_address.html"

    def find(self, token: str) -> tuple[Contact, str] | None:
        return addresses.read_address_token(token)

    def find_language(self, found: tuple[Contact, str]) -> str:
        return found[0].language

    def get(self, request: HttpRequest, found: tuple[Contact, str]) -> HttpResponse:
        return self.show(found)

    def post(self, request: HttpRequest, found: tuple[Contact, str]) -> HttpResponse:
        is_taken = not addresses.take_address(*found)
        return self.show(found, is_taken=is_taken, is_done=True)

    def show(self, found: tuple[Contact, str], **context: Any) -> HttpResponse:
        context["address"] = mask_address(found[1])
        return render(self.request, self.template, context)
