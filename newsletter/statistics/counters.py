"""The two counters without persons: links of a send, visits of a page (decision 12).

Beside what is noted of readers who agree to be noted by name
(docs/decisions/0010-noted-by-name.md), the only writes that a GET makes. They never keep a reader waiting: of a crowd only the
first is written at once, the others together a moment later
(``NEWSLETTER_COUNT_SECONDS``), and what cannot be written, because a long send is being
frozen for example, is written with the next. Until then it is kept in this process: a
power cut loses those few; nothing depends on them.
"""

import atexit
import logging
import threading
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac

from newsletter.models import LinkTotal, PageVisits

logger = logging.getLogger(__name__)

# Somebody who opens this many different links of a letter within this time is a mail
# filter that poses as a browser.
BURST_LINKS = 3
BURST_SECONDS = 4
BUSY_MILLISECONDS = 200
MOST_WAITING = 1000


class Link(NamedTuple):
    campaign_id: int
    number: int


class Visit(NamedTuple):
    page_id: int
    on: date


class Column(NamedTuple):
    """One number of one row: ``name`` is "people" or "machines"."""

    row: Link | Visit
    name: str


class Opening(NamedTuple):
    """A link, or a page by its key, that was opened in a second since 1970."""

    of: Link | int
    name: str
    second: int


# What was heard of since the last write, with how many. Readers only append, which takes
# no lock: whoever lost the processor while holding one would have all others wait.
_heard: deque[tuple[Opening, int]] = deque()
# What was to be written and could not be.
_waiting: Counter[Column] = Counter()
_waiting_lock = threading.Lock()
# When was last written, by the monotonic clock, and what writes the rest of a crowd.
_written_at = -1e9
_later: threading.Timer | None = None


def count_link(campaign_id: int, number: int, *, is_machine: bool, client: str) -> bool:
    """Count that a link of a send was opened; return whether it was a person's doing.

    ``client`` is what tells one asker from another (its address and programme). It is
    hashed and forgotten after seconds; with it a burst over many links is recognised,
    and what was counted as a person's before is put right.
    """
    link = Link(campaign_id, number)
    if is_machine:
        _add((link, "machines", 1))
        return False
    burst = _note_opening(link, client)
    if len(burst) < BURST_LINKS:
        _add((link, "people", 1))
        return True
    changes: list[tuple[Link, str, int]] = [(link, "machines", 1)]
    if len(burst) == BURST_LINKS:
        for other in burst - {number}:
            earlier = Link(campaign_id, other)
            changes += [(earlier, "people", -1), (earlier, "machines", 1)]
    _add(*changes)
    return False


def count_visit(page_id: int, *, is_machine: bool) -> None:
    """Count that a page was read today."""
    _add((page_id, "machines" if is_machine else "people", 1))


def _note_opening(link: Link, client: str) -> set[int]:
    """Return the different links of the send that this asker opened just now."""
    asker = f"{link.campaign_id} {client}"
    digest = salted_hmac("newsletter.burst", asker, algorithm="sha256").hexdigest()
    key = f"newsletter-burst-{digest}"
    burst = {*cache.get(key, ()), link.number}
    cache.set(key, burst, BURST_SECONDS)
    return burst


def _add(*changes: tuple[Link | int, str, int]) -> None:
    global _later
    second = int(time.time())
    for of, name, number in changes:
        _heard.append((Opening(of, name, second), number))
    # Looked at after that: a write that begins now takes it along.
    if _later is not None:
        return
    with _waiting_lock:
        rest = _written_at + settings.NEWSLETTER_COUNT_SECONDS - time.monotonic()
        if rest > 0:
            if _later is None:
                _later = threading.Timer(rest, _write_later)
                _later.daemon = True
                _later.start()
            return
    write_waiting()


def write_waiting() -> None:
    """Write what this process has counted and not written yet."""
    global _later, _written_at
    with _waiting_lock:
        if _later is not None:
            _later.cancel()
            _later = None
        _written_at = time.monotonic()
        _waiting.update(_take_heard())
        taken = dict(_waiting)
        _waiting.clear()
    if not taken:
        return
    try:
        with _no_long_wait():
            _write(taken)
    except DatabaseError:
        logger.info("The counters wait: the database is busy")
        with _waiting_lock:
            if len(_waiting) < MOST_WAITING:
                _waiting.update(taken)


def _take_heard() -> Counter[Column]:
    """Return what was heard of by the numbers that it changes."""
    heard: Counter[Opening] = Counter()
    while _heard:
        opening, number = _heard.popleft()
        heard[opening] += number
    changes: Counter[Column] = Counter()
    for opening, number in heard.items():
        changes[Column(_find_row(opening), opening.name)] += number
    return changes


def _find_row(opening: Opening) -> Link | Visit:
    if isinstance(opening.of, Link):
        return opening.of
    at = datetime.fromtimestamp(opening.second, UTC)
    return Visit(opening.of, timezone.localdate(at, timezone.get_default_timezone()))


def _write_later() -> None:
    write_waiting()
    # The timer's thread ends here, and its connection with it.
    connection.close()


atexit.register(write_waiting)


def _write(changes: dict[Column, int]) -> None:
    rows: dict[Link | Visit, dict[str, Any]] = {}
    for column, number in changes.items():
        if number:
            rows.setdefault(column.row, {})[column.name] = F(column.name) + number
    if len(rows) == 1:
        # As nearly always: one statement needs no transaction.
        _write_row(*rows.popitem())
        return
    with transaction.atomic():
        for row, columns in rows.items():
            _write_row(row, columns)


def _write_row(row: Link | Visit, columns: dict[str, Any]) -> None:
    if isinstance(row, Link):
        LinkTotal.objects.filter(**row._asdict()).update(**columns)
    elif not PageVisits.objects.filter(**row._asdict()).update(**columns):
        # The first of the day; two at once make one row.
        PageVisits.objects.bulk_create(
            [PageVisits(**row._asdict())], ignore_conflicts=True
        )
        PageVisits.objects.filter(**row._asdict()).update(**columns)


@contextmanager
def _no_long_wait() -> Iterator[None]:
    """Give up soon where one writer holds the whole database (SQLite)."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        usual = 1000 * connection.settings_dict["OPTIONS"].get("timeout", 5)
        cursor.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout={usual}")
