"""The delivery worker: claim, hand over, record, until nothing is due.

The order of steps for one message is what makes the promise: everything but the final
dot is sent; the lease is checked; ``handing`` is in the journal; the dot; the answer is
in the journal; later, with others, the answer is in the database. Killed anywhere, the
journal says which message (at most one per connection) is in doubt.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import mailers
from django.db import DatabaseError
from django.utils import timezone

from newsletter.choices import DeliveryState, Trouble
from newsletter.delivery.campaigns import pause_campaign
from newsletter.delivery.claims import (
    claim_deliveries,
    clear_trouble,
    find_unwanted,
    note_trouble,
    record_outcomes,
)
from newsletter.delivery.epochs import enter_epoch
from newsletter.delivery.outcomes import Outcome, Verdict
from newsletter.delivery.transports.smtp import ConnectionFailed, SmtpConnection
from newsletter.delivery.workers import Lease, rescue_lost_workers, working
from newsletter.exceptions import CampaignStateError, CompositionError
from newsletter.mail.merge import merge_values_of
from newsletter.mail.message import MessageBuilder
from newsletter.models import Campaign, Delivery, Variant

logger = logging.getLogger(__name__)

# How often answers are recorded and what is claimed is looked at again: a pause takes
# hold within this time (invariant I8 asks for 2 s).
FLUSH_SECONDS = 1.0
FLUSH_MESSAGES = 50
IDLE_SECONDS = 0.5
UNREACHABLE_SECONDS = 30
# Servers close long conversations; a fresh one costs little.
MESSAGES_PER_CONNECTION = 500


def run_worker(*, until_idle: bool, should_stop: Callable[[], bool]) -> int:
    """Deliver what is due; return how many messages the server accepted.

    Ends when nothing is due (``until_idle``) or ``should_stop`` says so, after the
    message in hand. Raises WorkerFenced when this process has lost its lease.
    """
    enter_epoch()
    rescue_lost_workers()
    accepted = 0
    with working() as lease:
        sender = Sender(lease)
        try:
            while not should_stop():
                batch = claim_deliveries(
                    lease.worker,
                    limit=settings.NEWSLETTER_CLAIM_SIZE,
                    now=timezone.now(),
                )
                if batch:
                    accepted += sender.send_batch(batch, should_stop)
                elif until_idle:
                    break
                else:
                    time.sleep(IDLE_SECONDS)
                lease.beat()
        finally:
            sender.hang_up()
    return accepted


@dataclass
class Sender:
    """One worker's conversation with the mail server, and what it has not yet recorded."""

    lease: Lease
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    _connection: SmtpConnection | None = None
    _sent_on_connection: int = 0
    _flushed_at: float = 0.0
    # Merge values of the batch in hand, by contact.
    _values: dict[int, dict[str, str]] = field(default_factory=dict)
    _builders: dict[tuple[int, str, int], MessageBuilder] = field(default_factory=dict)

    def send_batch(self, batch: list[Delivery], should_stop: Callable[[], bool]) -> int:
        """Hand over a claimed batch; return how many the server accepted.

        Whatever has not been offered when it ends goes back to the queue.
        """
        waiting = {delivery.pk: delivery for delivery in batch}
        self._values = merge_values_of(d.contact for d in batch if d.contact)
        accepted = 0
        self._recheck(waiting)
        while waiting and not should_stop():
            delivery = waiting.pop(next(iter(waiting)))
            try:
                outcome = self._hand_over(delivery)
            except ConnectionFailed as failure:
                self._give_back(delivery, waiting, failure)
                break
            self.outcomes[delivery.pk] = outcome
            accepted += outcome.verdict == Verdict.ACCEPTED
            if outcome.blames_sender:
                self._blame_sender(delivery)
            if self._is_flush_due():
                self._flush()
                self._recheck(waiting)
        for pk in waiting:
            self.outcomes[pk] = Outcome(Verdict.RELEASED)
        self._flush()
        return accepted

    def hang_up(self) -> None:
        """End the conversation, if there is one."""
        if self._connection:
            self._connection.close()
            self._connection = None

    def _hand_over(self, delivery: Delivery) -> Outcome:
        try:
            content = self._build(delivery)
        except (CompositionError, ValueError) as error:
            # One person's data that cannot become a mail is that delivery's failure,
            # never the send's (trust.md §0 no. 9).
            logger.warning("Delivery %s cannot be built: %s", delivery.pk, type(error))
            return Outcome(Verdict.FAILED, 0, "cannot be built", "RENDER")
        connection = self._connect()
        self._sent_on_connection += 1
        outcome = connection.deliver(
            delivery.campaign.sender_email,
            delivery.address,
            content,
            before_dot=lambda: self._announce(delivery),
        )
        if outcome.phase == "DOT":
            self.lease.journal.note_answer(delivery.pk, outcome)
        return outcome

    def _announce(self, delivery: Delivery) -> bool:
        """Write ahead that the dot comes next, if this worker may still send it."""
        if self.lease.age_seconds > settings.NEWSLETTER_LEASE_SECONDS / 4:
            try:
                self.lease.beat()
            except DatabaseError:
                logger.warning("No heartbeat: the database does not answer")
        if not self.lease.is_fresh:
            return False
        self.lease.journal.note_handing(delivery.pk)
        return True

    def _build(self, delivery: Delivery) -> bytes:
        key = (delivery.campaign_id, delivery.locale, delivery.shown)
        if key not in self._builders:
            variant = Variant.objects.get(campaign=key[0], locale=key[1], shown=key[2])
            self._builders[key] = MessageBuilder(delivery.campaign, variant)
        return self._builders[key].build(
            delivery_id=delivery.pk,
            address=delivery.address,
            # Rows whose person was erased are no longer among the claimed.
            values=self._values[delivery.contact_id],  # type: ignore[index]
            at=timezone.now(),
        )

    def _connect(self) -> SmtpConnection:
        if self._sent_on_connection >= MESSAGES_PER_CONNECTION:
            self.hang_up()
        if self._connection is None or not self._connection.is_open:
            mailer: Any = mailers["bulk"]
            self._connection = mailer.connect()
            self._sent_on_connection = 0
        return self._connection

    def _recheck(self, waiting: dict[int, Delivery]) -> None:
        for pk, outcome in find_unwanted(waiting).items():
            del waiting[pk]
            self.outcomes[pk] = outcome

    def _is_flush_due(self) -> bool:
        age = time.monotonic() - self._flushed_at
        return age >= FLUSH_SECONDS or len(self.outcomes) >= FLUSH_MESSAGES

    def _flush(self) -> None:
        """Record what is known, then forget it here and in the journal."""
        self._flushed_at = time.monotonic()
        if self.outcomes:
            record_outcomes(self.lease.worker, self.outcomes, now=timezone.now())
            if any(o.verdict == Verdict.ACCEPTED for o in self.outcomes.values()):
                clear_trouble(
                    Delivery.objects.filter(pk__in=self.outcomes).values_list(
                        "campaign", flat=True
                    ),
                    Trouble.UNREACHABLE,
                )
            self.lease.journal.clear()
            self.outcomes.clear()
        self.lease.beat()

    def _give_back(
        self, delivery: Delivery, waiting: dict[int, Delivery], failure: Exception
    ) -> None:
        """The server cannot be reached: all that is claimed waits a little, uncounted."""
        logger.warning("No mail server: %s", failure)
        waiting[delivery.pk] = delivery
        note_trouble((d.campaign_id for d in waiting.values()), Trouble.UNREACHABLE)
        ids = list(waiting)
        waiting.clear()
        for pk in ids:
            self.outcomes[pk] = Outcome(Verdict.RELEASED)
        self._flush()
        Delivery.objects.filter(pk__in=ids, state=DeliveryState.QUEUED).update(
            next_at=timezone.now() + timedelta(seconds=UNREACHABLE_SECONDS)
        )

    def _blame_sender(self, delivery: Delivery) -> None:
        """A refused sender meets every message: stop, and keep this one for later."""
        self.outcomes[delivery.pk] = Outcome(Verdict.RELEASED)
        try:
            pause_campaign(
                Campaign(pk=delivery.campaign_id), trouble=Trouble.SENDER_REFUSED
            )
        except CampaignStateError:
            logger.info("Send %s was stopped already", delivery.campaign_id)
        self._flushed_at = 0.0
