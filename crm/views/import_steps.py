"""Importing contacts step by step: the file, its columns, the ground, the preview.

Nothing is written into the register before the last button is pressed.
"""

from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView, View
from wagtail.admin import messages

from crm.choices import ImportState
from crm.imports import batches
from crm.imports.batches import AT_ONCE, StaleBatchError, page_of
from crm.imports.columns import EXPORTED, HEADINGS, SEAT_COLUMNS
from crm.imports.jobs import IMPORT_JOB, PREVIEW_JOB
from crm.imports.outcome import ImportOptions, ImportOutcome, RowStatus
from crm.imports.parking import read_preview
from crm.imports.reading import ImportFileError
from crm.models import ImportBatch
from crm.names import clean_line
from crm.tasks import start_job
from crm.views.import_form import ColumnsForm, FileForm, GroundForm
from crm.views.imports import ImportPage, label_counts

SAMPLES = 3
# What needs a person's eye first.
SHOWN_ORDER = [
    RowStatus.ERROR,
    RowStatus.LEFT_OUT,
    RowStatus.CHANGED,
    RowStatus.NEW,
    RowStatus.UNCHANGED,
]
NOTED = "noted"
STEPS = [
    ("file", gettext_lazy("File")),
    ("columns", gettext_lazy("Columns")),
    ("ground", gettext_lazy("Purpose and ground")),
    ("preview", gettext_lazy("Preview")),
]


class ImportStep(ImportPage):
    """What the steps share: whose file it is, and where one is."""

    page_title = gettext_lazy("Import contacts")
    step = ""

    def get_context_data(self, **kwargs):
        names = [name for name, _label in STEPS]
        here = names.index(self.step)
        steps = [
            {
                "label": label,
                "is_here": place == here,
                "url": self.url_of(name) if 0 < place < here else "",
            }
            for place, (name, label) in enumerate(STEPS)
        ]
        return super().get_context_data(steps=steps, **kwargs)

    def url_of(self, step: str) -> str:
        """Return the address of another step of the same file."""
        return page_of(self.batch, f"crm_import_{step}")


class OwnFileMixin:
    """Lets only whoever chose a file go on with it, while it waits."""

    @cached_property
    def batch(self) -> ImportBatch:
        found = ImportBatch.objects.select_related("purpose", "source", "by")
        return get_object_or_404(found, pk=self.kwargs["pk"])

    def dispatch(self, request, *args, **kwargs):
        if not self.is_allowed(request.user):
            return super().dispatch(request, *args, **kwargs)
        if self.batch.state != ImportState.PREVIEWED:
            return redirect(page_of(self.batch))
        if self.batch.by_id != request.user.pk:
            messages.warning(
                request,
                _("That file was chosen by somebody else. Choose the file yourself."),
            )
            return redirect("crm_imports")
        try:
            return super().dispatch(request, *args, **kwargs)
        except ImportFileError as error:
            messages.error(request, str(error))
            return redirect("crm_import")


class FileView(ImportStep, FormView):
    """Choosing the file."""

    form_class = FileForm
    template_name = "cms/crm/import_file.html"
    step = "file"

    def form_valid(self, form):
        name = clean_line(form.cleaned_data["file"].name)[:120]
        try:
            batch = batches.begin(form.read(), name, by=self.request.user)
        except ImportFileError as error:
            form.add_error("file", str(error))
            return self.form_invalid(form)
        return redirect(page_of(batch, "crm_import_columns"))

    def get_context_data(self, **kwargs):
        columns = [HEADINGS[column][:2] for column in EXPORTED]
        return super().get_context_data(columns=columns, **kwargs)


class ColumnsView(OwnFileMixin, ImportStep, FormView):
    """Saying what each column of the file means."""

    form_class = ColumnsForm
    template_name = "cms/crm/import_columns.html"
    step = "columns"

    @cached_property
    def table(self):
        return batches.open_table(self.batch)

    def get_form_kwargs(self):
        return {
            **super().get_form_kwargs(),
            "table": self.table,
            "mapping": self.batch.mapping,
        }

    def get_initial(self):
        return {"remember_as": self.batch.source.name if self.batch.source else ""}

    def form_valid(self, form):
        name = clean_line(form.cleaned_data["remember_as"])
        batches.set_mapping(self.batch, form.mapping, remember_as=name)
        return redirect(self.url_of("ground"))

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        form = context["form"]
        places = [p for p, heading in enumerate(self.table.headings) if heading]
        context["rows"] = [
            {
                "field": form[f"column_{number}"],
                "heading": heading,
                "samples": self._samples(place),
            }
            for number, (heading, place) in enumerate(
                zip(form.headings, places, strict=True)
            )
        ]
        context["origin"] = batches.guess_again(self.table).origin
        context["table"] = self.table
        context["batch"] = self.batch
        return context

    def _samples(self, place: int) -> list[str]:
        """Return the first values of a column that are not blank."""
        found = []
        for line in self.table.lines[:1000]:
            cell = line.cells[place] if place < len(line.cells) else ""
            if cell and cell not in found:
                found.append(cell)
            if len(found) == SAMPLES:
                break
        return found


