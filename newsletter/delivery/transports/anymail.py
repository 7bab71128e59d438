"""Out through a mail provider's API, by way of Anymail.

Where the provider fills in letters itself, one call carries a group: the variant with
slots, and for each reader what goes into them, written just as our own letters are.
Elsewhere each letter is a call of its own. The provider carries our signed token and
gives it back in its webhooks.

A call that may have reached the provider and got no answer leaves all its letters in
doubt; one that was refused was never accepted.
"""

import logging
from collections.abc import Generator, Iterable, Iterator, Sequence
from email.utils import formataddr
from itertools import groupby, islice
from typing import Any

from anymail.backends.base import AnymailBaseBackend
from anymail.exceptions import (
    AnymailAPIError,
    AnymailError,
    AnymailInvalidAddress,
    AnymailRecipientsRefused,
    AnymailSerializationError,
    AnymailUnsupportedFeature,
)
from anymail.message import AnymailMessage
from requests import ConnectionError as NoConnection
from requests import ConnectTimeout
from urllib3.exceptions import NewConnectionError

from newsletter.delivery.outcomes import Outcome, Verdict
from newsletter.delivery.transports.interface import Announce, Letter
from newsletter.delivery.transports.slots import FORMATS, SlottedVariant
from newsletter.delivery.unwritten import LETTER, judge_unwritten
from newsletter.mail.merge import fill_html, fill_line, fill_text
from newsletter.mail.message import own_values, unsubscribe_url
from newsletter.models import Variant
from newsletter.tokens import METADATA_KEY, make_delivery_token

logger = logging.getLogger(__name__)

# Amazon SES takes 50 at a time; the others more.
GROUP_SIZE = 50
# What Anymail says of a recipient, as the answer a mail server would give. "rejected"
# is the provider's own list of addresses it does not write to.
ANSWERS = {
    "sent": (Verdict.ACCEPTED, 250, ""),
    "queued": (Verdict.ACCEPTED, 250, ""),
    "invalid": (Verdict.FAILED, 550, "5.1.3 the provider calls the address invalid"),
    "rejected": (Verdict.FAILED, 550, "5.7.1 the provider rejects the address"),
    "failed": (Verdict.DEFERRED, 450, "the provider failed"),
}
# HTTP: come again later; the provider was asked and did nothing.
LATER = (408, 425, 429, 503)
NOT_ALLOWED = (401, 402, 403)
# Found by Anymail before the provider was asked.
UNWRITABLE = (AnymailInvalidAddress, AnymailSerializationError)


class AnymailTransport:
    """Any provider that Anymail knows."""

    wants_content = False
    # A call waits for its answer, and the next one for that.
    most_connections = 1

    def __init__(
        self,
        backend: AnymailBaseBackend,
        *,
        group_size: int = GROUP_SIZE,
        slot_format: str | None = None,
    ) -> None:
        """``slot_format`` is how the provider writes a place to fill, "%recipient.{}%"
        for one; by default as known of it, and "" for none."""
        self._backend = backend
        self._group_size = group_size
        if slot_format is None:
            slot_format = FORMATS.get(backend.esp_name, "")
        self._slot_format = slot_format

    def connect(self) -> "AnymailConversation":
        """Return a conversation; nothing is said to the provider yet."""
        return AnymailConversation(self._backend, self._group_size, self._slot_format)


