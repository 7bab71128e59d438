"""The imports there were: what each brought, who did it, and taking it back."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse, reverse_lazy
from django.utils.dateparse import parse_datetime
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import HeaderButton

from crm.choices import ImportState
from crm.imports import batches
from crm.imports.batches import StaleBatchError, page_of
from crm.imports.jobs import LOOK_JOB, UNDO_JOB
from crm.imports.keeping import describe_kept
from crm.imports.outcome import RowStatus
from crm.imports.undoing import (
    Kept,
    can_undo,
    preview_undo,
    undo_until,
)
from crm.models import ImportBatch
from crm.tasks import start_job

PERMISSIONS = ("crm.add_contact", "crm.change_contact")
PER_PAGE = 50
# More changes than this are looked at by a worker, when somebody asks for it.
LOOKED_AT = 5_000
SHOWN_KEPT = 100
BEGUN = (
    ImportState.APPLYING,
    ImportState.APPLIED,
    ImportState.FAILED,
    ImportState.UNDOING,
    ImportState.UNDONE,
)


class ImportsMenuItem(MenuItem):
    """The way to the imports, for those who may import."""

    def is_shown(self, request):
        return request.user.has_perms(PERMISSIONS)


imports_menu_item = ImportsMenuItem(
    gettext_lazy("Imports"),
    reverse_lazy("crm_imports"),
    name="imports",
    icon_name="upload",
    order=900,
)


class ImportPage(WagtailAdminTemplateMixin):
    """What all pages of the import share: who may, and the way back."""

    page_title = gettext_lazy("Imports")
    header_icon = "upload"

    def is_allowed(self, user) -> bool:
        """Say whether somebody may import, and so see what was imported."""
        return user.has_perms(PERMISSIONS)

    def dispatch(self, request, *args, **kwargs):
        if not self.is_allowed(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse("crm_imports"), "label": _("Imports")},
            {"url": "", "label": self.get_page_title()},
        ]


class ImportListView(ImportPage, TemplateView):
    """All imports that were begun, the latest first; and one's own that wait."""

    template_name = "cms/crm/imports.html"

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]

    @cached_property
    def header_buttons(self):
        return [
            HeaderButton(
                _("Import contacts"), url=reverse("crm_import"), icon_name="upload"
            )
        ]

    def get_context_data(self, **kwargs):
        found = ImportBatch.objects.select_related("by", "source")
        pages = Paginator(found.filter(state__in=BEGUN), PER_PAGE)
        waiting = found.filter(state=ImportState.PREVIEWED, by=self.request.user)
        return super().get_context_data(
            page=pages.get_page(self.request.GET.get("p")),
            waiting=waiting.exclude(parked="")[:10],
            **kwargs,
        )


class BatchPage(ImportPage):
    """A page about one import."""

    @cached_property
    def batch(self) -> ImportBatch:
        found = ImportBatch.objects.select_related("purpose", "source", "by")
        return get_object_or_404(found, pk=self.kwargs["pk"])

    def get_page_title(self):
        return self.batch.file_name


class BatchView(BatchPage, TemplateView):
    """What one import did."""

    template_name = "cms/crm/import_batch.html"

    def get(self, request, *args, **kwargs):
        if self.batch.state == ImportState.PREVIEWED and self.batch.by == request.user:
            step = "preview" if self.batch.digest else "columns"
            return redirect(page_of(self.batch, f"crm_import_{step}"))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        batch = self.batch
        undone = batch.options.get("undo", {})
        kept = [Kept(*row) for row in undone.get("kept", [])]
        return super().get_context_data(
            batch=batch,
            sums=label_counts(batch.counts),
            is_done=batch.state in (ImportState.APPLIED, ImportState.UNDONE),
            is_interrupted=batches.is_interrupted(batch),
            may_undo=batch.state == ImportState.APPLIED and can_undo(batch),
            undo_until=undo_until(batch),
            undone=undone,
            kept=describe_kept(batch, kept[:SHOWN_KEPT]),
            job_id=batch.options.get("job"),
            **kwargs,
        )


class UndoView(BatchPage, TemplateView):
    """What undoing would do, and the button that lets it."""

    template_name = "cms/crm/import_undo.html"

    def get_page_title(self):
        return _("Undo %(file)s") % {"file": self.batch.file_name}

    def get(self, request, *args, **kwargs):
        if not self._is_open():
            return redirect(page_of(self.batch))
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        if "look" in request.POST and self._is_open():
            return self._start(LOOK_JOB, page_of(self.batch, "crm_import_undo"))
        try:
            batches.start_undo(self.batch)
        except StaleBatchError as error:
            messages.error(request, str(error))
            return redirect(page_of(self.batch))
        return self._start(UNDO_JOB, page_of(self.batch))

    def get_context_data(self, **kwargs):
        batch = self.batch
        total = batch.changes.count()
        undo = self._look(total)
        kept = [Kept(*row) for row in undo.get("kept", [])[:SHOWN_KEPT]]
        return super().get_context_data(
            batch=batch,
            total=total,
            undo=undo,
            looked_at=parse_datetime(undo.get("at", "")),
            kept=describe_kept(batch, kept),
            more=undo.get("kept_count", 0) - len(kept),
            speakers=batches.count_said(batch),
            is_interrupted=batches.is_interrupted(batch),
            **kwargs,
        )

    def _start(self, kind: str, back_url: str):
        batch = self.batch
        job = start_job(kind, by=self.request.user, batch=batch.pk, back_url=back_url)
        if kind == UNDO_JOB:
            batches.set_job(batch, job)
        return redirect("crm_job", job.pk)

    def _look(self, total: int) -> dict:
        """Return what undoing would do; empty while nobody has looked at so many."""
        if total <= LOOKED_AT:
            return batches.sum_up(preview_undo(self.batch))
        return self.batch.options.get("look", {})

    def _is_open(self) -> bool:
        is_applied = self.batch.state == ImportState.APPLIED and can_undo(self.batch)
        return is_applied or batches.is_interrupted(self.batch)


def label_counts(counts: dict[str, int]) -> list[dict]:
    """Return the counts with their names, in the statuses' order."""
    return [
        {
            "status": status.value,
            "label": status.label,
            "count": counts.get(status.value, 0),
        }
        for status in RowStatus
    ]
