"""What a worker still does that must end because its database or disk is gone.

The mail server is not gone: it has letters whose answers are on their way. Heard out,
they are no longer in doubt.
"""

import time
from contextlib import suppress

from newsletter.delivery.hand import Hand
from newsletter.delivery.journal import Journal
from newsletter.delivery.lines import Lines

HEAR_OUT_SECONDS = 10


def hear_out(lines: Lines, hand: Hand, journal: Journal) -> None:
    """Wait some seconds for the answers to announced letters, and note them.

    Where the journal cannot take them they are in ``hand`` alone. Asks no database; the
    caller sees to it that nothing more is announced.
    """
    until = time.monotonic() + HEAR_OUT_SECONDS
    while hand.announced and lines.is_busy and time.monotonic() < until:
        for letter, outcome in lines.advance(wants=False):
            pk = letter.delivery_id
            if pk in hand.announced:
                hand.settle(pk, outcome)
                with suppress(OSError):
                    journal.note_answer(pk, outcome)
