"""One SMTP conversation, phase by phase, pipelined where the server offers it.

smtplib raises the same SMTPServerDisconnected whether the server went away before the
final dot (nothing was accepted) or after it (nobody knows); measured in 22 fault modes.
So MAIL, RCPT, DATA, the content and the dot are separate steps here, and only a fault
after the dot's bytes went to the kernel is UNKNOWN.

With PIPELINING (RFC 2920) one write carries the content of a letter, its dot, and MAIL,
RCPT and DATA of the next; the letter after that is written while the answers are on
their way. One round trip a letter instead of four.

Each step is a generator that yields while it waits (``wire``), so that a worker can lead
several conversations at a time and none of them holds up the others.
"""

import logging
import re
from collections import deque
from collections.abc import Generator, Iterable, Iterator

from newsletter.delivery.outcomes import Outcome, Verdict, judge_reply
from newsletter.delivery.transports.interface import Announce, Letter, Turn
from newsletter.delivery.transports.waiting import wait_for
from newsletter.delivery.transports.wire import Answer, Broken, Socket, Waits, Wire

logger = logging.getLogger(__name__)

COMMAND_SECONDS = 60
GOODBYE_SECONDS = 2
# RFC 5321 §4.5.3.2.6: giving up earlier makes an accepted message look lost.
DOT_SECONDS = 600
# A TLS record; how much of one the other side has, nobody knows.
RECORD_BYTES = 16_384
DOT = b".\r\n"
ENVELOPE = ("MAIL", "RCPT", "DATA")
LINE_END = re.compile(rb"\r\n|\r|\n")
# What would break out of the angle brackets, or out of the line.
UNSAFE_ADDRESS = re.compile(r"[\x00-\x20<>\x7f]")

