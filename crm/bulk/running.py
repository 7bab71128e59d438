"""Doing an action to many contacts in steps, and taking it back as far as it can be."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.log_actions import log

from crm.bulk.actions import ACTIONS, Action
from crm.exceptions import CrmError
from crm.models import Job

BULK_JOB = "bulk"
BULK_ACTION = "crm.contacts_changed"
# Above this it is a job with a progress bar.
MOST_AT_ONCE = 500
STEP = 2000

# Ids as [first, last] runs, so that many lie in little JSON.
Runs = list[list[int]]


def pack_ids(ids: Iterable[int]) -> Runs:
    """Return ids as sorted runs [first, last]."""
    runs: Runs = []
    for pk in sorted(ids):
        if runs and pk == runs[-1][1] + 1:
            runs[-1][1] = pk
        else:
            runs.append([pk, pk])
    return runs


def unpack_ids(runs: Runs) -> list[int]:
    """Return the ids of runs, sorted."""
    return [pk for first, last in runs for pk in range(first, last + 1)]


def count_changes(action: Action, ids: list[int], value: Any) -> int:
    """Return how many of the contacts the action would change."""
    return sum(
        len(found)
        for step in _steps(ids)
        for _former, found in action.change(step, value, True)
    )


def run_bulk(job: Job, report: Callable[[int, int], None]) -> dict[str, Any]:
    """Do a bulk job; ``parameters`` are action, value, ids (runs) and filters.

    Each step of some thousand contacts is one transaction; what is done stays done if
    a later one fails. The result holds the groups for undoing, and a sentence.
    """
    action = ACTIONS[job.parameters["action"]]
    value, ids = job.parameters["value"], unpack_ids(job.parameters["ids"])
    former: dict[str, tuple[Any, list[int]]] = {}
    done = 0
    for step in _steps(ids):
        with transaction.atomic():
            for old, found in action.change(step, value, False):
                former.setdefault(repr(old), (old, []))[1].extend(found)
        done += len(step)
        report(done, len(ids))
    changed = sum(len(found) for _old, found in former.values())
    _write_log(job, changed)
    return {
        "changed": changed,
        "groups": [[old, pack_ids(found)] for old, found in former.values()]
        if action.put_back
        else [],
        "message": describe_changed(changed),
        "url": job.parameters.get("done_url", "").replace("/0/", f"/{job.pk}/"),
    }


def undo_bulk(job: Job, by: Any) -> int:
    """Give the contacts back what they had; return how many got it back.

    Those edited since keep what they have now. Raises CrmError when it has been undone
    or cannot be.
    """
    with transaction.atomic():
        job = Job.objects.select_for_update().get(pk=job.pk)
        action = ACTIONS[job.parameters["action"]]
        if action.put_back is None or not job.result.get("groups"):
            raise CrmError(_("This cannot be undone, or has been."))
        restored = 0
        for old, runs in job.result["groups"]:
            for step in _steps(unpack_ids(runs)):
                restored += action.put_back(step, old, job.parameters["value"])
        job.result = {**job.result, "groups": [], "restored": restored}
        job.save(update_fields=["result"])
    if by:
        data = {"action": f"undo {action.name}", "count": restored}
        log(by, BULK_ACTION, user=by, data=data)
    return restored


def describe_changed(count: int) -> str:
    """Return the sentence that says how many contacts changed."""
    return ngettext(
        "%(count)s contact was changed.", "%(count)s contacts were changed.", count
    ) % {"count": count}


def _write_log(job: Job, changed: int) -> None:
    # It is no one contact's history: it stands under whoever did it.
    if job.by:
        data = {
            "action": job.parameters["action"],
            "count": changed,
            "filters": job.parameters.get("filters", ""),
        }
        log(job.by, BULK_ACTION, user=job.by, data=data)


def _steps(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), STEP):
        yield ids[start : start + STEP]
