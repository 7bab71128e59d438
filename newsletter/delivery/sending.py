"""The delivery worker: claim, hand over, record, until nothing is due.

The order of steps for one letter is what makes the promise: everything but the content
is with the server; the lease is checked; ``handing`` is in the journal; content and dot;
the answer is in the journal; later, with others, the answer is in the database. Killed
anywhere, the journal says which letter (at most one per connection) is in doubt.
"""

import logging
import time
from collections import deque
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cached_property

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from newsletter.choices import Trouble
from newsletter.delivery.campaigns import pause_campaign
from newsletter.delivery.claims import (
    clear_trouble,
    exchange_rows,
    find_open_campaigns,
    find_unwanted,
    note_trouble,
    record_outcomes,
    set_aside,
)
from newsletter.delivery.epochs import enter_epoch
from newsletter.delivery.feedback import hear_refusals
from newsletter.delivery.letters import LetterWriter
from newsletter.delivery.outcomes import Outcome, Verdict, speaks_of_domain
from newsletter.delivery.statements import Claim, Claimed
from newsletter.delivery.throttling import Limits
from newsletter.delivery.transports.finding import find_transport
from newsletter.delivery.transports.interface import (
    ConnectionFailed,
    Conversation,
    Letter,
    Transport,
)
from newsletter.delivery.workers import Lease, rescue_lost_workers, working
from newsletter.exceptions import CampaignStateError, CompositionError
from newsletter.models import Campaign

logger = logging.getLogger(__name__)

# How often answers are recorded and what is claimed is looked at again: a pause takes
# hold within this time (invariant I8 asks for 2 s).
LOOK_SECONDS = 1.0
IDLE_SECONDS = 0.5
UNREACHABLE_SECONDS = 30
# A worker that waits for a rate waits this long before it ends.
SOON = timedelta(seconds=5)
# Conversations in a row in which the server said nothing to any letter.
MOST_BARREN = 3
# Rows to a slowed domain that are put out of the way at a time.
SET_ASIDE = 2_000
RELEASED = Outcome(Verdict.RELEASED)


def run_worker(*, until_idle: bool, should_stop: Callable[[], bool]) -> int:
    """Deliver what is due; return how many letters the server accepted.

    Ends when nothing is due (``until_idle``) or ``should_stop`` says so, after the
    letters in hand. Raises WorkerFenced when this process has lost its lease.
    """
    enter_epoch()
    rescue_lost_workers()
    with working() as lease:
        sender = Sender(lease, should_stop)
        try:
            while not should_stop():
                if sender.send_due():
                    continue
                if until_idle and not sender.expects_soon():
                    break
                time.sleep(IDLE_SECONDS)
            sender.record()
        finally:
            sender.hang_up()
    return sender.accepted