# A step that may wait, and what it returns in the end.
type Step[T] = Generator[None, None, T]


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
        self._wire = Wire(sock)
        self._is_encrypted = is_encrypted
        self._pipelines = "pipelining" in names
        self._knows_utf8 = "smtputf8" in names
        self._letters_left = most_letters
        # Taken from the loop, and not yet offered; of the first one the envelope may be
        # on its way: then these phases will be answered.
        self._ahead: deque[Letter] = deque()
        self._opened: tuple[str, ...] = ()
        self._needs_reset = False
        # A letter was opened that will not come: the next one cannot be begun.
        self._is_spoilt = False

    def converse(
        self, letters: Iterable[Letter], announce: Announce
    ) -> Generator[Turn, None, None]:
        """Hand letters over; yield what became of each (see ``transports.interface``)."""
        queue = iter(letters)
        is_through = False
        try:
            self._look_ahead(queue, 1)
            while self._ahead and self.is_open and self._letters_left:
                letter = self._ahead.popleft()
                self._letters_left -= 1
                outcome = yield from self._offer(letter, queue)
                if outcome is None:
                    outcome = yield from self._hand_over(letter, queue, announce)
                yield letter, outcome
                if self._is_spoilt:
                    self._hang_up()
                self._look_ahead(queue, 1)
            is_through = True
            if not self._letters_left:
                yield from self._say_goodbye()
            for letter in self.give_back():
                yield letter, Outcome(Verdict.RELEASED)
        finally:
            if not is_through:
                # Broken off in the middle of a letter, which so is never completed.
                self._hang_up()

    def give_back(self) -> list[Letter]:
        """Return the letters that have been taken and not announced, for others to take.

        Where the server was told of one of them already, the conversation ends after the
        letter that is under way: an opened letter cannot be taken back.
        """
        letters = list(self._ahead)
        self._ahead.clear()
        self._is_spoilt = self._is_spoilt or bool(self._opened)
        return letters

    def close(self) -> None:
        """Say goodbye and hang up; errors no longer matter."""
        for _wait in self._say_goodbye():
            wait_for(self)

    def fileno(self) -> int:
        """Return what ``select.poll`` knows the conversation by."""
        return self._wire.fileno()

    @property
    def wants_room(self) -> bool:
        """Whether it waits to write, not to read."""
        return self._wire.wants_room

    def _look_ahead(self, queue: Iterator[Letter], number: int) -> None:
        while len(self._ahead) < number and (letter := next(queue, None)):
            self._ahead.append(letter)

    def _say_goodbye(self) -> Waits:
        if self.is_open:
            try:
                yield from self._wire.write(b"QUIT\r\n", GOODBYE_SECONDS)
                yield from self._wire.read(GOODBYE_SECONDS)
            except Broken:
                logger.debug("The server did not say goodbye")
            self._hang_up()

    def _offer(self, letter: Letter, queue: Iterator[Letter]) -> Step[Outcome | None]:
        """Name sender and recipient; return the refusal, or None when content may come."""
        phases, self._opened = self._opened, ()
        # What has been opened could be named.
        if not phases and (fault := self._find_unnameable(letter)):
            return fault
        try:
            if not phases:
                phases, lines = self._open(letter)
                yield from self._wire.write(lines, COMMAND_SECONDS)
            # The next letter is written while the answers are on their way.
            self._look_ahead(queue, 1)
            return (yield from self._read_envelope(letter, phases))
        except Broken as broken:
            return self._drop(Verdict.DEFERRED, broken, "MAIL")

    def _hand_over(
        self, letter: Letter, queue: Iterator[Letter], announce: Announce
    ) -> Step[Outcome]:
        """Send the content, its dot and what opens the next letter; read the answer."""
        content = letter.content if letter.is_dotless else stuff_dots(letter.content)
        if not announce(letter.delivery_id):
            return self._drop(Verdict.RELEASED, "no longer ours", "DATA")
        try:
            # Put together at once: adding them up would copy the content twice.
            written = b"".join((content, DOT, self._open_next()))
            yield from self._wire.write(written, COMMAND_SECONDS)
        except Broken as broken:
            may_be_whole = self._may_have_sent(broken, len(content))
            verdict = Verdict.UNKNOWN if may_be_whole else Verdict.DEFERRED
            return self._drop(verdict, broken, "DOT")
        self._look_ahead(queue, 2)
        return (yield from self._read_dot())

    def _find_unnameable(self, letter: Letter) -> Outcome | None:
        """Return the failure of a letter that cannot be offered to this server at all."""
        if UNSAFE_ADDRESS.search(letter.mail_from):
            return Outcome(
                Verdict.FAILED, 553, "not an address", "MAIL", blames_sender=True
            )
        if UNSAFE_ADDRESS.search(letter.rcpt_to):
            return Outcome(Verdict.FAILED, 553, "not an address", "RCPT")
        if not letter.rcpt_to.isascii() and not self._knows_utf8:
            # RFC 6531: such an address cannot be named without the extension.
            return Outcome(Verdict.FAILED, 553, "no SMTPUTF8", "RCPT")
        return None

    def _open(self, letter: Letter) -> tuple[tuple[str, ...], bytes]:
        """Return the phases that open a letter, and what of them is written at once."""
        phases = (("RSET",) if self._needs_reset else ()) + ENVELOPE
        self._needs_reset = False
        if not self._pipelines:
            return phases, b""
        return phases, b"".join(_write_line(phase, letter) for phase in phases)

    def _open_next(self) -> bytes:
        if not (self._pipelines and self._ahead and self._letters_left):
            return b""
        following = self._ahead[0]
        if self._find_unnameable(following):
            return b""
        self._opened, lines = self._open(following)
        return lines

    def _read_envelope(
        self, letter: Letter, phases: tuple[str, ...]
    ) -> Step[Outcome | None]:
        refusal: Outcome | None = None
        code = 0
        for phase in phases:
            try:
                # Mostly all three answers come at once.
                answer = self._wire.take() if self._pipelines else None
                code, text = answer or (yield from self._ask(phase, letter))
            except Broken as broken:
                self._hang_up()
                return refusal or Outcome(Verdict.DEFERRED, 0, str(broken), phase)
            if refusal is None and not _is_expected(phase, code):
                refusal = judge_reply(code, text, phase)
            if code == 421 or (refusal and not self._pipelines):
                break
        if refusal:
            yield from self._recover(refusal, code)
        return refusal

    def _ask(self, phase: str, letter: Letter) -> Step[Answer]:
        if not self._pipelines:
            yield from self._wire.write(_write_line(phase, letter), COMMAND_SECONDS)
        return (yield from self._wire.read(COMMAND_SECONDS))

    def _recover(self, refusal: Outcome, last_code: int) -> Waits:
        """Get ready for the next letter after an envelope that was refused."""
        self._needs_reset = True
        is_lost = refusal.phase == "RSET" or not 400 <= refusal.code <= 599
        if last_code == 421 or is_lost:
            self._hang_up()
        elif last_code == 354:
            yield from self._end_empty_data(refusal)

    def _end_empty_data(self, refusal: Outcome) -> Waits:
        """Close the DATA that was let through although its recipient was refused.

        RFC 2920 §3.1: a lone dot, which the server then refuses. Only where the
        recipient was refused in so many words: otherwise somebody would get an empty
        letter.
        """
        if refusal.phase != "RCPT":
            self._hang_up()
            return
        try:
            yield from self._wire.write(DOT, COMMAND_SECONDS)
            code, _text = yield from self._wire.read(DOT_SECONDS)
        except Broken:
            self._hang_up()
            return
        if not 400 <= code <= 599 or code == 421:
            logger.warning("The server answers %s to a letter for nobody", code)
            self._hang_up()

    def _read_dot(self) -> Step[Outcome]:
        try:
            code, text = yield from self._wire.read(DOT_SECONDS)
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
        self._wire.close()

    def _may_have_sent(self, broken: Broken, dot_at: int) -> bool:
        """Say whether a byte of the dot may be with the server."""
        unsure = RECORD_BYTES if self._is_encrypted else 0
        return broken.sent + unsure > dot_at


def stuff_dots(content: bytes) -> bytes:
    """Return content with leading dots doubled (RFC 5321 §4.5.2), ending in CRLF.

    All lines end in CRLF: to some servers a dot between bare LFs ends the letter too, and
    what follows it is the next one, of whoever wrote it.
    """
    content = LINE_END.sub(b"\r\n", content).replace(b"\r\n.", b"\r\n..")
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
