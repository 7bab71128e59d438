"""What the register forgets by itself (design decision 14)."""

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from crm.choices import ImportState, InteractionKind, JobState
from crm.imports.parking import LIFETIME_SECONDS, drop_file
from crm.imports.undoing import UNDO_DAYS
from crm.merging.joining import UNDO_DAYS as MERGE_DAYS
from crm.models import Contact, ImportBatch, ImportChange, Interaction, Job, Merge

JOB_DAYS = 90
# Leads from people the register does not know, once they are dealt with.
LEAD_DAYS = 180
IN_PROGRESS = (ImportState.APPLYING, ImportState.UNDOING)


# What other parts keep for a while only, by what it is called.
_found_elsewhere: dict[str, Callable[[], QuerySet]] = {}


def register_forgettable(name: str, find: Callable[[], QuerySet]) -> None:
    """Let ``find`` say which rows of another part have had their time, each time anew."""
    _found_elsewhere[name] = find


def list_forgettable() -> dict[str, QuerySet]:
    """Return what has had its time, by what it is called.

    The records that imports and merges could be undone by, files that nobody
    confirmed, offers of strangers that were dealt with, and long work that was done. An import itself stays, with its counts.
    """
    now = timezone.now()
    return {
        "import records": ImportChange.objects.filter(
            batch__applied_at__lt=now - timedelta(days=UNDO_DAYS)
        ).exclude(batch__state__in=IN_PROGRESS),
        # Nothing is to be left of people who were deleted or erased.
        "import records of people who are gone": ImportChange.objects.filter(
            model="contact"
        ).exclude(object_id__in=Contact.objects.values("pk")),
        "merge records": Merge.objects.filter(
            created_at__lt=now - timedelta(days=MERGE_DAYS)
        ),
        "files never imported": ImportBatch.objects.filter(
            state=ImportState.PREVIEWED,
            created_at__lt=now - timedelta(seconds=LIFETIME_SECONDS),
        ),
        "leads dealt with, from people who are in no register": (
            Interaction.objects.filter(
                kind=InteractionKind.LEAD,
                contact__isnull=True,
                by__isnull=True,
                closed_at__lt=now - timedelta(days=LEAD_DAYS),
            )
        ),
        "finished jobs": Job.objects.filter(
            state__in=[JobState.DONE, JobState.FAILED],
            finished_at__lt=now - timedelta(days=JOB_DAYS),
        ),
        **{name: find() for name, find in _found_elsewhere.items()},
    }


@transaction.atomic
def forget_old_records() -> dict[str, int]:
    """Remove what has had its time; return how much of each."""
    removed = {}
    for name, rows in list_forgettable().items():
        if rows.model is ImportBatch:
            for batch in rows:
                drop_file(batch.parked)
        removed[name] = rows.delete()[0]
    return removed
