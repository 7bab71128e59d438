"""What runs on the task queue. The queue is a wake-up call; the rows are the truth."""

from django.tasks import task

from newsletter.delivery.sending import run_worker


@task(queue_name="deliveries", backend="deliveries")
def deliver() -> int:
    """Deliver until nothing is due; return how many messages were accepted."""
    return run_worker(until_idle=True, should_stop=lambda: False)
