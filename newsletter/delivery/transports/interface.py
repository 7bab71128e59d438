"""What the sending loop and a transport know of each other.

A transport is the mailer "bulk" of ``MAILERS``, with ``connect()`` and ``wants_content``.
The loop hands a conversation an iterator of letters and takes from it, one by one, what
became of each, and None whenever the conversation waits for the server::

    for turn in conversation.converse(letters, announce):
        ...

After None it is gone on with when ``fileno()`` is ready (to read, or to write while it
``wants_room``), or after a moment, so that it can look at its time limits. Meanwhile
others go on: several conversations take their letters from the same hand.

The contract, which keeps a killed worker from losing or doubling anything:

* ``announce(delivery_id)`` is called when all but the last step has been done. It must
  have returned True before the first byte leaves that can make the server accept the
  letter; it has then been written ahead. On False the letter is not handed over, and its
  outcome is RELEASED.
* A fault before that byte is DEFERRED: not accepted. After it, without an answer, it is
  UNKNOWN. What was taken from the iterator and never offered is RELEASED.
* Every letter taken from the iterator comes out once. Letters are taken only as they can
  be used: what waits in the iterator may still be stopped.
* The outcome of a letter is yielded before the next is announced: at most one letter of
  a conversation is in doubt.
* ``converse`` ends early when the conversation is over (``is_open`` is False) or has had
  its share of letters; the loop opens another for the rest. It raises for no fault of
  the server or the network.
"""

from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from newsletter.delivery.outcomes import Outcome
from newsletter.models import Variant

Announce = Callable[[int], bool]


class ConnectionFailed(Exception):
    """No conversation could be opened; the sentence is the server's or the system's.

    ``blames_sender`` marks a refusal for good (a log-in that is not accepted, a sender
    that is shut out): trying again by oneself does not help.
    """

    def __init__(self, reason: str, *, blames_sender: bool = False) -> None:
        super().__init__(reason)
        self.blames_sender = blames_sender


@dataclass(slots=True)
class Letter:
    """A delivery on its way.

    Holds either its finished ``content`` (bytes with CRLF) or, for a transport that
    fills letters itself, the ``variant`` and the person's merge ``values``.
    """

    delivery_id: int
    mail_from: str
    rcpt_to: str
    content: bytes = b""
    variant: Variant | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    # No line of the content begins with a dot, and it ends in CRLF: as our builder
    # promises. Looking for one costs as much as building the letter.
    is_dotless: bool = False


# What became of a letter; None while the server is waited for.
type Turn = tuple[Letter, Outcome] | None


class Transport(Protocol):
    """A bulk mailer."""

    # Whether letters are wanted as bytes, or as variant and values.
    wants_content: bool
    # How many conversations a worker may lead at a time.
    most_connections: int

    def connect(self) -> "Conversation":
        """Return a conversation. Raises ConnectionFailed with the reason."""


class Conversation(Protocol):
    """A way to the mail server that is open for letters."""

    is_open: bool

    @property
    def wants_room(self) -> bool:
        """Whether it waits to write, not to read."""

    def fileno(self) -> int:
        """Return what ``select.poll`` knows it by; -1 where it never waits."""

    def converse(
        self, letters: Iterable[Letter], announce: Announce
    ) -> Generator[Turn, None, None]:
        """Hand letters over; yield what became of each. See the module's contract."""

    def give_back(self) -> list[Letter]:
        """Return the letters that were taken and not announced, for others to take."""

    def close(self) -> None:
        """End the conversation; errors no longer matter."""
