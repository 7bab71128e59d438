"""What runs on the task queue. The queue is a wake-up call; the rows are the truth."""

import time

from django.tasks import task

from newsletter.delivery.sending import run_worker

# A task that ends soon lets the queue's worker stop when it is told to; the scheduler
# wakes the next one while anything is due.
TURN_SECONDS = 10


@task(queue_name="deliveries", backend="deliveries")
def deliver() -> int:
    """Deliver for a turn, or until nothing is due; return how many were accepted."""
    ends_at = time.monotonic() + TURN_SECONDS
    return run_worker(until_idle=True, should_stop=lambda: time.monotonic() >= ends_at)