class Sender:
    """One worker: what it has in hand, its conversation, what it has not yet recorded."""

    def __init__(self, lease: Lease, should_stop: Callable[[], bool]) -> None:
        self.accepted = 0
        self._lease = lease
        self._should_stop = should_stop
        self._conversation: Conversation | None = None
        self._barren = 0
        self._limits = Limits(lease.worker)
        self._sends: list[Campaign] = []
        self._turn = 0
        self._looked_at = float("-inf")
        # Claimed and without an outcome; what of it has not gone to the conversation,
        # and what has gone so far that only the server can say what became of it.
        self._in_hand: dict[int, Claimed] = {}
        self._queue: deque[Claimed] = deque()
        self._announced: set[int] = set()
        self._is_fenced = False
        # Known and not yet in the database.
        self._outcomes: dict[int, Outcome] = {}

    @cached_property
    def _transport(self) -> Transport:
        return find_transport()

    @cached_property
    def _writer(self) -> LetterWriter:
        return LetterWriter(wants_content=self._transport.wants_content)

    def send_due(self) -> bool:
        """Claim from the next send that has something due and hand that over.

        Returns False when none has. Sends take turns, so that a short one never waits
        for a long one.
        """
        if self._is_look_due():
            self._look_around()
        for _number in range(len(self._sends)):
            self._turn += 1
            send = self._sends[self._turn % len(self._sends)]
            if rows := self._claim(send):
                self._hand_over_all(send, rows)
                return True
        self.record()
        return False

    def expects_soon(self) -> bool:
        """Say whether a rate will let the next letter go in a moment."""
        opens_at = self._limits.opens_at()
        now = timezone.now()
        return opens_at is not None and now <= opens_at <= now + SOON

    def record(self) -> None:
        """Write what is known to the database, then forget it here and in the journal."""
        if self._outcomes:
            record_outcomes(self._lease.worker, self._outcomes, now=timezone.now())
            self._forget_recorded()

    def hang_up(self) -> None:
        """End the conversation, if there is one."""
        if self._conversation:
            self._conversation.close()
            self._conversation = None

    # Claiming

    def _claim(self, send: Campaign) -> list[Claimed]:
        now = timezone.now()
        limit = self._limits.take_share(settings.NEWSLETTER_CLAIM_SIZE, now)
        if not limit:
            return []
        closed = self._limits.closed(now)
        claim = Claim(send.pk, send.newsletter.purpose_id, limit, closed)
        rows = exchange_rows(self._lease.worker, self._outcomes, claim, now=now)
        self._forget_recorded()
        self._limits.give_back_share(limit - len(rows))
        return rows

    def _forget_recorded(self) -> None:
        refused = [pk for pk, outcome in self._outcomes.items() if outcome.is_refusal]
        if refused:
            # Before the journal is empty: whoever replays it draws them once more.
            hear_refusals(refused)
        if not self._announced:
            self._lease.journal.clear()
        self._outcomes.clear()

    def _is_look_due(self) -> bool:
        return time.monotonic() - self._looked_at >= LOOK_SECONDS

    def _look_around(self) -> None:
        """See which sends may go now and which domains must wait."""
        self._looked_at = time.monotonic()
        if self._sends:
            # While something goes out, so that no backup is younger than what has gone.
            enter_epoch()
        now = timezone.now()
        self._sends = find_open_campaigns(now)
        self._limits.load()
        ids = [send.pk for send in self._sends]
        for domain, until in self._limits.slowed(now).items():
            set_aside(ids, domain, until=until, most=SET_ASIDE)
        self._lease.beat_if_due()

    # Handing over

    def _hand_over_all(self, send: Campaign, rows: list[Claimed]) -> None:
        """Hand over a claim; what has not been offered when it ends goes back."""
        self._in_hand = {row.delivery_id: row for row in rows}
        for row in rows:
            if row.is_unwanted:
                self._settle(row.delivery_id, Outcome(Verdict.SUPPRESSED))
        self._keep_to_limits()
        self._queue = deque(self._in_hand.values())
        self._writer.prepare(send, self._queue)
        while self._queue and not self._is_fenced and not self._should_stop():
            conversation = self._connect(send)
            if conversation is None:
                break
            self._converse(send, conversation)
        for pk in list(self._in_hand):
            self._settle(pk, RELEASED)
        self._queue.clear()

    def _keep_to_limits(self) -> None:
        waiting = self._limits.admit(self._in_hand.values(), timezone.now())
        for pk, again_at in waiting.items():
            self._settle(pk, RELEASED.put_off(again_at))
        if waiting:
            # Other workers count who holds letters to a domain.
            self.record()

    def _connect(self, send: Campaign) -> Conversation | None:
        if self._conversation and self._conversation.is_open:
            return self._conversation
        try:
            if self._barren >= MOST_BARREN:
                self._barren = 0
                raise ConnectionFailed("The mail server hangs up again and again.")
            self._conversation = self._transport.connect()
        except ConnectionFailed as failure:
            self._wait_for_server(send, failure)
            return None
        return self._conversation

    def _converse(self, send: Campaign, conversation: Conversation) -> None:
        is_barren = True
        letters = self._write_letters(send)

        def announce(delivery_id: int) -> bool:
            return self._announce(send, delivery_id)

        for letter, outcome in conversation.deliver(letters, announce):
            is_barren = is_barren and not outcome.code
            if letter.delivery_id in self._in_hand:
                self._note(send, self._in_hand[letter.delivery_id], outcome)
        is_lost = is_barren and not conversation.is_open
        self._barren = self._barren + 1 if is_lost else 0

    def _write_letters(self, send: Campaign) -> Iterator[Letter]:
        """Yield the letters of what is in hand, each written when it is asked for."""
        while self._queue and not self._should_stop():
            row = self._queue.popleft()
            if row.delivery_id not in self._in_hand:
                continue
            try:
                letter = self._writer.write(send, row)
            except (CompositionError, ValueError) as error:
                # One person's data that cannot become a mail is that delivery's
                # failure, never the send's (trust.md §0 no. 9).
                logger.warning("Delivery %s: %s", row.delivery_id, type(error))
                failure = Outcome(Verdict.FAILED, 0, "cannot be written", "LETTER")
                self._settle(row.delivery_id, failure)
            else:
                yield letter

    def _announce(self, send: Campaign, delivery_id: int) -> bool:
        """Write ahead that the dot comes next, if it still may and we still may."""
        if self._is_look_due():
            self.record()
            self._look_around()
            self._recheck(send)
        if delivery_id not in self._in_hand or not self._may_act():
            return False
        self._lease.journal.note_handing(delivery_id)
        self._announced.add(delivery_id)
        return True

    def _may_act(self) -> bool:
        try:
            self._lease.beat_if_due()
        except DatabaseError:
            logger.warning("No heartbeat: the database does not answer")
        # If not, recording what is known will say what the database thinks.
        self._is_fenced = not self._lease.is_fresh
        return not self._is_fenced

    def _recheck(self, send: Campaign) -> None:
        """Take out of hand what must not go any more."""
        stoppable = self._in_hand.keys() - self._announced
        for pk, outcome in find_unwanted(stoppable).items():
            self._settle(pk, outcome)
        if send.pk not in {other.pk for other in self._sends}:
            for pk in stoppable & self._in_hand.keys():
                self._settle(pk, RELEASED)

    # What became of it

    def _note(self, send: Campaign, row: Claimed, outcome: Outcome) -> None:
        self._announced.discard(row.delivery_id)
        if outcome.verdict == Verdict.RELEASED:
            # Not offered: the next conversation begins with it.
            self._queue.appendleft(row)
        elif outcome.blames_sender:
            # A refused sender meets every letter: stop, and keep this one for later.
            self._settle(row.delivery_id, RELEASED)
            self._stop_send(send)
        else:
            self._lease.journal.note_answer(row.delivery_id, outcome)
            self._settle(row.delivery_id, outcome)
            self._draw_consequences(send, row, outcome)

    def _settle(self, delivery_id: int, outcome: Outcome) -> None:
        self._in_hand.pop(delivery_id, None)
        self._outcomes[delivery_id] = outcome

    def _draw_consequences(
        self, send: Campaign, row: Claimed, outcome: Outcome
    ) -> None:
        if outcome.verdict == Verdict.ACCEPTED:
            self.accepted += 1
            self._limits.recover(row.domain)
            if send.trouble == Trouble.UNREACHABLE:
                clear_trouble([send.pk], Trouble.UNREACHABLE)
                send.trouble = ""
        elif speaks_of_domain(outcome):
            self._slow_down(row, outcome)

    def _slow_down(self, row: Claimed, outcome: Outcome) -> None:
        """Leave a domain alone for a while, with all letters to it."""
        until = self._limits.slow(row.domain, outcome.reply, timezone.now())
        self._settle(row.delivery_id, outcome.put_off(until))
        for other in [other for other in self._queue if other.domain == row.domain]:
            self._settle(other.delivery_id, RELEASED.put_off(until))

    def _stop_send(self, send: Campaign) -> None:
        try:
            pause_campaign(send, trouble=Trouble.SENDER_REFUSED)
        except CampaignStateError:
            logger.info("Send %s was stopped already", send.pk)
        self._looked_at = float("-inf")

    def _wait_for_server(self, send: Campaign, failure: ConnectionFailed) -> None:
        """Nobody answers: all that is in hand waits a little, uncounted."""
        logger.warning("No mail server: %s", failure)
        again_at = timezone.now() + timedelta(seconds=UNREACHABLE_SECONDS)
        for pk in list(self._in_hand):
            self._settle(pk, RELEASED.put_off(again_at))
        if failure.blames_sender:
            self._stop_send(send)
        else:
            note_trouble([send.pk], Trouble.UNREACHABLE)
        self.record()
