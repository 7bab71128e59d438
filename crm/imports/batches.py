"""The way of one file: chosen, mapped, grounded, previewed, imported, perhaps undone.

``ImportBatch`` says where it stands; every step is a function that moves it on.
"""

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from crm.choices import ImportState, JobState
from crm.exceptions import CrmError
from crm.imports.applying import source_of
from crm.imports.files import read_table
from crm.imports.importing import (
    RegisterChangedError,
    Report,
    apply_sheet,
    mark_applied,
    try_sheet,
)
from crm.imports.log import IMPORT_ACTION, UNDO_ACTION
from crm.imports.outcome import ImportOptions, ImportOutcome
from crm.imports.parking import drop_file, park_file, read_file, write_preview
from crm.imports.reading import Table
from crm.imports.recognising import Guess, guess_mapping
from crm.imports.sheets import Sheet, check_mapping, make_sheet
from crm.imports.undoing import Undo, can_undo, preview_undo, undo_import
from crm.models import ConsentEntry, ImportBatch, ImportSource, Job, Purpose

# Of each status a person can look through so many; the counts are of all rows.
SHOWN = 200
# Above this a worker does it, and the person watches.
AT_ONCE = 500
OVER = (JobState.DONE, JobState.FAILED)


class StaleBatchError(CrmError):
    """The import has moved on since the page was shown."""


def begin(data: bytes, file_name: str, *, by: Any) -> ImportBatch:
    """Return a new batch for a file that can be read, with its columns guessed.

    Raises ImportFileError. Keeps the file, privately, for a day.
    """
    table = read_table(data)
    guess = guess_mapping(table.headings, table.find_filled())
    return ImportBatch.objects.create(
        file_name=file_name,
        parked=park_file(data),
        mapping=guess.mapping,
        source=guess.source,
        options={"rows": len(table.lines)},
        by=by,
    )


def open_table(batch: ImportBatch) -> Table:
    """Return the batch's file as a table. Raises ImportFileError when it is gone."""
    return read_table(read_file(batch.parked))


def guess_again(table: Table) -> Guess:
    """Return what the columns seem to mean, and where that is known from."""
    return guess_mapping(table.headings, table.find_filled())


def open_sheet(batch: ImportBatch) -> Sheet:
    """Return the batch's file with its columns named. Raises ImportFileError."""
    return make_sheet(open_table(batch), batch.mapping)


@transaction.atomic
def set_mapping(
    batch: ImportBatch, mapping: dict[str, str], *, remember_as: str = ""
) -> None:
    """Say what the columns mean; remember it under a name for the next such file.

    Raises ImportFileError when that cannot be imported.
    """
    check_mapping(list(mapping.items()))
    batch.mapping = mapping
    if remember_as:
        batch.source, _is_new = ImportSource.objects.update_or_create(
            name=remember_as, defaults={"mapping": mapping}
        )
    batch.digest = ""
    batch.save(update_fields=["mapping", "source", "digest"])


def set_ground(
    batch: ImportBatch, purpose: Purpose, ground: str, options: ImportOptions
) -> None:
    """Say why the network may hold these data, and what to do in cases of doubt."""
    batch.purpose, batch.ground, batch.digest = purpose, ground, ""
    batch.options = {**batch.options, **options.to_json()}
    batch.save(update_fields=["purpose", "ground", "options", "digest"])


def preview(batch: ImportBatch, report: Report | None = None) -> ImportOutcome:
    """Find out what the import would do, and keep that for the page that shows it."""
    outcome = try_sheet(
        open_sheet(batch),
        ImportOptions.from_json(batch.options),
        purpose=batch.purpose,
        kept=SHOWN,
        report=report,
    )
    write_preview(batch.parked, outcome)
    batch.counts = {**outcome.counts, "noted": outcome.noted}
    batch.digest = outcome.digest
    batch.state = ImportState.PREVIEWED
    batch.save(update_fields=["counts", "digest", "state"])
    return outcome