class AnymailConversation:
    """Calls to the provider, each with a group of letters or with one."""

    def __init__(
        self, backend: AnymailBaseBackend, group_size: int, slot_format: str
    ) -> None:
        self.is_open = True
        self.wants_room = False
        self._backend = backend
        self._slot_format = slot_format
        self._group_size = group_size

    def converse(
        self, letters: Iterable[Letter], announce: Announce
    ) -> Generator[tuple[Letter, Outcome], None, None]:
        """Hand letters over; yield what became of each (see ``transports.interface``)."""
        queue = iter(letters)
        while self.is_open and (taken := list(islice(queue, self._group_size))):
            for _variant, same in groupby(taken, lambda letter: id(letter.variant)):
                yield from self._deliver_same(list(same), announce)

    def give_back(self) -> list[Letter]:
        """Return nothing: what was taken is in a call before anybody could ask."""
        return []

    def fileno(self) -> int:
        """Return -1: a call waits by itself."""
        return -1

    def close(self) -> None:
        """End the conversation."""
        self.is_open = False
        self._backend.close()

    def _deliver_same(
        self, letters: list[Letter], announce: Announce
    ) -> Iterator[tuple[Letter, Outcome]]:
        """Hand over letters of one variant."""
        variant: Any = letters[0].variant
        slotted = self._cut_slots(variant) if len(letters) > 1 else None
        if slotted is None:
            for letter in letters:
                yield letter, self._deliver_one(letter, announce)
            return
        going = [letter for letter in letters if announce(letter.delivery_id)]
        for letter in letters:
            if letter not in going:
                yield letter, Outcome(Verdict.RELEASED)
        if going:
            yield from self._post_group(going, slotted)

    def _cut_slots(self, variant: Variant) -> SlottedVariant | None:
        if not self._slot_format:
            return None
        return SlottedVariant.cut(variant, self._slot_format)

    def _deliver_one(self, letter: Letter, announce: Announce) -> Outcome:
        try:
            message = write_single(letter)
        except ValueError as error:
            return judge_unwritten(error)
        if not self.is_open or not announce(letter.delivery_id):
            return Outcome(Verdict.RELEASED)
        return self._post(message, [letter])[letter.delivery_id]

    def _post_group(
        self, letters: list[Letter], slotted: SlottedVariant
    ) -> Iterator[tuple[Letter, Outcome]]:
        message = write_group(letters, slotted)
        try:
            outcomes = self._post(message, letters)
        except AnymailUnsupportedFeature as error:
            # Found before anything was sent: this provider gets letters one by one.
            logger.info("Letters go one by one: %s", error)
            self._slot_format = ""
            outcomes = self._post_singly(letters)
        else:
            if any(_is_spoilt(outcome) for outcome in outcomes.values()):
                # One letter may have spoilt the call for all; none of it was accepted.
                outcomes = self._post_singly(letters)
        for letter in letters:
            yield letter, outcomes[letter.delivery_id]

    def _post_singly(self, letters: Sequence[Letter]) -> dict[int, Outcome]:
        outcomes: dict[int, Outcome] = {}
        for letter in letters:
            outcomes |= self._post(write_single(letter), [letter])
        return {pk: _judge_spoilt(outcome) for pk, outcome in outcomes.items()}

    def _post(
        self, message: AnymailMessage, letters: Sequence[Letter]
    ) -> dict[int, Outcome]:
        """Make the call; return what became of each letter in it, by delivery.

        Raises AnymailUnsupportedFeature for a group, before anything is sent.
        """
        try:
            self._call(message)
        except AnymailUnsupportedFeature as error:
            if len(letters) > 1:
                raise
            logger.warning("The provider cannot do this: %s", error)
            return {letters[0].delivery_id: judge_unwritten(error)}
        except AnymailRecipientsRefused:
            logger.info("The provider refuses all of %s letters", len(letters))
        except AnymailError as error:
            outcome = judge_fault(error)
            return dict.fromkeys([letter.delivery_id for letter in letters], outcome)
        recipients = message.anymail_status.recipients
        return {
            letter.delivery_id: judge_status(recipients.get(letter.rcpt_to))
            for letter in letters
        }

    def _call(self, message: AnymailMessage) -> None:
        try:
            self._backend.send_messages([message])
        except AnymailUnsupportedFeature:
            if not hasattr(message, "track_opens"):
                raise
            # A provider that cannot be told not to track is told so on its own pages.
            del message.track_opens, message.track_clicks
            self._backend.send_messages([message])


