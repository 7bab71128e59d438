"""The delivery worker: claim, hand over, record, until nothing is due.

The order of steps for one letter is what makes the promise: everything but the content
is with the server; the lease is checked; ``handing`` is in the journal; content and dot;
the answer is in the journal; later, with others, the answer is in the database. Killed
anywhere, the journal says which letters (at most one per connection) are in doubt.

``lines`` leads the conversations, ``hand`` keeps the rows, and the Sender here knows both.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property

from django.conf import settings
from django.db import DatabaseError, Error
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
from newsletter.delivery.ending import hear_out
from newsletter.delivery.epochs import enter_epoch
from newsletter.delivery.feedback import hear_refusals
from newsletter.delivery.hand import RELEASED, Hand, Held
from newsletter.delivery.letters import LetterWriter
from newsletter.delivery.lines import Lines
from newsletter.delivery.outcomes import Outcome, Verdict, speaks_of_domain
from newsletter.delivery.statements import Claim, Claimed
from newsletter.delivery.throttling import Limits
from newsletter.delivery.transports.finding import find_transport
from newsletter.delivery.transports.interface import (
    ConnectionFailed,
    Conversation,
    Letter,
    Turn,
)
from newsletter.delivery.unwritten import (
    LETTER,
    judge_unwritten,
    most_unwritten,
)
from newsletter.delivery.workers import (
    Lease,
    WorkerFenced,
    rescue_lost_workers,
    working,
)
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
# Rows to a slowed domain that are put out of the way at a time.
SET_ASIDE = 2_000


def run_worker(*, until_idle: bool, should_stop: Callable[[], bool]) -> int:
    """Deliver what is due; return how many letters the server accepted.

    Ends when nothing is due (``until_idle``) or ``should_stop`` says so, after the
    letters on their way. Raises WorkerFenced when this process has lost its lease.
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
            sender.finish()
        except (Error, OSError, WorkerFenced):
            sender.hear_out()
            raise
        finally:
            sender.hang_up()
    return sender.accepted


