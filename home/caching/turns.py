"""Of several who ask for one page at once, the first has it made, the others wait for it."""

import threading
from collections.abc import Hashable, Iterator
from contextlib import contextmanager

# What takes longer is made for each: a slow page must not hold up the others' threads.
LONGEST_WAIT = 1.0


class Turns:
    """Who makes what in this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._making: dict[Hashable, threading.Event] = {}

    @contextmanager
    def take(self, key: Hashable) -> Iterator[None]:
        """Go in at once, or when whoever went in with the same key is out again.

        They may have failed, or be in there still after ``LONGEST_WAIT`` seconds: what
        they were to make may be there or not.
        """
        done = threading.Event()
        with self._lock:
            first = self._making.setdefault(key, done)
        if first is not done:
            first.wait(LONGEST_WAIT)
            yield
            return
        try:
            yield
        finally:
            with self._lock:
                del self._making[key]
            done.set()
