"""One SMTP conversation, phase by phase, pipelined where the server offers it.

smtplib raises the same SMTPServerDisconnected whether the server went away before the
final dot (nothing was accepted) or after it (nobody knows); measured in 22 fault modes.
So MAIL, RCPT, DATA, the content and the dot are separate steps here, and only a fault
after the dot's bytes went to the kernel is UNKNOWN.

With PIPELINING (RFC 2920) one write carries the content of a letter, its dot, and MAIL,
RCPT and DATA of the next; the letter after that is written while the answers are on
their way. One round trip a letter instead of four.
"""

import logging
import re
import time
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Protocol

from newsletter.delivery.outcomes import Outcome, Verdict, judge_reply
from newsletter.delivery.transports.interface import Announce, Letter

logger = logging.getLogger(__name__)

COMMAND_SECONDS = 60
GOODBYE_SECONDS = 5
# RFC 5321 §4.5.3.2.6: giving up earlier makes an accepted message look lost.
DOT_SECONDS = 600
# A TLS record; how much of one the other side has, nobody knows.
RECORD_BYTES = 16_384
# RFC 5321 §4.5.3.1.5 allows 512 a line; more than this is no mail server.
LONGEST_REPLY = 65_536
DOT = b".\r\n"
ENVELOPE = ("MAIL", "RCPT", "DATA")
# What would break out of the angle brackets, or out of the line.
UNSAFE_ADDRESS = re.compile(r"[\x00-\x20<>\x7f]")

Answer = tuple[int, str]


class Socket(Protocol):
    """What is needed of a connected socket, plain or TLS."""

    def send(self, data: memoryview, /) -> int: ...
    def recv(self, size: int, /) -> bytes: ...
    def settimeout(self, seconds: float | None, /) -> None: ...
    def close(self) -> None: ...


class Broken(Exception):
    """The connection is of no use any more. ``sent``: bytes of the write that went out."""

    def __init__(self, reason: object, sent: int = 0) -> None:
        super().__init__(str(reason) or type(reason).__name__)
        self.sent = sent


