"""A delivery worker that kills itself with SIGKILL at a named step.

Started by tests as ``python -m tests.newsletter.delivery.killed_worker STEP NTH``; the
steps are those between which a death means something different. STEP "never" delivers
to the end. The product has no hooks for this: its functions are wrapped from outside.
"""

import os
import signal
import smtplib
import sys
import time
from itertools import count

import django

django.setup()

from newsletter.delivery import sending  # noqa: E402 -- needs the line above
from newsletter.delivery.journal import Journal  # noqa: E402 -- as above

STEPS = (
    "after_claim",
    "before_handing",
    "after_handing",
    "after_dot",
    "after_reply",
    "after_answer",
    "before_record",
    "after_record",
)


def kill_at(owner, name, *, after, nth):
    """Wrap ``owner.name`` so that its ``nth`` call is the process's last."""
    wrapped = getattr(owner, name)
    calls = count(1)

    def wrapper(*args, **kwargs):
        is_last = next(calls) == nth
        if is_last and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        result = wrapped(*args, **kwargs)
        if is_last:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, wrapper)


def kill_after_dot(nth):
    """Die when the server has the message and its answer is on the way."""
    send = smtplib.SMTP.send
    dots = count(1)

    def wrapper(self, content):
        send(self, content)
        if content == b".\r\n" and next(dots) == nth:
            time.sleep(0.2)
            os.kill(os.getpid(), signal.SIGKILL)

    smtplib.SMTP.send = wrapper


def arm(step, nth):
    """Prepare the death at a step."""
    targets = {
        "after_claim": (sending, "claim_deliveries", True),
        "before_handing": (Journal, "note_handing", False),
        "after_handing": (Journal, "note_handing", True),
        "after_reply": (Journal, "note_answer", False),
        "after_answer": (Journal, "note_answer", True),
        "before_record": (sending, "record_outcomes", False),
        "after_record": (sending, "record_outcomes", True),
    }
    if step == "after_dot":
        kill_after_dot(nth)
    elif step != "never":
        owner, name, after = targets[step]
        kill_at(owner, name, after=after, nth=nth)


if __name__ == "__main__":
    arm(sys.argv[1], int(sys.argv[2]))
    # Small flushes, so that recording happens in the middle of a batch too.
    sending.FLUSH_MESSAGES = 3
    sending.run_worker(until_idle=True, should_stop=lambda: False)
