"""What runs on the task queue. The queue is a wake-up call; the rows are the truth."""

import time
from datetime import datetime

from django.tasks import task

from crm.tasks import start_job
from newsletter.delivery.sending import run_worker
from newsletter.statistics.recounting import REPORT_JOB, find_due, is_being_counted

# A task that ends soon lets the queue's worker stop when it is told to; the scheduler
# wakes the next one while anything is due.
TURN_SECONDS = 10


@task(queue_name="deliveries", backend="deliveries")
def deliver() -> int:
    """Deliver for a turn, or until nothing is due; return how many were accepted."""
    ends_at = time.monotonic() + TURN_SECONDS
    return run_worker(until_idle=True, should_stop=lambda: time.monotonic() >= ends_at)


def count_reports_when_due(now: datetime) -> None:
    """Ask for the count of a large send, one after the other; called each round."""
    send = find_due(now)
    if send and not is_being_counted(now):
        start_job(REPORT_JOB, by=None, campaign=send.pk)