class SmtpConversation:
    """An open conversation that has been greeted and, if need be, logged in to."""

    def __init__(
        self,
        sock: Socket,
        extensions: Iterable[str],
        *,
        is_encrypted: bool = False,
        most_letters: int = 500,
    ) -> None:
        """Take over a connected socket; ``extensions`` as the server named them."""
        names = {name.lower() for name in extensions}
        self.is_open = True
        self._socket = sock
        self._is_encrypted = is_encrypted
        self._pipelines = "pipelining" in names
        self._knows_utf8 = "smtputf8" in names
        self._letters_left = most_letters
        self._unread = b""
        self._timeout = 0.0
        # Taken from the loop, and not yet offered; of the first one the envelope may be
        # on its way: then these phases will be answered.
        self._ahead: deque[Letter] = deque()
        self._opened: tuple[str, ...] = ()
        self._needs_reset = False

    def deliver(
        self, letters: Iterable[Letter], announce: Announce
    ) -> Iterator[tuple[Letter, Outcome]]:
        """Hand letters over; yield what became of each (see ``transports.interface``)."""
        queue = iter(letters)
        is_through = False
        try:
            self._look_ahead(queue, 1)
            while self._ahead and self.is_open and self._letters_left:
                letter = self._ahead.popleft()
                self._letters_left -= 1
                outcome = self._offer(letter, queue)
                if outcome is None:
                    outcome = self._hand_over(letter, queue, announce)
                yield letter, outcome
                self._look_ahead(queue, 1)
            is_through = True
            if not self._letters_left:
                self.close()
            while self._ahead:
                yield self._ahead.popleft(), Outcome(Verdict.RELEASED)
        finally:
            if not is_through:
                # Broken off in the middle of a letter, which so is never completed.
                self._hang_up()

    def close(self) -> None:
        """Say goodbye and hang up; errors no longer matter."""
        if self.is_open:
            try:
                self._write(b"QUIT\r\n")
                self._read(GOODBYE_SECONDS)
            except Broken:
                logger.debug("The server did not say goodbye")
            self._hang_up()

    def _look_ahead(self, queue: Iterator[Letter], number: int) -> None:
        while len(self._ahead) < number and (letter := next(queue, None)):
            self._ahead.append(letter)

    def _offer(self, letter: Letter, queue: Iterator[Letter]) -> Outcome | None:
        """Name sender and recipient; return the refusal, or None when content may come."""
        if fault := self._find_unnameable(letter):
            return fault
        try:
            if not self._opened:
                self._write(self._open(letter))
            # The next letter is written while the answers are on their way.
            self._look_ahead(queue, 1)
            return self._read_envelope(letter)
        except Broken as broken:
            return self._drop(Verdict.DEFERRED, broken, "MAIL")
        finally:
            self._opened = ()

    def _hand_over(
        self, letter: Letter, queue: Iterator[Letter], announce: Announce
    ) -> Outcome:
        """Send the content, its dot and what opens the next letter; read the answer."""
        content = letter.content if letter.is_dotless else stuff_dots(letter.content)
        if not announce(letter.delivery_id):
            return self._drop(Verdict.RELEASED, "no longer ours", "DATA")
        try:
            self._write(content + DOT + self._open_next())
        except Broken as broken:
            may_be_whole = self._may_have_sent(broken, len(content))
            verdict = Verdict.UNKNOWN if may_be_whole else Verdict.DEFERRED
            return self._drop(verdict, broken, "DOT")
        self._look_ahead(queue, 2)
        return self._read_dot()

    def _find_unnameable(self, letter: Letter) -> Outcome | None:
        """Return the failure of a letter that cannot be offered to this server at all."""
        if UNSAFE_ADDRESS.search(letter.rcpt_to):
            return Outcome(Verdict.FAILED, 553, "not an address", "RCPT")
        if not letter.rcpt_to.isascii() and not self._knows_utf8:
            # RFC 6531: such an address cannot be named without the extension.
            return Outcome(Verdict.FAILED, 553, "no SMTPUTF8", "RCPT")
        return None

    def _open(self, letter: Letter) -> bytes:
        """Return what opens a letter; remember which answers that will bring."""
        self._opened = (("RSET",) if self._needs_reset else ()) + ENVELOPE
        self._needs_reset = False
        if not self._pipelines:
            return b""
        return b"".join(_write_line(phase, letter) for phase in self._opened)

    def _open_next(self) -> bytes:
        if not (self._pipelines and self._ahead and self._letters_left):
            return b""
        following = self._ahead[0]
        return b"" if self._find_unnameable(following) else self._open(following)

    def _read_envelope(self, letter: Letter) -> Outcome | None:
        refusal: Outcome | None = None
        code = 0
        for phase in self._opened:
            try:
                code, text = self._ask(phase, letter)
            except Broken as broken:
                self._hang_up()
                return refusal or Outcome(Verdict.DEFERRED, 0, str(broken), phase)
            if refusal is None and not _is_expected(phase, code):
                refusal = judge_reply(code, text, phase)
            if code == 421 or (refusal and not self._pipelines):
                break
        if refusal:
            self._recover(refusal, code)
        return refusal

    def _ask(self, phase: str, letter: Letter) -> Answer:
        if not self._pipelines:
            self._write(_write_line(phase, letter))
        return self._read(COMMAND_SECONDS)

    def _recover(self, refusal: Outcome, last_code: int) -> None:
        """Get ready for the next letter after an envelope that was refused."""
        self._needs_reset = True
        if last_code == 421 or not 400 <= refusal.code <= 599:
            self._hang_up()
        elif last_code == 354:
            self._end_empty_data(refusal)

    def _end_empty_data(self, refusal: Outcome) -> None:
        """Close the DATA that was let through although its recipient was refused.

        RFC 2920 §3.1: a lone dot, which the server then refuses. Only where the
        recipient was refused in so many words: otherwise somebody would get an empty
        letter.
        """
        if refusal.phase != "RCPT":
            self._hang_up()
            return
        try:
            self._write(DOT)
            code, _text = self._read(DOT_SECONDS)
        except Broken:
            self._hang_up()
            return
        if not 400 <= code <= 599 or code == 421:
            logger.warning("The server answers %s to a letter for nobody", code)
            self._hang_up()

    def _read_dot(self) -> Outcome:
        try:
            code, text = self._read(DOT_SECONDS)
        except Broken as broken:
            return self._drop(Verdict.UNKNOWN, broken, "DOT")
        if 200 <= code <= 299:
            return Outcome(Verdict.ACCEPTED, code, text, "DOT")
        if not 400 <= code <= 599:
            return self._drop(Verdict.UNKNOWN, f"{code} {text}", "DOT")
        if code == 421:
            self._hang_up()
        return judge_reply(code, text, "DOT")

    def _drop(self, verdict: Verdict, why: object, phase: str) -> Outcome:
        self._hang_up()
        return Outcome(verdict, 0, str(why), phase)

    def _hang_up(self) -> None:
        self.is_open = False
        self._socket.close()

    def _may_have_sent(self, broken: Broken, dot_at: int) -> bool:
        """Say whether a byte of the dot may be with the server."""
        unsure = RECORD_BYTES if self._is_encrypted else 0
        return broken.sent + unsure > dot_at

    def _write(self, data: bytes) -> None:
        """Give all of it to the kernel. Raises Broken, which knows how much went."""
        view = memoryview(data)
        sent = 0
        try:
            if self._timeout != COMMAND_SECONDS:
                self._set_timeout(COMMAND_SECONDS)
            while sent < len(data):
                sent += self._socket.send(view[sent:])
        except OSError as error:
            raise Broken(error, sent) from error

    def _read(self, seconds: float) -> Answer:
        """Return code and words of the next reply. Raises Broken when there is none."""
        words = []
        while True:
            line = self._read_line(seconds)
            words.append(line[4:].decode("utf-8", "replace").strip())
            if line[3:4] != b"-":
                break
            if len(words) > 100:
                raise Broken("an answer without end")
        if not line[:3].isdigit():
            raise Broken("no SMTP answer")
        return int(line[:3]), "\n".join(words)

    def _read_line(self, seconds: float) -> bytes:
        if b"\n" not in self._unread:
            self._receive_line(seconds)
        line, _newline, self._unread = self._unread.partition(b"\n")
        return line

    def _receive_line(self, seconds: float) -> None:
        # A server that says one letter a minute does not keep us for ever.
        ends_at = time.monotonic() + seconds
        while b"\n" not in self._unread:
            if len(self._unread) > LONGEST_REPLY or time.monotonic() > ends_at:
                raise Broken("timed out")
            try:
                if self._timeout != seconds:
                    self._set_timeout(seconds)
                received = self._socket.recv(LONGEST_REPLY)
            except OSError as error:
                raise Broken(error) from error
            if not received:
                raise Broken("Connection unexpectedly closed")
            self._unread += received

    def _set_timeout(self, seconds: float) -> None:
        self._socket.settimeout(seconds)
        self._timeout = seconds


def stuff_dots(content: bytes) -> bytes:
    """Return content with leading dots doubled (RFC 5321 §4.5.2), ending in CRLF."""
    if b"\n." in content:
        content = content.replace(b"\r\n.", b"\r\n..")
    if content.startswith(b"."):
        content = b"." + content
    return content if content.endswith(b"\r\n") else content + b"\r\n"


def _write_line(phase: str, letter: Letter) -> bytes:
    if phase == "MAIL":
        option = "" if letter.rcpt_to.isascii() else " SMTPUTF8"
        return f"MAIL FROM:<{letter.mail_from}>{option}\r\n".encode()
    if phase == "RCPT":
        return f"RCPT TO:<{letter.rcpt_to}>\r\n".encode()
    return b"DATA\r\n" if phase == "DATA" else b"RSET\r\n"


def _is_expected(phase: str, code: int) -> bool:
    return code == 354 if phase == "DATA" else 200 <= code <= 299
