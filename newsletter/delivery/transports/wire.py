"""A socket to a mail server, read by answers, that never makes its process wait.

Whoever reads or writes here is a generator: it yields when the other side is not ready,
and is gone on with when ``select.poll`` says that it is, or to see whether its time is up.
"""

import ssl
import time
from collections.abc import Generator
from typing import Protocol

# What a socket without blocking says instead of waiting.
NOT_READY = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)
# RFC 5321 §4.5.3.1.5 allows 512 a line; more than this is no mail server.
LONGEST_REPLY = 65_536
MOST_LINES = 100

Answer = tuple[int, str]
Waits = Generator[None, None, None]


class Socket(Protocol):
    """What is needed of a connected socket, plain or TLS."""

    def send(self, data: memoryview, /) -> int: ...
    def recv(self, size: int, /) -> bytes: ...
    def settimeout(self, seconds: float | None, /) -> None: ...
    def fileno(self) -> int: ...
    def close(self) -> None: ...


class Broken(Exception):
    """The connection is of no use any more. ``sent``: bytes of the write that went out."""

    def __init__(self, reason: object, sent: int = 0) -> None:
        super().__init__(str(reason) or type(reason).__name__)
        self.sent = sent


class Wire:
    """Bytes out, answers in."""

    def __init__(self, sock: Socket) -> None:
        """Take over a connected socket."""
        # Something could not be written: the socket has no room.
        self.wants_room = False
        self._socket = sock
        self._socket.settimeout(0)
        self._unread = b""

    def fileno(self) -> int:
        """Return what ``select.poll`` knows the socket by."""
        return self._socket.fileno()

    def write(self, data: bytes, seconds: float) -> Waits:
        """Give all of it to the kernel. Raises Broken, which knows how much went."""
        view = memoryview(data)
        ends_at = time.monotonic() + seconds
        sent = 0
        try:
            while sent < len(data):
                try:
                    sent += self._socket.send(view[sent:])
                except NOT_READY:
                    if time.monotonic() > ends_at:
                        raise TimeoutError("timed out") from None
                    self.wants_room = True
                    yield
                    self.wants_room = False
        except OSError as error:
            raise Broken(error, sent) from error

    def take(self) -> Answer | None:
        """Return the next reply, where it is one line and has come already."""
        line, newline, rest = self._unread.partition(b"\n")
        if not newline or line[3:4] == b"-":
            return None
        self._unread = rest
        return _parse_answer(line, _read_words(line))

    def read(self, seconds: float) -> Generator[None, None, Answer]:
        """Return code and words of the next reply. Raises Broken when there is none."""
        # A server that says one letter a minute does not keep us for ever.
        ends_at = time.monotonic() + seconds
        words: list[str] = []
        line = b"   -"
        while line[3:4] == b"-":
            while b"\n" not in self._unread:
                if not self._receive(ends_at):
                    yield
            line, _newline, self._unread = self._unread.partition(b"\n")
            words.append(_read_words(line))
            if len(words) > MOST_LINES:
                raise Broken("an answer without end")
        return _parse_answer(line, "\n".join(words))

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _receive(self, ends_at: float) -> bool:
        """Take in what has come; return whether that was anything."""
        if len(self._unread) > LONGEST_REPLY:
            raise Broken("an answer without end")
        try:
            received = self._socket.recv(LONGEST_REPLY)
        except NOT_READY:
            if time.monotonic() > ends_at:
                raise Broken("timed out") from None
            return False
        except OSError as error:
            raise Broken(error) from error
        if not received:
            raise Broken("Connection unexpectedly closed")
        self._unread += received
        return True


def _read_words(line: bytes) -> str:
    return line[4:].decode("utf-8", "replace").strip()


def _parse_answer(line: bytes, words: str) -> Answer:
    if not line[:3].isdigit():
        raise Broken("no SMTP answer")
    return int(line[:3]), words
