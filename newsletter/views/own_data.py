"""One's own data: to read, to take along, to have put right or erased.

Behind a link that is mailed to the address in the register and works for a day.
"""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.choices import RequestKind
from crm.models import Contact, DataRequest
from crm.own_data.files import write_csv, write_json
from crm.own_data.sections import Reading, Record, read_sections
from crm.request_letters import mail_keepers, mail_receipt
from crm.requests import ask, note_copy, open_requests
from newsletter.personal_forms import RequestForm
from newsletter.preferences.data_links import read_data_token
from newsletter.views.personal import PersonalView, mask_address

PAGE = "web/newsletter/own_data.html"
# More than so many of a kind are read in the copy.
MOST_SHOWN = 25
WRITERS = {
    "json": (
        lambda readings: write_json(readings, made_at=timezone.now()),
        "application/json",
    ),
    "csv": (write_csv, "text/csv; charset=utf-8"),
}


class DataView(PersonalView):
    """A page behind the link to one's own data."""

    broken = "web/newsletter/own_data_broken.html"

    def find(self, token: str) -> Contact | None:
        return read_data_token(token)

    def show(self, contact: Contact, status: int = 200, **context: Any) -> HttpResponse:
        sections = [_cut(reading) for reading in read_sections(contact)]
        waiting = {row.kind: row for row in open_requests().filter(contact=contact)}
        context = {
            "address": mask_address(contact.email),
            "token": self.token,
            "sections": [section for section in sections if section["records"]],
            "nothing_of": [s["title"] for s in sections if not s["records"]],
            "forms": {},
            "erasure": waiting.get(RequestKind.ERASURE),
            "correction": waiting.get(RequestKind.CORRECTION),
            **context,
        }
        return render(self.request, PAGE, context, status=status)


class OwnDataView(DataView):
    """Everything that is held about somebody; a POST asks to change it."""

    def get(self, request: HttpRequest, contact: Contact) -> HttpResponse:
        return self.show(contact)

    def post(self, request: HttpRequest, contact: Contact) -> HttpResponse:
        form = RequestForm(request.POST)
        if not form.is_valid():
            kind = request.POST.get("kind", "")
            return self.show(contact, status=422, forms={kind: form})
        kind = RequestKind(form.cleaned_data["kind"])
        row = ask_office(contact, kind, form.cleaned_data["text"])
        return self.show(contact, asked=row)


class CopyView(DataView):
    """A copy to take along, as JSON or CSV. By POST, since it is written down."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, contact: Contact) -> HttpResponse:
        name = request.POST.get("format", "")
        if name not in WRITERS:
            return self.show(contact, status=422)
        write, content_type = WRITERS[name]
        now = timezone.now()
        note_copy(contact, now=now)
        response = HttpResponse(write(read_sections(contact)), content_type)
        day = timezone.localdate(now).isoformat()
        file_name = _("my-data") + f"-{day}.{name}"
        response["Content-Disposition"] = f'attachment; filename="{file_name}"'
        response["X-Content-Type-Options"] = "nosniff"
        return response


@transaction.atomic
def ask_office(contact: Contact, kind: RequestKind, text: str) -> DataRequest:
    """Keep a wish; tell the person that it has come, and the office that it waits."""
    is_new = not open_requests().filter(contact=contact, kind=kind).exists()
    row = ask(contact, kind, text, now=timezone.now())
    if is_new:
        transaction.on_commit(lambda: mail_receipt.enqueue(row.pk))
        transaction.on_commit(lambda: mail_keepers.enqueue(row.pk))
    return row


def _cut(reading: Reading) -> dict[str, Any]:
    """Return a section as the page shows it: what is known, the first of many."""
    records = [_known(record) for record in reading.records]
    return {
        "key": reading.key,
        "title": reading.title,
        "records": records[:MOST_SHOWN],
        "more": max(0, len(records) - MOST_SHOWN),
    }


def _known(record: Record) -> Record:
    return [fact for fact in record if fact.shown]
