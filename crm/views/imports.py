"""Importing contacts: choose a file, look at what it would do, confirm, see the result.

Only the two POSTs do anything, and the first one rolls back what it tried.
"""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from crm.imports.columns import HEADINGS
from crm.imports.outcome import ImportOptions, ImportOutcome, RowStatus
from crm.imports.parking import Upload, park_file, read_token, sign_upload, take_file
from crm.imports.reading import MAX_BYTES, ImportFileError, Sheet, read_sheet
from crm.names import clean_line
from crm.resources import import_contacts
from crm.views.import_form import ImportForm

PERMISSIONS = ("crm.add_contact", "crm.change_contact")
# What a person can look through; the counts and the errors are of all rows.
MAX_SHOWN = 200
# The order of the preview: what needs a person's eye first.
SHOWN_ORDER = [
    RowStatus.ERROR,
    RowStatus.LEFT_OUT,
    RowStatus.CHANGED,
    RowStatus.NEW,
    RowStatus.UNCHANGED,
]
RESULT_KEY = "crm_import_result"


class ImportStep(WagtailAdminTemplateMixin):
    """What the three steps share: who may, where one is, and the way back."""

    page_title = _("Import contacts")
    header_icon = "upload"

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perms(PERMISSIONS):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": "", "label": self.page_title},
        ]


class ImportView(ImportStep, FormView):
    """Choosing the file; posting it shows the preview."""

    form_class = ImportForm
    template_name = "cms/crm/import_upload.html"

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "user": self.request.user}

    def form_valid(self, form):
        file = form.cleaned_data["file"]
        try:
            # One byte more than is allowed tells that it is too large.
            data = file.read(MAX_BYTES + 1)
            sheet = read_sheet(data)
        except ImportFileError as error:
            form.add_error("file", str(error))
            return self.form_invalid(form)
        name = clean_line(file.name)[:120]
        return show_preview(self.request, sheet, data, name, form.get_options())

    def get_context_data(self, **kwargs):
        columns = [(names[0], names[1]) for names in HEADINGS.values()]
        return super().get_context_data(columns=columns, **kwargs)


class ImportPreview(ImportStep, TemplateView):
    """Row by row what would happen, and the button that lets it happen."""

    template_name = "cms/crm/import_preview.html"


class ImportConfirmView(ImportStep, TemplateView):
    """Doing what the preview showed, exactly that, or nothing."""

    http_method_names = ["get", "post"]

    def get(self, request):
        return redirect("crm_import")

    def post(self, request):
        try:
            upload = read_token(request.POST.get("token", ""), user_id=request.user.pk)
            data = take_file(upload.key)
            sheet = read_sheet(data)
        except ImportFileError as error:
            messages.error(request, str(error))
            return redirect("crm_import")
        options = _read_options(upload)
        outcome = import_contacts(
            sheet,
            options,
            file_name=upload.file_name,
            user=request.user,
            dry_run=False,
            expected=upload.digest,
        )
        if not outcome.is_done:
            messages.warning(
                request,
                _(
                    "Nothing was imported: the register has changed since the preview. "
                    "Look at the new preview and confirm again."
                ),
            )
            return show_preview(request, sheet, data, upload.file_name, options)
        request.session[RESULT_KEY] = {
            "file": upload.file_name,
            "counts": outcome.counts,
            "created": outcome.created,
            "notes": sum(1 for row in outcome.rows if row.notes),
        }
        return redirect("crm_import_result")


class ImportResultView(ImportStep, TemplateView):
    """What the last import of this session did."""

    template_name = "cms/crm/import_result.html"

    def get(self, request):
        if RESULT_KEY not in request.session:
            return redirect("crm_import")
        return super().get(request)

    def get_context_data(self, **kwargs):
        result = self.request.session[RESULT_KEY]
        return super().get_context_data(
            result=result, sums=_label_counts(result["counts"]), **kwargs
        )


def show_preview(
    request, sheet: Sheet, data: bytes, file_name: str, options: ImportOptions
):
    """Return the preview of importing the sheet; parks the file for the confirmation."""
    outcome = import_contacts(
        sheet, options, file_name=file_name, user=request.user, dry_run=True
    )
    token = ""
    if outcome.changes_anything and not outcome.has_errors:
        token = sign_upload(
            Upload(
                key=park_file(data),
                user_id=request.user.pk,
                file_name=file_name,
                creates_unknown=options.creates_unknown,
                succeed_on=options.succeed_on.isoformat() if options.succeed_on else "",
                digest=outcome.digest,
            )
        )
    view = ImportPreview()
    view.setup(request)
    return view.render_to_response(
        view.get_context_data(
            file_name=file_name,
            sheet=sheet,
            outcome=outcome,
            token=token,
            sums=_label_counts(outcome.counts),
            **_cut(outcome),
        )
    )


def _cut(outcome: ImportOutcome) -> dict:
    """Return the rows to show, the most important first, and how many there are more."""
    ordered = sorted(
        outcome.rows, key=lambda row: (SHOWN_ORDER.index(row.status), row.number)
    )
    shown = ordered[:MAX_SHOWN]
    return {"shown": shown, "more": len(ordered) - len(shown)}


def _label_counts(counts: dict[str, int]) -> list[dict]:
    return [
        {"status": status.value, "label": status.label, "count": counts[status.value]}
        for status in RowStatus
    ]


def _read_options(upload: Upload) -> ImportOptions:
    day = date.fromisoformat(upload.succeed_on) if upload.succeed_on else None
    return ImportOptions(creates_unknown=upload.creates_unknown, succeed_on=day)


import_urls = [
    path("register/contacts/import/", ImportView.as_view(), name="crm_import"),
    path(
        "register/contacts/import/confirm/",
        ImportConfirmView.as_view(),
        name="crm_import_confirm",
    ),
    path(
        "register/contacts/import/result/",
        ImportResultView.as_view(),
        name="crm_import_result",
    ),
]
