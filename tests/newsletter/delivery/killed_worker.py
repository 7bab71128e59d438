"""A delivery worker that kills itself with SIGKILL at a named step.

Started by tests as ``python -m tests.newsletter.delivery.killed_worker STEP NTH``; the
steps are those between which a death means something different. STEP "never" delivers
to the end. The product has no hooks for this: its functions are wrapped from outside.
"""

import os
import signal
import sys
import time
from itertools import count

import django

django.setup()

from newsletter.delivery import sending  # noqa: E402 -- needs the line above
from newsletter.delivery.journal import Journal  # noqa: E402 -- as above
from newsletter.delivery.transports.wire import Wire  # noqa: E402 -- as above

STEPS = (
    "after_claim",
    "before_handing",
    "after_handing",
    "in_content",
    "after_dot",
    "after_reply",
    "after_answer",
    "before_record",
    "after_record",
    "at_end",
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


def kill_while_writing(nth, *, whole):
    """Die in the middle of a content, or when the server has it and its dot."""
    write = Wire.write
    dots = count(1)

    def wrapper(self, data, seconds):
        at = data.find(b"\r\n.\r\n")
        is_last = at >= 0 and next(dots) == nth
        part = data[: at // 2] if is_last and not whole else data
        yield from write(self, part, seconds)
        if is_last:
            time.sleep(0.2)
            os.kill(os.getpid(), signal.SIGKILL)

    Wire.write = wrapper


def arm(step, nth):
    """Prepare the death at a step."""
    targets = {
        "after_claim": (sending, "exchange_rows", True),
        "before_handing": (Journal, "note_handing", False),
        "after_handing": (Journal, "note_handing", True),
        "after_reply": (Journal, "note_answer", False),
        "after_answer": (Journal, "note_answer", True),
        # The exchange that claims records what went before.
        "before_record": (sending, "exchange_rows", False),
        "after_record": (sending, "exchange_rows", True),
        "at_end": (Journal, "close", False),
    }
    if step in ("in_content", "after_dot"):
        kill_while_writing(nth, whole=step == "after_dot")
    elif step != "never":
        owner, name, after = targets[step]
        kill_at(owner, name, after=after, nth=nth)


if __name__ == "__main__":
    arm(sys.argv[1], int(sys.argv[2]))
    sending.run_worker(until_idle=True, should_stop=lambda: False)
