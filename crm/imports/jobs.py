"""The long work of imports, as ``crm.jobs`` does it: preview, import, undo."""

from typing import Any

from crm.imports.batches import (
    AT_ONCE,
    apply,
    look_at_undo,
    page_of,
    preview,
    undo,
)
from crm.imports.importing import RegisterChangedError, Report
from crm.imports.parking import read_preview
from crm.models import ImportBatch, Job
from crm.segments.recounting import refresh_statistics

PREVIEW_JOB = "crm.import_preview"
IMPORT_JOB = "crm.import"
LOOK_JOB = "crm.import_undo_look"
UNDO_JOB = "crm.import_undo"


def run_preview(job: Job, report: Report) -> dict[str, Any]:
    """Find out what an import would do; go on to the page that shows it."""
    batch = _find(job)
    preview(batch, report)
    return {"url": page_of(batch, "crm_import_preview")}


def run_import(job: Job, report: Report) -> dict[str, Any]:
    """Import what was agreed to, or show the new preview if it no longer holds."""
    batch = _find(job)
    try:
        apply(batch, read_preview(batch.parked).digests, report)
    except RegisterChangedError:
        return {"url": f"{page_of(batch, 'crm_import_preview')}?changed=1"}
    if batch.options.get("rows", 0) > AT_ONCE:
        refresh_statistics()
    return {"url": page_of(batch)}


def run_look(job: Job, report: Report) -> dict[str, Any]:
    """Find out what taking an import back would do; go on to the page that shows it."""
    batch = _find(job)
    look_at_undo(batch, report)
    return {"url": page_of(batch, "crm_import_undo")}


def run_undo(job: Job, report: Report) -> dict[str, Any]:
    """Take an import back."""
    batch = _find(job)
    undo(batch, by=job.by, report=report)
    return {"url": page_of(batch)}


def _find(job: Job) -> ImportBatch:
    batches = ImportBatch.objects.select_related("purpose", "by")
    return batches.get(pk=job.parameters["batch"])