def write_single(letter: Letter) -> AnymailMessage:
    """Return the message of one letter. Raises ValueError for what cannot be written."""
    variant: Any = letter.variant
    values = {**letter.values, **own_values(letter.delivery_id)}
    message = _start(variant, [letter])
    message.subject = fill_line(variant.subject, values)
    message.body = fill_text(variant.text, values)
    message.attach_alternative(fill_html(variant.html, values), "text/html")
    message.extra_headers.update(_own_headers(letter))
    message.metadata = _metadata(letter)
    return message


def write_group(letters: Sequence[Letter], slotted: SlottedVariant) -> AnymailMessage:
    """Return one message for all: the variant with slots, and what fills them."""
    message = _start(slotted.variant, letters)
    message.subject = slotted.subject
    message.body = slotted.text
    message.attach_alternative(slotted.html, "text/html")
    message.esp_extra = slotted.esp_extra
    message.merge_data = {
        letter.rcpt_to: slotted.fill(letter.delivery_id, letter.values)
        for letter in letters
    }
    message.merge_headers = {letter.rcpt_to: _own_headers(letter) for letter in letters}
    message.merge_metadata = {letter.rcpt_to: _metadata(letter) for letter in letters}
    return message


def judge_status(status: Any) -> Outcome:
    """Return what Anymail's status of a recipient means; no status is in doubt."""
    word = status.status if status else None
    if word not in ANSWERS:
        return Outcome(Verdict.UNKNOWN, 0, f"the provider says {word}", "API")
    verdict, code, words = ANSWERS[word]
    return Outcome(verdict, code, words or f"{word} as {status.message_id}", "API")


def judge_fault(error: AnymailError) -> Outcome:
    """Return what a call that failed means for every letter in it."""
    code = error.status_code
    if isinstance(error, UNWRITABLE):
        return judge_unwritten(error)
    if code in LATER:
        return Outcome(Verdict.DEFERRED, 451, f"HTTP {code}", "API")
    if code in NOT_ALLOWED:
        return Outcome(Verdict.FAILED, 535, f"HTTP {code}", "API", blames_sender=True)
    if code is not None and 400 <= code <= 499:
        return Outcome(Verdict.FAILED, 400, f"HTTP {code}", "API")
    if isinstance(error, AnymailAPIError) and not _never_left(error):
        # 500, 502, 504, an answer nobody can read, or none: it may have been done.
        return Outcome(Verdict.UNKNOWN, 0, f"HTTP {code or 'no answer'}", "API")
    return Outcome(Verdict.DEFERRED, 0, type(error).__name__, "API")


def _is_spoilt(outcome: Outcome) -> bool:
    return outcome.code == 400 or outcome.phase == LETTER


def _judge_spoilt(outcome: Outcome) -> Outcome:
    """Return a refusal of a single call as the refusal of a letter."""
    if outcome.code != 400:
        return outcome
    return Outcome(Verdict.FAILED, 554, outcome.text, "API")


def _never_left(error: Exception) -> bool:
    """Say whether no connection to the provider was made at all."""
    if isinstance(error, ConnectTimeout):
        return True
    cause = error.__cause__
    reason = getattr(cause.args[0], "reason", None) if cause and cause.args else None
    return isinstance(cause, NoConnection) and isinstance(reason, NewConnectionError)


def _start(variant: Variant, letters: Sequence[Letter]) -> AnymailMessage:
    campaign = variant.campaign
    return AnymailMessage(
        from_email=formataddr((campaign.sender_name, campaign.sender_email)),
        to=[letter.rcpt_to for letter in letters],
        reply_to=[campaign.reply_to] if campaign.reply_to else None,
        headers={"List-Id": f"<{campaign.list_id}>", "Precedence": "bulk"},
        tags=[f"send-{campaign.pk}"],
        # No pixel and no foreign links (design decision 13).
        track_opens=False,
        track_clicks=False,
    )


def _own_headers(letter: Letter) -> dict[str, str]:
    link = unsubscribe_url(letter.delivery_id)
    return {
        "List-Unsubscribe": f"<{link}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _metadata(letter: Letter) -> dict[str, str]:
    return {METADATA_KEY: make_delivery_token(letter.delivery_id)}
