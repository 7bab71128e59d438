"""Every step of a process that something outside can see, and its death at one of them.

A step is a statement to the database, a commit, a write to the journal or to a socket,
a read from a socket. Between two of them nothing changes but memory; so a process that
is ended before each one, and in the middle of each write, has been ended at every
moment that makes a difference, whatever the code between them looks like.
"""

import os
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

# Time for a server to act on what it was sent before the sender dies.
SINK_IN_SECONDS = 0.05


@dataclass(frozen=True)
class Ending:
    """When a process ends: ``signal`` before its ``step``-th step, or half-way through.

    ``is_torn`` ends it half-way: of a write only the first half happens.
    """

    step: int
    is_torn: bool = False
    signal: int = signal.SIGKILL


@dataclass
class Steps:
    """Counts the steps of this process, and carries out its ending."""

    ending: Ending | None = None
    names: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Begin to count, from here on, all steps of this process."""
        self._wrap(os, "write", _name_journal, halve=1)
        self._wrap(os, "ftruncate", lambda *_: "journal cleared")
        for name in ("send", "sendall"):
            self._wrap(socket.socket, name, _name_sending, halve=1)
        for name in ("recv", "recv_into"):
            self._wrap(socket.socket, name, lambda *_: "answer read")
        self._wrap(CursorWrapper, "execute", _name_statement)
        self._wrap(BaseDatabaseWrapper, "_commit", lambda *_: "commit")

    def _wrap(
        self,
        owner: Any,
        name: str,
        describe: Callable[..., str],
        halve: int | None = None,
    ) -> None:
        wrapped = getattr(owner, name)

        def step(*args: Any, **kwargs: Any) -> Any:
            self.names.append(describe(*args))
            if self.ending and len(self.names) == self.ending.step:
                if self.ending.is_torn and halve is not None:
                    first = args[halve][: len(args[halve]) // 2]
                    wrapped(*args[:halve], first, *args[halve + 1 :])
                self._end()
            try:
                return wrapped(*args, **kwargs)
            except BlockingIOError:
                # Nothing was there to read: how often that is tried, nobody can tell.
                self.names.pop()
                raise

        setattr(owner, name, step)

    def _end(self) -> None:
        time.sleep(SINK_IN_SECONDS)
        os.kill(os.getpid(), self.ending.signal)


def is_write(name: str) -> bool:
    """Say whether a step can happen by halves."""
    return name.startswith(("journal H", "journal R", "sent"))


def _name_journal(_file: int, line: bytes, *_rest: Any) -> str:
    return f"journal {line[:1].decode()}"


def _name_sending(_socket: Any, data: bytes, *_rest: Any) -> str:
    words = bytes(data[:4]).decode("ascii", "replace").strip()
    return f"sent {words or len(data)}"


def _name_statement(_cursor: Any, sql: str, *_rest: Any) -> str:
    words = str(sql).split()
    table = next((w for w in words if w.startswith('"')), "")
    return f"{words[0]} {table}".strip()