class Sender:
    """One worker: claims into its hand, hands over on its lines, records."""

    def __init__(self, lease: Lease, should_stop: Callable[[], bool]) -> None:
        self.accepted = 0
        self._lease = lease
        self._should_stop = should_stop
        self._limits = Limits(lease.worker)
        self._hand = Hand(self._limits.goes_singly)
        self._lines = Lines(find_transport, self._talk)
        self._sends: list[Campaign] = []
        self._turn = 0
        self._looked_at = float("-inf")
        # Nothing more is handed over.
        self._is_over = False
        # By send: letters that could not be written since one was answered for.
        self._unwritten: Counter[int] = Counter()
        # When the last claim found nothing.
        self._empty_at = float("-inf")

    @cached_property
    def _writer(self) -> LetterWriter:
        return LetterWriter(wants_content=self._lines.transport.wants_content)

    def send_due(self) -> bool:
        """Claim what is due and hand it over; return whether there was anything to do.

        Comes back as soon as more can be claimed: whose answers are slow to come stay in
        hand. Sends take turns, so that a short one never waits for a long one.
        """
        if self._is_look_due():
            self._look_around()
        if not self._hand.is_waiting:
            self._hand.make_room(settings.NEWSLETTER_CLAIM_SIZE)
            if self._may_claim():
                self._claim_next()
        if not self._hand:
            self.record()
            return False
        self._go_on()
        return True

    def expects_soon(self) -> bool:
        """Say whether a rate will let the next letter go in a moment."""
        opens_at = self._limits.opens_at()
        now = timezone.now()
        return opens_at is not None and now <= opens_at <= now + SOON

    def finish(self) -> None:
        """Give back what waits, and wait for the letters on their way."""
        self._release_waiting(RELEASED)
        while self._lines.is_busy:
            self._advance()
            self._release_waiting(RELEASED)
        self.record()

    def hear_out(self) -> None:
        """Begin no more letters, and hear what becomes of those the server has."""
        self._is_over = True
        hear_out(self._lines, self._hand, self._lease.journal)
        with suppress(Error):
            # What the journal could not take.
            self.record()

    def record(self) -> None:
        """Write what is known to the database, then forget it here and in the journal."""
        if self._hand.outcomes:
            record_outcomes(self._lease.worker, self._hand.outcomes, now=timezone.now())
            self._forget_recorded()

    def hang_up(self) -> None:
        """End the conversations."""
        self._lines.hang_up()

    # Claiming

    def _may_claim(self) -> bool:
        """Say whether to ask for more: not at once again when there was nothing."""
        if not self._hand:
            return self._lease.is_fresh
        has_waited = time.monotonic() - self._empty_at >= IDLE_SECONDS
        is_full = len(self._hand) >= settings.NEWSLETTER_CLAIM_SIZE
        return has_waited and not is_full and self._lease.is_fresh

    def _claim_next(self) -> None:
        for _number in range(len(self._sends)):
            self._turn += 1
            send = self._sends[self._turn % len(self._sends)]
            if rows := self._claim(send):
                self._take_up(send, rows)
                return
        self._empty_at = time.monotonic()

    def _claim(self, send: Campaign) -> list[Claimed]:
        now = timezone.now()
        # What is lost with a host is one claim at most (design decision 8).
        wanted = settings.NEWSLETTER_CLAIM_SIZE - len(self._hand)
        limit = self._limits.take_share(wanted, now)
        if not limit:
            return []
        closed = [*self._limits.closed(now), *self._hand.list_crowded()]
        claim = Claim(send.pk, send.newsletter.purpose_id, limit, closed)
        rows = exchange_rows(self._lease.worker, self._hand.outcomes, claim, now=now)
        self._forget_recorded()
        self._limits.give_back_share(limit - len(rows))
        return rows

    def _take_up(self, send: Campaign, rows: list[Claimed]) -> None:
        waiting = self._limits.admit(
            (r for r in rows if not r.is_unwanted), timezone.now()
        )
        going = []
        for row in rows:
            if row.is_unwanted:
                self._hand.settle(row.delivery_id, Outcome(Verdict.SUPPRESSED))
            elif again_at := waiting.get(row.delivery_id):
                self._hand.settle(row.delivery_id, RELEASED.put_off(again_at))
            else:
                going.append(row)
        if waiting:
            # Other workers count who holds letters to a domain.
            self.record()
        self._hand.take_up(send, going, self._writer.prepare(send, going))

    def _forget_recorded(self) -> None:
        outcomes = self._hand.outcomes
        refused = [pk for pk, outcome in outcomes.items() if outcome.is_refusal]
        if refused:
            # Before the journal is empty: whoever replays it draws them once more.
            hear_refusals(refused)
        self._lease.journal.clear(self._hand.announced)
        outcomes.clear()

    # Looking round

    def _is_look_due(self) -> bool:
        return time.monotonic() - self._looked_at >= LOOK_SECONDS

    def _look_around(self) -> None:
        """Record; see which sends and letters may go now and which domains must wait."""
        # Before it is seen who may not get it any more: it may take a moment.
        self._lines.tidy()
        self._looked_at = time.monotonic()
        self.record()
        if self._sends:
            # While something goes out, so that no backup is younger than what has gone.
            enter_epoch()
        now = timezone.now()
        self._sends = find_open_campaigns(now)
        self._limits.load()
        ids = [send.pk for send in self._sends]
        for domain, until in self._limits.slowed(now).items():
            set_aside(ids, domain, until=until, most=SET_ASIDE)
        self._recheck(set(ids))
        self._lease.beat_if_due()

    def _recheck(self, open_sends: set[int]) -> None:
        """Take out of hand what must not go any more."""
        stoppable = dict(self._hand.list_stoppable())
        unwanted = find_unwanted(stoppable) if stoppable else {}
        for pk, held in stoppable.items():
            if pk in unwanted:
                self._hand.settle(pk, unwanted[pk])
            elif held.send.pk not in open_sends:
                self._hand.settle(pk, RELEASED)

    # Handing over

    def _go_on(self) -> None:
        """Hand over until more can be claimed, or only late answers are waited for."""
        while True:
            if self._should_stop() or not self._lease.is_fresh:
                self._release_waiting(RELEASED)
            if self._hand.is_waiting and not self._is_connected():
                return
            self._advance()
            is_through = not self._hand.is_waiting and not self._lines.is_brisk
            if is_through or self._is_look_due():
                return

    def _advance(self) -> None:
        for letter, outcome in self._lines.advance(wants=self._hand.is_waiting):
            self._note(letter, outcome)

    def _is_connected(self) -> bool:
        try:
            self._lines.ensure()
        except ConnectionFailed as failure:
            self._wait_for_server(failure)
            return False
        return True

    def _talk(self, conversation: Conversation) -> Generator[Turn, None, None]:
        return conversation.converse(self._write_letters(), self._announce)

    def _write_letters(self) -> Iterator[Letter]:
        """Yield the letters of what is in hand, each written when it is asked for."""
        while not self._is_ending and (taken := self._hand.next()):
            held, letter = taken
            try:
                letter = letter or self._writer.write(*held)
            except (CompositionError, ValueError) as error:
                logger.warning("Delivery %s: %s", held.row.delivery_id, type(error))
                # One person's data that cannot become a mail is that delivery's
                # failure, never the send's (trust.md §0 no. 9).
                self._hand.settle(held.row.delivery_id, judge_unwritten(error))
                self._count_unwritten(held.send)
            else:
                yield letter

    @property
    def _is_ending(self) -> bool:
        return self._is_over or self._should_stop()

    def _announce(self, delivery_id: int) -> bool:
        """Write ahead that the dot comes next, if it still may and we still may."""
        if self._is_over:
            return False
        if self._is_look_due():
            self._look_around()
        if not self._hand.find(delivery_id) or not self._may_act():
            return False
        self._lease.journal.note_handing(delivery_id)
        self._hand.announced.add(delivery_id)
        return True

    def _may_act(self) -> bool:
        try:
            self._lease.beat_if_due()
        except DatabaseError:
            logger.warning("No heartbeat: the database does not answer")
        # If not, recording what is known will say what the database thinks.
        return self._lease.is_fresh

    def _release_waiting(self, outcome: Outcome) -> None:
        for pk, _held in list(self._hand.list_waiting()):
            self._hand.settle(pk, outcome)

    # What became of it

    def _note(self, letter: Letter, outcome: Outcome) -> None:
        pk = letter.delivery_id
        held = self._hand.find(pk)
        if held is None:
            # Taken out of hand before it was announced.
            return
        if outcome.verdict == Verdict.RELEASED:
            # Not offered: another conversation begins with it.
            self._hand.put_back(letter)
        elif outcome.blames_sender:
            # A refused sender meets every letter: stop, and keep this one for later.
            self._hand.settle(pk, replace(outcome, verdict=Verdict.RELEASED))
            self._stop_send(held.send, Trouble.SENDER_REFUSED)
        else:
            # In hand first: where the journal cannot take it, the database may.
            self._hand.settle(pk, outcome)
            self._lease.journal.note_answer(pk, outcome)
            self._draw_consequences(held, outcome)

    def _draw_consequences(self, held: Held, outcome: Outcome) -> None:
        if outcome.phase == LETTER:
            self._count_unwritten(held.send)
            return
        self._unwritten.pop(held.send.pk, None)
        if outcome.verdict == Verdict.ACCEPTED:
            self.accepted += 1
            self._limits.recover(held.row.domain)
            if held.send.trouble == Trouble.UNREACHABLE:
                clear_trouble([held.send.pk], Trouble.UNREACHABLE)
                held.send.trouble = ""
        elif speaks_of_domain(outcome):
            self._slow_down(held.row, outcome)

    def _slow_down(self, row: Claimed, outcome: Outcome) -> None:
        """Leave a domain alone for a while, with all letters to it."""
        until = self._limits.slow(row.domain, outcome.reply, timezone.now())
        self._hand.settle(row.delivery_id, outcome.put_off(until))
        for pk, held in list(self._hand.list_waiting()):
            if held.row.domain == row.domain:
                self._hand.settle(pk, RELEASED.put_off(until))

    def _count_unwritten(self, send: Campaign) -> None:
        """Stop a send of which so many letters running cannot be written."""
        self._unwritten[send.pk] += 1
        if self._unwritten[send.pk] >= most_unwritten(send):
            self._stop_send(send, Trouble.UNWRITABLE)

    def _stop_send(self, send: Campaign, trouble: Trouble) -> None:
        """Pause a send whose every letter would meet the same."""
        try:
            pause_campaign(send, trouble=trouble)
        except CampaignStateError:
            logger.info("Send %s was stopped already", send.pk)
        for pk, held in list(self._hand.list_waiting()):
            if held.send.pk == send.pk:
                self._hand.settle(pk, RELEASED)
        self._unwritten.pop(send.pk, None)
        self._looked_at = float("-inf")

    def _wait_for_server(self, failure: ConnectionFailed) -> None:
        """Nobody answers: all that is in hand waits a little, uncounted."""
        logger.warning("No mail server: %s", failure)
        sends = {held.send.pk: held.send for _pk, held in self._hand.list_waiting()}
        again_at: datetime = timezone.now() + timedelta(seconds=UNREACHABLE_SECONDS)
        said = Outcome(Verdict.RELEASED, 0, str(failure), "CONNECT", again_at=again_at)
        self._release_waiting(said)
        if failure.blames_sender:
            for send in sends.values():
                self._stop_send(send, Trouble.SENDER_REFUSED)
        else:
            note_trouble(sends, Trouble.UNREACHABLE)
        self.record()
