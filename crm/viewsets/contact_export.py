"""Exporting the contacts of a listing: a page that says what, and a POST that does."""

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.log_actions import log

from crm.exports import CSV_TYPE, XLSX_TYPE, contact_rows, write_csv, write_xlsx
from crm.filters import ContactFilterSet
from crm.history import EXPORTED
from crm.models import Contact
from crm.viewsets.contacts import ContactIndexView

WRITERS = {"xlsx": (write_xlsx, XLSX_TYPE), "csv": (write_csv, CSV_TYPE)}


class ExportForm(forms.Form):
    format = forms.ChoiceField(
        label=gettext_lazy("File"),
        choices=[
            ("xlsx", gettext_lazy("Workbook for Excel (XLSX)")),
            ("csv", gettext_lazy("Text with semicolons (CSV)")),
        ],
        initial="xlsx",
        widget=forms.RadioSelect,
    )


class ContactExportView(PermissionCheckedMixin, WagtailAdminTemplateMixin, FormView):
    """A GET says how many people would be in the file; the POST makes and logs it."""

    model = Contact
    permission_required = "export"
    any_permission_required = ["add", "change", "delete", "view"]
    form_class = ExportForm
    template_name = "cms/crm/export.html"
    page_title = gettext_lazy("Export contacts")
    header_icon = "download"

    @cached_property
    def contacts(self):
        """The contacts that the listing shows with the same search and filters."""
        listing = ContactIndexView(model=Contact, filterset_class=ContactFilterSet)
        listing.setup(self.request)
        return listing.get_queryset().prefetch_related("topics")

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse("crm_contact:index"), "label": _("Contacts")},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs):
        query = self.request.GET.urlencode()
        return super().get_context_data(
            count=self.contacts.count(),
            total=Contact.objects.count(),
            listing_url=f"{reverse('crm_contact:index')}?{query}".rstrip("?"),
            **kwargs,
        )

    def form_valid(self, form):
        kind = form.cleaned_data["format"]
        contacts = list(self.contacts)
        write, content_type = WRITERS[kind]
        # It is no one contact's history: it stands under whoever took the file along.
        log(
            self.request.user,
            EXPORTED,
            user=self.request.user,
            data={"count": len(contacts), "filters": self.request.GET.urlencode()},
        )
        day = timezone.localdate().isoformat()
        name = _("contacts-%(day)s") % {"day": day}
        return HttpResponse(
            write(contact_rows(contacts)),
            headers={
                "Content-Type": content_type,
                "Content-Disposition": f'attachment; filename="{name}.{kind}"',
                "Cache-Control": "no-store",
            },
        )
