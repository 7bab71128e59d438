"""Leading a single conversation: whoever has no other waits for it."""

import select
from collections.abc import Iterable, Iterator

from newsletter.delivery.outcomes import Outcome
from newsletter.delivery.transports.interface import Announce, Conversation, Letter

# At most so long, so that the conversation looks at its time limits.
TICK_MS = 250


def hand_over(
    conversation: Conversation,
    letters: Iterable[Letter],
    announce: Announce = lambda delivery_id: True,
) -> Iterator[tuple[Letter, Outcome]]:
    """Hand letters over and wait for the answers; yield what became of each."""
    for turn in conversation.converse(letters, announce):
        if turn is None:
            wait_for(conversation)
        else:
            yield turn


def wait_for(conversation: Conversation) -> None:
    """Sleep until the conversation can go on, or for a moment."""
    poll = select.poll()
    poll.register(conversation.fileno(), events_of(conversation))
    poll.poll(TICK_MS)


def events_of(conversation: Conversation) -> int:
    """Return what ``select.poll`` is to look for."""
    return select.POLLIN | (select.POLLOUT if conversation.wants_room else 0)
