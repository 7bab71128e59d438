"""Exporting what a listing shows: a page that says what, and a POST that does."""

from collections.abc import Iterator

from django import forms
from django.http import StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.generic import FormView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.log_actions import log

from crm.exports.cards import CARD_TYPE, stream_cards
from crm.exports.contacts import contact_rows
from crm.exports.organisations import organisation_rows
from crm.exports.people import LOT
from crm.exports.seats import seat_rows
from crm.exports.text_files import CSV_TYPE, stream_csv
from crm.exports.workbooks import XLSX_TYPE, stream_workbook
from crm.filters import ContactFilterSet, OrganisationFilterSet, SeatFilterSet
from crm.history import EXPORTED
from crm.models import Contact, Organisation, Seat
from crm.viewsets.contacts import ContactIndexView
from crm.viewsets.organisations import OrganisationIndexView
from crm.viewsets.seats import SeatIndexView

TABLES = [
    ("xlsx", gettext_lazy("Workbook for Excel (XLSX)")),
    ("csv", gettext_lazy("Text with semicolons for Excel (CSV)")),
    ("plain", gettext_lazy("Text with commas, for other programmes (CSV)")),
]
CARDS = ("vcard", gettext_lazy("Cards for an address book (vCard)"))
# Kind -> ending of the file's name, type of its content.
FILES = {
    "xlsx": ("xlsx", XLSX_TYPE),
    "csv": ("csv", CSV_TYPE),
    "plain": ("csv", CSV_TYPE),
    "vcard": ("vcf", CARD_TYPE),
}


class ExportForm(forms.Form):
    format = forms.ChoiceField(
        label=gettext_lazy("File"), widget=forms.RadioSelect, initial="xlsx"
    )

    def __init__(self, *args, kinds, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["format"].choices = kinds


class ExportView(PermissionCheckedMixin, WagtailAdminTemplateMixin, FormView):
    """A GET says how many would be in the file; the POST logs it and streams it."""

    permission_required = "export"
    any_permission_required = ["add", "change", "delete", "view"]
    form_class = ExportForm
    template_name = "cms/crm/export.html"
    header_icon = "download"
    kinds = TABLES
    index_url_name = ""
    listing_class: type
    filterset_class: type

    @cached_property
    def things(self):
        """What the listing shows with the same search and filters."""
        listing = self.listing_class(
            model=self.model, filterset_class=self.filterset_class
        )
        listing.setup(self.request)
        return listing.get_queryset()

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "kinds": self.kinds}

    def get_breadcrumbs_items(self):
        plural = capfirst(self.model._meta.verbose_name_plural)
        return [
            *self.breadcrumbs_items,
            {"url": reverse(self.index_url_name), "label": plural},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs):
        query = self.request.GET.urlencode()
        return super().get_context_data(
            count=self.things.count(),
            total=self.model.objects.count(),
            listing_url=f"{reverse(self.index_url_name)}?{query}".rstrip("?"),
            kind=self.model._meta.model_name,
            **kwargs,
        )

    def form_valid(self, form):
        kind = form.cleaned_data["format"]
        # It is no one contact's history: it stands under whoever took the file along.
        log(
            self.request.user,
            EXPORTED,
            user=self.request.user,
            data={
                "count": self.things.count(),
                "filters": self.request.GET.urlencode(),
                "model": self.model._meta.model_name,
            },
        )
        ending, content_type = FILES[kind]
        name = self.get_file_name(timezone.localdate().isoformat())
        return StreamingHttpResponse(
            speak(self.stream(kind), get_language()),
            headers={
                "Content-Type": content_type,
                "Content-Disposition": f'attachment; filename="{name}.{ending}"',
                "Cache-Control": "no-store",
            },
        )

    def stream(self, kind: str) -> Iterator[bytes]:
        """Yield the file; a lot of rows at a time is all there is in memory."""
        if kind == "vcard":
            return stream_cards(self.things)
        rows = self.get_rows(self.things)
        if kind == "xlsx":
            return stream_workbook(rows)
        if kind == "plain":
            return stream_csv(rows, delimiter=",", has_mark=False)
        return stream_csv(rows)


def speak(parts: Iterator[bytes], language: str) -> Iterator[bytes]:
    """Yield the parts, each made in that language.

    They are made while they are sent, when the request's own language is over.
    """
    while True:
        with translation.override(language):
            part = next(parts, None)
        if part is None:
            return
        yield part


class ContactExportView(ExportView):
    model = Contact
    kinds = [*TABLES, CARDS]
    page_title = gettext_lazy("Export contacts")
    index_url_name = "crm_contact:index"
    listing_class = ContactIndexView
    filterset_class = ContactFilterSet

    def get_rows(self, things):
        return contact_rows(things)

    def get_file_name(self, day):
        return _("contacts-%(day)s") % {"day": day}


class FurtherExportView(ExportView):
    """What stands round the people, by those who may take the people along too."""

    def user_has_permission(self, permission):
        if permission == "export":
            return self.request.user.has_perm("crm.export_contact")
        return super().user_has_permission(permission)


class SeatExportView(FurtherExportView):
    model = Seat
    page_title = gettext_lazy("Export seats")
    index_url_name = "crm_seat:index"
    listing_class = SeatIndexView
    filterset_class = SeatFilterSet

    def get_rows(self, things):
        return seat_rows(things.iterator(chunk_size=LOT))

    def get_file_name(self, day):
        return _("seats-%(day)s") % {"day": day}


class OrganisationExportView(FurtherExportView):
    model = Organisation
    page_title = gettext_lazy("Export organisations")
    index_url_name = "crm_organisation:index"
    listing_class = OrganisationIndexView
    filterset_class = OrganisationFilterSet

    def get_rows(self, things):
        return organisation_rows(things.iterator(chunk_size=LOT))

    def get_file_name(self, day):
        return _("organisations-%(day)s") % {"day": day}
