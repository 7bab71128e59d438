"""What a worker has in hand: claimed rows on their way to an outcome. No queries.

A row waits, is taken by a conversation, is announced before its final dot, and is settled
with an outcome that waits to be recorded.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from newsletter.delivery.outcomes import Outcome, Verdict
from newsletter.delivery.statements import Claimed
from newsletter.delivery.transports.interface import Letter
from newsletter.models import Campaign

RELEASED = Outcome(Verdict.RELEASED)
# This part of a full hand, at most, are letters that wait for another to their domain.
MOST_BEHIND = 4


class Held(NamedTuple):
    """A claimed row, its send, and the merge values of its letter.

    It may be written long after it was claimed: behind another to its domain.
    """

    send: Campaign
    row: Claimed
    values: Mapping[str, str]


class Hand:
    """The rows of one worker."""

    def __init__(self, goes_singly: Callable[[str], bool]) -> None:
        """``goes_singly`` says of a domain whether it takes one letter at a time."""
        # Known and not yet in the database.
        self.outcomes: dict[int, Outcome] = {}
        # Whose final dot has been announced: only the server can say what became of it.
        self.announced: set[int] = set()
        self._held: dict[int, Held] = {}
        self._waiting: deque[int] = deque()
        # Written for a conversation that gave them back.
        self._written: dict[int, Letter] = {}
        self._goes_singly = goes_singly
        # By domain: which letter is with a conversation, and who waits for that.
        self._single: dict[str, int] = {}
        self._behind: dict[str, deque[int]] = {}

    def __len__(self) -> int:
        """Return how many rows have no outcome yet."""
        return len(self._held)

    @property
    def is_waiting(self) -> bool:
        """Whether a letter can be taken."""
        return bool(self._waiting)

    def take_up(
        self,
        send: Campaign,
        rows: Iterable[Claimed],
        values: Mapping[int, Mapping[str, str]],
    ) -> None:
        """Add claimed rows of a send, to be taken in that order, and their values."""
        for row in rows:
            pk = row.delivery_id
            self._held[pk] = Held(send, row, values[pk])
            self._waiting.append(pk)

    def next(self) -> tuple[Held, Letter | None] | None:
        """Take the next row, with its letter where that is written; None: there is none."""
        while self._waiting:
            pk = self._waiting.popleft()
            held = self._held.get(pk)
            if held and not self._is_behind(pk, held.row.domain):
                return held, self._written.pop(pk, None)
        return None

    def find(self, delivery_id: int) -> Held | None:
        """Return a row that has no outcome yet."""
        return self._held.get(delivery_id)

    def put_back(self, letter: Letter) -> None:
        """Let a letter that was not offered be the next to be taken."""
        pk = letter.delivery_id
        self.announced.discard(pk)
        if held := self._held.get(pk):
            self._written[pk] = letter
            self._waiting.appendleft(pk)
            self._let_next(held.row.domain, pk)

    def settle(self, delivery_id: int, outcome: Outcome) -> None:
        """Note what became of a row, or something better about it."""
        self.announced.discard(delivery_id)
        self._written.pop(delivery_id, None)
        self.outcomes[delivery_id] = outcome
        if held := self._held.pop(delivery_id, None):
            self._leave_row(held.row.domain, delivery_id)
            self._let_next(held.row.domain, delivery_id)

    def list_stoppable(self) -> Iterator[tuple[int, Held]]:
        """Yield the rows that need not go: their final dot has not been announced."""
        for pk, held in list(self._held.items()):
            if pk not in self.announced:
                yield pk, held

    def list_waiting(self) -> Iterator[tuple[int, Held]]:
        """Yield the rows that no conversation has taken."""
        for pk in [
            *self._waiting,
            *(pk for row in self._behind.values() for pk in row),
        ]:
            if held := self._held.get(pk):
                yield pk, held

    def list_crowded(self) -> list[str]:
        """Return the domains to which letters wait for another to be settled."""
        return list(self._behind)

    def make_room(self, size: int) -> None:
        """Give back letters that wait for another, where they would fill a hand of
        ``size``: the others would have to wait with them."""
        if len(self._held) < size or not self._behind:
            return
        share = max(1, size // MOST_BEHIND // len(self._behind))
        for row in list(self._behind.values()):
            for pk in list(row)[share:]:
                self.settle(pk, RELEASED)

    def _is_behind(self, pk: int, domain: str) -> bool:
        """Put a row aside where another of its domain is on its way."""
        if not self._goes_singly(domain):
            return False
        if domain in self._single:
            self._behind.setdefault(domain, deque()).append(pk)
            return True
        self._single[domain] = pk
        return False

    def _leave_row(self, domain: str, pk: int) -> None:
        behind = self._behind.get(domain)
        if behind and pk in behind:
            behind.remove(pk)
            if not behind:
                del self._behind[domain]

    def _let_next(self, domain: str, pk: int) -> None:
        if self._single.get(domain) != pk:
            return
        del self._single[domain]
        if behind := self._behind.pop(domain, None):
            self._waiting.extendleft(reversed(behind))
