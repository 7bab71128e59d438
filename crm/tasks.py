"""What runs on the register's task queue."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.tasks import task

from crm.jobs import create_job, run_job
from crm.models import Job
from crm.segments.recounting import COUNT_JOB, needs_counting


@task(queue_name="register", backend="register")
def work(job_id: int) -> str:
    """Do a job; return the state it ended in."""
    return run_job(job_id).state


def start_job(kind: str, *, by: Any, **parameters: Any) -> Job:
    """Return a new job and wake a worker for it once this transaction is committed."""
    job = create_job(kind, by=by, **parameters)
    transaction.on_commit(lambda: work.enqueue(job.pk))
    return job


def count_segments_daily(now: datetime) -> None:
    """Ask for the day's count of all segments, once a day; called each round."""
    if needs_counting(now):
        start_job(COUNT_JOB, by=None)
