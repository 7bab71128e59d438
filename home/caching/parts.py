"""Parts that many pages have in common, made once for each generation by this process.

The menu and foot, what an archive may be narrowed down by: to make these takes half of
the time of a page. They are kept like whole pages, under the number of the generation,
and used only while an answer for everybody is being made. So an editor, a partner and a
preview get theirs made anew, once for each answer, and so does everybody where
``PAGE_CACHE_SECONDS`` is 0.
"""

import math
import threading
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from home.caching.keys import name_today


class _Shelf(NamedTuple):
    """The parts of one generation and day; ``ends_at`` is by the clock of ``monotonic``."""

    generation: int
    # Who is in a network, and who holds a seat, today.
    day: str
    ends_at: float
    parts: dict[Hashable, Any]


_making = threading.local()
_newest: list[_Shelf] = []


@contextmanager
def making_answer(generation: int, seconds: int) -> Iterator[None]:
    """Let the parts made within belong to a generation, for ``seconds`` at most.

    The number must have been read before anything of the answer.
    """
    _making.shelf = _open_shelf(generation, seconds)
    try:
        yield
    finally:
        _making.shelf = None


@contextmanager
def sharing_parts() -> Iterator[None]:
    """Let what is made within be made once: for this answer alone, if for no others.

    Only where nothing is written, or a part would not know of it.
    """
    if getattr(_making, "shelf", None) is not None:
        yield
        return
    _making.shelf = _Shelf(0, name_today(), math.inf, {})
    try:
        yield
    finally:
        _making.shelf = None


def keep_part[Part](key: Hashable, make: Callable[[], Part]) -> Part:
    """Return what ``make`` makes; what it made before, if that holds still.

    ``key`` says what it is, and all that it depends on beside the database: site, page,
    language, for whom. It belongs to many pages at once, so nobody may change it.
    """
    shelf = getattr(_making, "shelf", None)
    if shelf is None:
        return make()
    if key not in shelf.parts:
        shelf.parts[key] = make()
    return shelf.parts[key]


def forget_parts() -> None:
    """Forget all that this process keeps."""
    _newest.clear()


def _open_shelf(generation: int, seconds: int) -> _Shelf:
    now, day = time.monotonic(), name_today()
    for shelf in _newest:
        if (shelf.generation, shelf.day) == (generation, day) and now < shelf.ends_at:
            return shelf
    shelf = _Shelf(generation, day, now + seconds, {})
    # Whoever still makes an answer of another one goes on with theirs.
    _newest[:] = [shelf]
    return shelf
