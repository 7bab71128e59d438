"""The conversations that a worker leads at a time: whoever is answered goes on.

A server that answers at once sees two. Where an answer is slow to come, its line is left
to wait, another takes its place, and there are two more to spare, up to what the transport
allows. A line that is late beyond the usual gives back what it had taken ahead.
"""

import logging
import select
import time
from collections.abc import Callable, Generator, Iterator
from functools import cached_property
from queue import Empty, SimpleQueue
from threading import Thread

from newsletter.delivery.outcomes import Outcome, Verdict
from newsletter.delivery.transports.interface import (
    ConnectionFailed,
    Conversation,
    Letter,
    Transport,
    Turn,
)
from newsletter.delivery.transports.waiting import events_of

logger = logging.getLogger(__name__)

# A letter that is on its way for longer makes its line a slow one.
PATIENCE_SECONDS = 0.05
# Beyond this, and so many times the usual, it is late.
LATE_SECONDS = 0.1
LATE_TIMES = 10
# Lines that are not slow, where one is: one that works and two to spare, since the next
# one may be met by a late answer while another is being opened.
SPARE = 3
# How long to wait for an answer, and while another line is being opened.
TICK_MS = 50
OPENING_TICK_MS = 5
# Time limits are looked at that often, however much there is to do on other lines.
CHECK_SECONDS = 0.25
# After the server let no further line in.
REST_SECONDS = 30
# Servers hang up on who says nothing for some minutes.
IDLE_SECONDS = 30
# Conversations in a row in which the server said nothing to any letter.
MOST_BARREN = 3
UNANSWERED = (Verdict.DEFERRED, Verdict.UNKNOWN)
RELEASED = Outcome(Verdict.RELEASED)


class Line:
    """A conversation, and what it is doing. ``turns`` is None while it is idle."""

    def __init__(self, conversation: Conversation) -> None:
        self.conversation = conversation
        self.number = conversation.fileno()
        self.turns: Generator[Turn, None, None] | None = None
        # When the letter on its way was begun, or the last one ended; monotonic.
        self.since = time.monotonic()
        self.events = select.POLLIN
        # The server said something to a letter; or broke off without a word.
        self.has_heard = False
        self.has_broken = False

    def is_slow(self, now: float) -> bool:
        """Say whether its letter has been on its way for long."""
        return self.turns is not None and now - self.since > PATIENCE_SECONDS


