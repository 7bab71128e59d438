"""Answers that this process gave out of late, ready to be given out once more.

Before the cache, which may be another program's and hands out copies in any case: to
unpack one takes longer than all the rest of giving it out.
"""

import time

from home.caching.answers import Answer

# What they may take together; the cache behind has them all.
MOST_BYTES = 32_000_000


class NearAnswers:
    """The answers of one generation, each until it is too old."""

    def __init__(self) -> None:
        # The generation stands in the key: threads may be at different ones.
        self._answers: dict[tuple[int, str], Answer] = {}
        self._generation: int | None = None
        self._size = 0

    def find(self, generation: int, key: str) -> Answer | None:
        """Return what is kept under a key of ``make_key``, and holds still."""
        answer = self._answers.get((generation, key))
        return answer if answer and time.time() < answer.ends_at else None

    def keep(self, generation: int, key: str, answer: Answer) -> None:
        """Keep an answer; those of another generation go, and all when it is too much."""
        if generation != self._generation or self._size > MOST_BYTES:
            self._answers, self._generation, self._size = {}, generation, 0
        self._answers[generation, key] = answer
        self._size += len(answer.body)
