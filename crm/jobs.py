"""Long work of the register: asked for in a request, done by a worker, watched meanwhile.

The queue is a wake-up call; the ``Job`` row is the truth. Each kind of work registers
one function that does it; the function says how far it has come and returns what came
of it. What it writes it writes in transactions of its own, so that a job that dies
leaves whole steps behind, or nothing.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from crm.choices import JobState
from crm.exceptions import CrmError
from crm.models import Job

logger = logging.getLogger(__name__)

# A running job that has said nothing for so long has died with its process.
SILENT = timedelta(minutes=5)

# (done, total) -> None
Report = Callable[[int, int], None]
Work = Callable[[Job, Report], dict[str, Any]]
_kinds: dict[str, Work | str] = {}
_titles: dict[str, Any] = {}


def register_job(kind: str, work: Work | str, title: Any = "") -> None:
    """Let a function do the jobs of that kind. Raises ValueError when the kind is taken.

    ``work`` may be a dotted path, which is imported when there is a job for it: what
    imports need of memory is for processes that do imports.
    ``work(job, report)`` returns the job's result as plain JSON: ``url`` is where the
    person who asked goes on, ``message`` is said to them. A CrmError it raises is shown
    to them. ``title`` (lazy text) stands over the page that shows how far it has come.
    """
    if kind in _kinds:
        raise ValueError(f"There is already work of the kind {kind!r}.")
    _kinds[kind] = work
    _titles[kind] = title


def title_of(kind: str) -> str:
    """Return what work of that kind is called, in the active language."""
    return str(_titles.get(kind) or _("Long work"))


def find_work(kind: str) -> Work:
    """Return the function that does jobs of that kind. Raises KeyError, ImportError."""
    work = _kinds[kind]
    return import_string(work) if isinstance(work, str) else work


def create_job(kind: str, *, by: Any, **parameters: Any) -> Job:
    """Return a new job, waiting; ``parameters`` are plain JSON. Raises KeyError.

    It will speak the language that is active now: a worker has none of its own.
    """
    _kinds[kind]  # a kind nobody does would wait for ever
    spoken = {"language": translation.get_language()}
    return Job.objects.create(kind=kind, parameters={**spoken, **parameters}, by=by)


def run_job(job_id: int) -> Job:
    """Do a waiting job and return it, done or failed; one that is taken is left alone."""
    taken = Job.objects.filter(pk=job_id, state=JobState.QUEUED).update(
        state=JobState.RUNNING, heartbeat_at=timezone.now()
    )
    job = Job.objects.select_related("by").get(pk=job_id)
    if not taken:
        return job
    with translation.override(job.parameters.get("language")):
        _do(job)
    job.finished_at = timezone.now()
    job.save(update_fields=["state", "result", "error", "finished_at"])
    return job


def _do(job: Job) -> None:
    try:
        job.result = find_work(job.kind)(job, _make_report(job))
        job.state = JobState.DONE
    except CrmError as error:
        job.state, job.error = JobState.FAILED, str(error)[:250]
    except Exception:  # whatever it is, nobody may wait for ever
        logger.exception("Job %s failed", job.pk)
        job.state = JobState.FAILED
        job.error = _("Something went wrong. Try again, or ask your administrator.")


@transaction.atomic
def fail_dead_jobs() -> int:
    """Mark jobs whose process died as failed; return how many there were."""
    return Job.objects.filter(
        state=JobState.RUNNING, heartbeat_at__lt=timezone.now() - SILENT
    ).update(
        state=JobState.FAILED,
        error=_("The work was interrupted. Look at what came of it, then try again."),
        finished_at=timezone.now(),
    )


def _make_report(job: Job) -> Report:
    def report(done: int, total: int) -> None:
        Job.objects.filter(pk=job.pk).update(
            done=done, total=total, heartbeat_at=timezone.now()
        )

    return report
