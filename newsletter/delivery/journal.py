"""A worker's write-ahead journal: what it was about to do, and what it was told.

One ``write(2)`` per line, so that a killed process leaves whole lines. Two kinds::

    H 4711                    about to send the final dot of delivery 4711
    R 4711 accepted 250 DOT 1795340400.123 2.0.0 Ok: queued as 4F1C

The number after the phase is when the answer came, in POSIX seconds. A delivery with H
and no R is in doubt. The worker holds a lock on the file for as long
as it lives: a stopped process keeps it, a dead one loses it.
"""

import fcntl
import os
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from newsletter.delivery.outcomes import Outcome, Verdict

# As much of a server's words as the row keeps.
LONGEST_WORDS = 250
# From here on it is written anew while a letter is still without an answer.
LARGE_BYTES = 1 << 20
FRESH = ".fresh"


@dataclass
class Replay:
    """What a journal says: deliveries in doubt, and the answers to the others."""

    in_doubt: set[int] = field(default_factory=set)
    answered: dict[int, Outcome] = field(default_factory=dict)
    # Every line but a torn last one could be understood.
    is_whole: bool = True


class Journal:
    """The journal of a living worker."""

    def __init__(self, path: Path) -> None:
        """Make the file and lock it. Raises FileExistsError when it is there already."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._file = _make_locked(path)

    def note_handing(self, delivery_id: int) -> None:
        """Say that the final dot comes next. Must return before the dot is sent."""
        _write(self._file, b"H %d\n" % delivery_id)

    def note_answer(self, delivery_id: int, outcome: Outcome) -> None:
        """Say what the server answered to the dot."""
        line = (
            f"R {delivery_id} {outcome.verdict.value} {outcome.code} "
            f"{outcome.phase or '-'} {outcome.at:.6f} {outcome.words[:LONGEST_WORDS]}\n"
        )
        _write(self._file, line.encode())

    def clear(self, announced: Collection[int]) -> None:
        """Forget all answers; called when the database has them.

        ``announced`` are deliveries without an answer: their lines stay.
        """
        if not announced:
            os.ftruncate(self._file, 0)
        elif os.fstat(self._file).st_size > LARGE_BYTES:
            self._begin_anew(announced)

    def _begin_anew(self, announced: Collection[int]) -> None:
        """Put a file with these announcements alone in its place, locked all the time."""
        fresh = self.path.with_suffix(FRESH)
        fresh.unlink(missing_ok=True)
        file = _make_locked(fresh)
        lines = b"".join(b"H %d\n" % pk for pk in announced)
        try:
            _write(file, lines)
            fresh.replace(self.path)
        except OSError:
            os.close(file)
            raise
        os.close(self._file)
        self._file = file

    def close(self) -> None:
        """Remove the file and let go of the lock."""
        self.path.unlink(missing_ok=True)
        os.close(self._file)

    def abandon(self) -> None:
        """Let go of the lock and leave the file to be replayed."""
        os.close(self._file)


class LeftJournal:
    """The journal that somebody left behind, locked for replaying it."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._file = descriptor

    @classmethod
    def take(cls, path: Path) -> Self | None:
        """Return the locked journal, or None while its worker lives.

        Raises FileNotFoundError when there is no such journal.
        """
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.path.samestat(os.fstat(descriptor), path.stat()):
                return cls(path, descriptor)
            # Else its worker lives, and has just put another file in the place of this.
        except BlockingIOError:
            pass
        except FileNotFoundError:
            os.close(descriptor)
            raise
        os.close(descriptor)
        return None

    def read(self) -> Replay:
        """Return what the journal says. A torn last line is as if never written.

        That is safe: an H line is whole before its dot is sent, and a lost R line
        leaves the delivery in doubt.
        """
        replay = Replay()
        text = self.path.read_text(encoding="utf-8", errors="replace")
        for line in text.split("\n")[:-1]:
            try:
                _replay_line(replay, line)
            except ValueError:
                # A disk that was full or went away in the middle of it.
                replay.is_whole = False
        return replay

    def remove(self) -> None:
        """Delete the journal: the database says it all now."""
        self.path.unlink(missing_ok=True)
        self.path.with_suffix(FRESH).unlink(missing_ok=True)

    def close(self) -> None:
        os.close(self._file)


def _make_locked(path: Path) -> int:
    """Make a file and lock it. Raises FileExistsError when it is there already."""
    flags = os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_WRONLY | os.O_CLOEXEC
    descriptor = os.open(path, flags, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return descriptor


def _write(file: int, line: bytes) -> None:
    """Write a line whole, or raise OSError: on a full disk a part of it may fit."""
    written = os.write(file, line)
    if written < len(line):
        # So that the next line begins a line.
        os.ftruncate(file, os.fstat(file).st_size - written)
        raise OSError("The journal's disk is full.")


def _replay_line(replay: Replay, line: str) -> None:
    """Take in a line. Raises ValueError for one that nobody has written so."""
    kind, _, rest = line.partition(" ")
    if kind == "H":
        replay.in_doubt.add(int(rest))
    elif kind == "R":
        delivery_id, outcome = _read_answer(rest)
        replay.in_doubt.discard(delivery_id)
        replay.answered[delivery_id] = outcome
    else:
        raise ValueError(line)


def _read_answer(rest: str) -> tuple[int, Outcome]:
    delivery_id, verdict, code, phase, at, words = rest.split(" ", 5)
    return int(delivery_id), Outcome(
        Verdict(verdict),
        int(code),
        words,
        phase="" if phase == "-" else phase,
        at=float(at),
    )
