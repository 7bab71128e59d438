"""Trying a sheet and importing it: the loop over its chunks."""

import logging
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.signal_handlers import disable_reference_index_auto_update

from crm.choices import ImportState
from crm.exceptions import CrmError
from crm.imports.applying import Writer
from crm.imports.outcome import ImportOptions, ImportOutcome
from crm.imports.planning import Planner
from crm.imports.sheets import Sheet
from crm.imports.undoing import undo_import
from crm.models import ImportBatch, Purpose

logger = logging.getLogger(__name__)

# (rows done, rows in all) -> None
Report = Callable[[int, int], None]


class RegisterChangedError(CrmError):
    """The import would come to something else than its preview; nothing was imported."""


def try_sheet(
    sheet: Sheet,
    options: ImportOptions,
    *,
    purpose: Purpose | None = None,
    kept: int | None = None,
    report: Report | None = None,
) -> ImportOutcome:
    """Return what importing the sheet would do. Writes nothing.

    ``kept``: of each status the outcome keeps that many rows; all when None.
    """
    planner = Planner(sheet, options, purpose=purpose)
    outcome = ImportOutcome(kept=kept)
    done = 0
    for rows in planner.chunks():
        plans = planner.plan(rows)
        planner.lookups.made.clear()
        outcome.add(plans, planner.digest, planner.describe)
        done += len(rows)
        if report:
            report(done, len(sheet.rows))
    outcome.created = planner.lookups.created
    return outcome


def apply_sheet(
    batch: ImportBatch,
    sheet: Sheet,
    options: ImportOptions,
    *,
    expected: list[str],
    report: Report | None = None,
) -> ImportOutcome:
    """Import the sheet, a thousand rows in a transaction of its own, and all or nothing.

    ``expected``: the digests of the preview somebody agreed to. When a chunk comes to
    anything else, or the register refuses it, the chunks before it are taken back and
    RegisterChangedError is raised. If the process dies midway, the batch stays "being
    imported" and ``undo_import`` takes back what there is.
    """
    planner = Planner(sheet, options, purpose=batch.purpose)
    writer = Writer(batch, planner.lookups)
    outcome = ImportOutcome(kept=0)
    try:
        # Nothing an import writes refers to images or pages, which is what Wagtail's
        # index of references is about.
        with disable_reference_index_auto_update():
            _apply_chunks(planner, writer, outcome, expected, report)
        writer.finish()
    except Exception as error:
        logger.info("Import %s is taken back: %s", batch.pk, type(error).__name__)
        undo_import(batch)
        batch.changes.all().delete()
        if isinstance(error, IntegrityError | CrmError):
            raise RegisterChangedError(
                _("Nothing was imported: the register has changed since the preview.")
            ) from error
        raise
    outcome.created = planner.lookups.created
    outcome.is_done = True
    return outcome


def _apply_chunks(
    planner: Planner,
    writer: Writer,
    outcome: ImportOutcome,
    expected: list[str],
    report: Report | None,
) -> None:
    total, done = len(planner.sheet.rows), 0
    for place, rows in enumerate(planner.chunks()):
        with transaction.atomic():
            plans = planner.plan(rows, lock=True)
            if expected[place : place + 1] != [planner.digest]:
                raise RegisterChangedError
            writer.write(plans)
            done += len(rows)
            if report:
                report(done, total)
        outcome.add(plans, planner.digest, planner.describe)


def import_contacts(
    sheet: Sheet,
    options: ImportOptions,
    *,
    file_name: str,
    user: Any = None,
    purpose: Purpose | None = None,
    ground: str = "",
    dry_run: bool,
    expected: str = "",
) -> ImportOutcome:
    """Import a sheet from code, or (``dry_run``) find out what importing it would do.

    A row with an error keeps the whole file out unless the options say otherwise, and
    so does an outcome whose digest is not ``expected``. ``is_done`` of the outcome says
    whether it was imported; ``rows`` are all its rows.
    """
    outcome = try_sheet(sheet, options, purpose=purpose)
    agreed = not expected or outcome.digest == expected
    blocked = outcome.has_errors and not options.skips_errors
    if dry_run or not agreed or blocked:
        return outcome
    batch = ImportBatch.objects.create(
        file_name=file_name,
        state=ImportState.APPLYING,
        purpose=purpose,
        ground=ground,
        options=options.to_json(),
        by=user,
    )
    apply_sheet(batch, sheet, options, expected=outcome.digests)
    mark_applied(batch, outcome)
    outcome.is_done = True
    return outcome


def mark_applied(batch: ImportBatch, outcome: ImportOutcome) -> None:
    """Say on the batch that its file is in the register."""
    batch.state = ImportState.APPLIED
    batch.applied_at = timezone.now()
    batch.counts = {**outcome.counts, "noted": outcome.noted}
    batch.digest = outcome.digest
    batch.save(update_fields=["state", "applied_at", "counts", "digest"])