def agree(batch: ImportBatch, digest: str, *, skips_errors: bool) -> None:
    """Let the import begin as its preview showed it; it does so once.

    Raises StaleBatchError when the preview was another, or somebody was faster.
    """
    options = {**batch.options, "skips_errors": skips_errors}
    taken = ImportBatch.objects.filter(
        pk=batch.pk, state=ImportState.PREVIEWED, digest=digest
    ).exclude(digest="")
    if not taken.update(state=ImportState.APPLYING, options=options):
        raise StaleBatchError(
            _("This import has begun already, or its preview is an old one.")
        )
    batch.refresh_from_db()


def apply(
    batch: ImportBatch, expected: list[str], report: Report | None = None
) -> None:
    """Import what was agreed to. Raises RegisterChangedError, with a new preview made."""
    sheet = open_sheet(batch)
    options = ImportOptions.from_json(batch.options)
    try:
        outcome = apply_sheet(batch, sheet, options, expected=expected, report=report)
    except RegisterChangedError:
        preview(batch)
        raise
    except Exception:
        batch.state = ImportState.FAILED
        batch.save(update_fields=["state"])
        raise
    batch.options = {**batch.options, "created": outcome.created[:SHOWN]}
    mark_applied(batch, outcome)
    drop_file(batch.parked)
    batch.parked = ""
    batch.save(update_fields=["parked", "options"])
    log(
        batch,
        IMPORT_ACTION,
        user=batch.by,
        data={"file": batch.file_name, "import": batch.pk, "counts": outcome.counts},
    )


def start_undo(batch: ImportBatch) -> None:
    """Let the undoing begin; it does so once. Raises StaleBatchError."""
    taken = ImportBatch.objects.filter(pk=batch.pk)
    if not is_interrupted(batch):
        if not can_undo(batch):
            raise StaleBatchError(_("This import can no longer be undone."))
        taken = taken.filter(state=ImportState.APPLIED)
    if not taken.update(state=ImportState.UNDOING):
        raise StaleBatchError(_("This import is being undone already, or has been."))
    batch.refresh_from_db()


def look_at_undo(batch: ImportBatch, report: Report | None = None) -> None:
    """Find out what undoing would do, and keep the counts and the first rows on it."""
    found = preview_undo(batch, report)
    batch.options = {
        **batch.options,
        "look": {**sum_up(found), "at": timezone.now().isoformat()},
    }
    batch.save(update_fields=["options"])


def undo(batch: ImportBatch, *, by: Any, report: Report | None = None) -> Undo:
    """Take the import back and say so; what was left alone stands on the batch."""
    done = undo_import(batch, report, by=by)
    batch.state, batch.undone_at = ImportState.UNDONE, timezone.now()
    batch.options = {**batch.options, "undo": sum_up(done)}
    batch.save(update_fields=["state", "undone_at", "options"])
    log(batch, UNDO_ACTION, user=by, data={"file": batch.file_name})
    return done


def sum_up(undo: Undo) -> dict[str, Any]:
    """Return the counts of an undo, and the first rows it leaves alone, as plain JSON."""
    return {
        "restored": undo.restored,
        "removed": undo.removed,
        "kept_count": len(undo.kept),
        "kept": [list(kept) for kept in undo.kept[:SHOWN]],
    }


def count_said(batch: ImportBatch) -> int:
    """Return for how many people the import wrote down what they had said."""
    entries = ConsentEntry.objects.filter(source=source_of(batch))
    return entries.filter(proof__import=batch.pk).values("contact").distinct().count()


def set_job(batch: ImportBatch, job: Job) -> None:
    """Remember which job is at work on the batch."""
    batch.options = {**batch.options, "job": job.pk}
    batch.save(update_fields=["options"])


def is_interrupted(batch: ImportBatch) -> bool:
    """Say whether the work on a batch ended without an end: its process died."""
    if batch.state not in (ImportState.APPLYING, ImportState.UNDOING):
        return False
    job = Job.objects.filter(pk=batch.options.get("job", 0)).first()
    return job is None or job.state in OVER


def page_of(batch: ImportBatch, name: str = "crm_import_batch") -> str:
    """Return the address of one of the batch's pages."""
    return reverse(name, args=[batch.pk])