class GroundView(OwnFileMixin, ImportStep, FormView):
    """Saying why the network may hold the data (GDPR art. 6), and what to do in doubt."""

    form_class = GroundForm
    template_name = "cms/crm/import_ground.html"
    step = "ground"

    def get_form_kwargs(self):
        columns = set(self.batch.mapping.values())
        return {
            **super().get_form_kwargs(),
            "user": self.request.user,
            "has_seats": bool(columns & set(SEAT_COLUMNS)),
            "has_topics": "topics" in columns,
        }

    def get_initial(self):
        options = ImportOptions.from_json(self.batch.options)
        initial = {
            "purpose": self.batch.purpose_id,
            "ground": self.batch.ground,
            "role": options.role_id,
            "creates_unknown": options.creates_unknown,
            "succeeds": "yes" if options.succeed_on else "",
        }
        if options.succeed_on:
            initial["succeed_on"] = options.succeed_on
        return initial

    def form_valid(self, form):
        batches.set_ground(
            self.batch,
            form.cleaned_data["purpose"],
            clean_line(form.cleaned_data["ground"]),
            form.get_options(),
        )
        return look(self.request, self.batch)

    def get_context_data(self, **kwargs):
        columns = set(self.batch.mapping.values())
        return super().get_context_data(
            batch=self.batch,
            keeps_proof=bool(columns & {"said_yes", "proof"}),
            **kwargs,
        )


class PreviewView(OwnFileMixin, ImportStep, TemplateView):
    """Row by row what would happen, and the button that lets it happen."""

    template_name = "cms/crm/import_preview.html"
    step = "preview"

    def get(self, request, *args, **kwargs):
        if not self.batch.digest:
            return redirect(self.url_of("ground" if self.batch.mapping else "columns"))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        outcome = read_preview(self.batch.parked)
        chosen = self.request.GET.get("status", "")
        shown = choose_rows(outcome, chosen)
        count = sum(outcome.counts.values()) if not chosen else 0
        count = (
            outcome.noted if chosen == NOTED else count or outcome.counts.get(chosen, 0)
        )
        rest = outcome.counts[RowStatus.NEW] + outcome.counts[RowStatus.CHANGED]
        return super().get_context_data(
            batch=self.batch,
            outcome=outcome,
            chosen=chosen,
            shown=shown,
            more=max(0, count - len(shown)),
            sums=label_counts(outcome.counts),
            importable=rest,
            has_changed=bool(self.request.GET.get("changed")),
            **kwargs,
        )


class ConfirmView(OwnFileMixin, ImportPage, View):
    """Letting the import begin, exactly as the preview showed it, or not at all."""

    http_method_names = ["get", "post"]

    def get(self, request, *args, **kwargs):
        return redirect(page_of(self.batch, "crm_import_preview"))

    def post(self, request, *args, **kwargs):
        batch = self.batch
        outcome = read_preview(batch.parked)
        skips = bool(request.POST.get("skips_errors"))
        if outcome.has_errors and not skips:
            messages.error(
                request,
                _("Rows with errors are in the way. Say that they are left out."),
            )
            return redirect(page_of(batch, "crm_import_preview"))
        try:
            batches.agree(batch, request.POST.get("digest", ""), skips_errors=skips)
        except StaleBatchError as error:
            messages.error(request, str(error))
            return redirect(page_of(batch, "crm_import_preview"))
        job = start_job(
            IMPORT_JOB, by=request.user, batch=batch.pk, back_url=page_of(batch)
        )
        batches.set_job(batch, job)
        return redirect("crm_job", job.pk)


def look(request, batch: ImportBatch):
    """Make the preview, at once or by a worker, and go to where it is shown."""
    if batch.options.get("rows", 0) > AT_ONCE:
        back_url = page_of(batch, "crm_import_ground")
        job = start_job(PREVIEW_JOB, by=request.user, batch=batch.pk, back_url=back_url)
        return redirect("crm_job", job.pk)
    batches.preview(batch)
    return redirect(page_of(batch, "crm_import_preview"))


def choose_rows(outcome: ImportOutcome, chosen: str) -> list:
    """Return the rows to show: those of one status, else the most important first."""
    rows = outcome.rows
    if chosen == NOTED:
        rows = [row for row in rows if row.notes]
    elif chosen:
        rows = [row for row in rows if row.status == chosen]
    ordered = sorted(
        rows, key=lambda row: (SHOWN_ORDER.index(RowStatus(row.status)), row.number)
    )
    return ordered[: batches.SHOWN]