class Lines:
    """A worker's lines; the first is opened by ``ensure``, further ones as needed."""

    def __init__(
        self,
        find_transport: Callable[[], Transport],
        talk: Callable[[Conversation], Generator[Turn, None, None]],
    ) -> None:
        """``talk`` begins to hand letters over in an idle conversation."""
        self._find_transport = find_transport
        self._talk = talk
        self._lines: list[Line] = []
        self._poll = select.poll()
        self._by_number: dict[int, Line] = {}
        # Opened beside the work: the server may take its time to say hello.
        self._opened: SimpleQueue[Conversation | ConnectionFailed] = SimpleQueue()
        self._is_opening = False
        self._open_from = 0.0
        # When time limits were last looked at; monotonic.
        self._checked_at = 0.0
        self._barren = 0
        self._usual_seconds = LATE_SECONDS / LATE_TIMES

    @cached_property
    def transport(self) -> Transport:
        return self._find_transport()

    @property
    def is_busy(self) -> bool:
        """Whether a letter is on its way."""
        return any(line.turns for line in self._lines)

    @property
    def is_brisk(self) -> bool:
        """Whether one is that may be answered any moment."""
        now = time.monotonic()
        return any(line.turns and not line.is_slow(now) for line in self._lines)

    def ensure(self) -> None:
        """Open a conversation where there is none. Raises ConnectionFailed."""
        if self._lines:
            return
        if self._barren >= MOST_BARREN:
            self._barren = 0
            raise ConnectionFailed("The mail server hangs up again and again.")
        self._add(self.transport.connect())

    def advance(self, *, wants: bool) -> Iterator[tuple[Letter, Outcome]]:
        """Let the lines go on that can, and yield what became of letters.

        ``wants``: there are letters to take. Waits a moment where no line can go on.
        """
        idle = self._find_idle() if wants else None
        ready = self._find_ready(0 if idle else self._tick_ms)
        if idle and not ready:
            self._begin(idle)
            ready = [idle]
        for line in ready:
            if line.turns:
                yield from self._go_on(line, line.turns)
            elif line in self._lines:
                # It has nothing to say to an idle line but goodbye.
                line.conversation.close()
                self._drop(line)
        yield from self._relieve(wants=wants)

    def tidy(self) -> None:
        """Close a line that has been idle for a while.

        One at a time: the server may take a moment to say goodbye.
        """
        before = time.monotonic() - IDLE_SECONDS
        idle = [line for line in self._lines if not line.turns and line.since < before]
        for line in idle[:1]:
            line.conversation.close()
            self._drop(line)

    def hang_up(self) -> None:
        """End all conversations; a letter on its way is broken off."""
        for line in self._lines:
            if line.turns:
                line.turns.close()
            line.conversation.close()
        self._lines.clear()
        self._by_number.clear()
        self._poll = select.poll()

    @property
    def _tick_ms(self) -> int:
        return OPENING_TICK_MS if self._is_opening else TICK_MS

    def _find_idle(self) -> Line | None:
        # The one used last: the others may be closed one day.
        idle = [line for line in self._lines if not line.turns]
        return max(idle, key=lambda line: line.since, default=None)

    def _find_ready(self, milliseconds: int) -> list[Line]:
        """Return whose sockets are ready, and whose time limits are to be looked at."""
        found = [self._by_number[number] for number, _ in self._poll.poll(milliseconds)]
        now = time.monotonic()
        if (found or not milliseconds) and now - self._checked_at < CHECK_SECONDS:
            return found
        self._checked_at = now
        return [line for line in self._lines if line.turns or line in found]

    def _begin(self, line: Line) -> None:
        line.turns = self._talk(line.conversation)
        line.since = time.monotonic()

    def _go_on(
        self, line: Line, turns: Generator[Turn, None, None]
    ) -> Iterator[tuple[Letter, Outcome]]:
        for turn in turns:
            if turn is None:
                self._watch(line)
                return
            now = time.monotonic()
            self._learn(now - line.since)
            line.since = now
            line.has_heard = line.has_heard or turn[1].code > 0
            line.has_broken = line.has_broken or turn[1].verdict in UNANSWERED
            yield turn
        line.turns = None
        if not line.conversation.is_open:
            self._count_barren(line)
            self._drop(line)

    def _count_barren(self, line: Line) -> None:
        if line.has_heard:
            self._barren = 0
        elif line.has_broken:
            self._barren += 1

    def _watch(self, line: Line) -> None:
        events = events_of(line.conversation)
        if events != line.events:
            line.events = events
            self._poll.modify(line.number, events)

    def _learn(self, seconds: float) -> None:
        """Move towards the median, which single late answers do not shift."""
        self._usual_seconds *= 1.05 if seconds > self._usual_seconds else 1 / 1.05

    def _relieve(self, *, wants: bool) -> Iterator[tuple[Letter, Outcome]]:
        """See to it that letters find a line while others are slow."""
        if self._is_opening:
            self._take_opened()
        now = time.monotonic()
        slow = [line for line in self._lines if line.is_slow(now)]
        if not slow:
            return
        brisk = len(self._lines) - len(slow)
        has_room = (
            len(self._lines) < self.transport.most_connections
            and now >= self._open_from
        )
        if brisk or has_room:
            late = max(LATE_SECONDS, LATE_TIMES * self._usual_seconds)
            for line in slow:
                if now - line.since > late:
                    for letter in line.conversation.give_back():
                        yield letter, RELEASED
        if wants and has_room and brisk < SPARE and not self._is_opening:
            self._is_opening = True
            Thread(target=self._open, daemon=True).start()

    def _open(self) -> None:
        try:
            self._opened.put(self.transport.connect())
        except ConnectionFailed as failure:
            self._opened.put(failure)
        except Exception as error:  # noqa: BLE001 -- else no further line is ever opened
            self._opened.put(ConnectionFailed(type(error).__name__))

    def _take_opened(self) -> None:
        try:
            opened = self._opened.get_nowait()
        except Empty:
            return
        self._is_opening = False
        if isinstance(opened, ConnectionFailed):
            logger.info("No further connection: %s", opened)
            self._open_from = time.monotonic() + REST_SECONDS
        else:
            self._add(opened)

    def _add(self, conversation: Conversation) -> None:
        line = Line(conversation)
        self._lines.append(line)
        if line.number >= 0:
            self._by_number[line.number] = line
            self._poll.register(line.number, line.events)

    def _drop(self, line: Line) -> None:
        self._lines.remove(line)
        if self._by_number.pop(line.number, None):
            self._poll.unregister(line.number)
