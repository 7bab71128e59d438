"""The two statements that every letter meets, in SQL: claiming rows and recording them.

One round trip for 200 letters each, and on PostgreSQL both in one: Django's own forms
cost a millisecond or two of compiling per call, a CASE of 200 arms, and a query each for
people, wishes and addresses. Tables and columns are as Django names them.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils import timezone

# Those who left, objected, paused or were erased since the freeze, and stopped addresses.
UNWANTED = """(d.address = '' OR p.id IS NULL OR p.paused_until > %s
 OR EXISTS (SELECT 1 FROM crm_consentstate c WHERE c.contact_id = d.contact_id
  AND (c.status = 'objected' OR (c.status = 'withdrawn' AND c.purpose_id = %s)))
 OR EXISTS (SELECT 1 FROM crm_suppression s WHERE s.address_hash = d.address_hash))"""
COLUMNS = (
    """d.id, d.contact_id, d.address, d.domain, d.locale, d.shown, d.attempts,
 d.is_tracked, COALESCE(p.given_name, ''), COALESCE(p.family_name, ''),
 COALESCE(p.language, ''), COALESCE(p.custom, '{}'), """
    + UNWANTED
)
# The states stand as they are so that the partial index is seen to fit.
DUE = """SELECT id, contact_id FROM newsletter_delivery
 WHERE campaign_id = %s AND state IN ('queued', 'deferred') AND next_at <= %s{closed}
 AND EXISTS (SELECT 1 FROM newsletter_campaign
  WHERE id = newsletter_delivery.campaign_id AND state = 'sending')
 ORDER BY next_at, id LIMIT %s"""
TAKE_POSTGRES = """WITH {parts} UPDATE newsletter_delivery AS d
 SET state = 'claimed', worker_id = %s, attempts = d.attempts + 1
 FROM due LEFT JOIN crm_contact AS p ON p.id = due.contact_id
 WHERE d.id = due.id RETURNING {columns}"""
TAKE_SQLITE = """UPDATE newsletter_delivery
 SET state = 'claimed', worker_id = %s, attempts = attempts + 1
 WHERE id IN (SELECT id FROM ({due})) RETURNING id"""
# In a statement of its own: what is returned there may not be joined.
READ_SQLITE = """SELECT {columns} FROM newsletter_delivery AS d
 LEFT JOIN crm_contact AS p ON p.id = d.contact_id
 WHERE d.id IN (SELECT value FROM json_each(%s))"""
# An answer without reply, class or time leaves what is there: a bounce may be heard
# before the server's 250 is recorded.
RECORD = """UPDATE newsletter_delivery AS d SET state = a.state,
 reply = COALESCE(a.reply, d.reply),
 bounce_class = COALESCE(NULLIF(a.bounce_class, ''), d.bounce_class),
 next_at = COALESCE(a.next_at, d.next_at),
 accepted_at = CASE WHEN a.state = 'accepted' THEN {at} ELSE d.accepted_at END,
 attempts = d.attempts - a.unused
 FROM {answers} WHERE d.id = a.delivery_id AND {own}"""
# As JSON: psycopg takes arrays apart value by value, for as long as all else it does.
ANSWERS_POSTGRES = """json_to_recordset(%s) AS a (delivery_id bigint, state text,
 reply text, bounce_class text, next_at timestamptz, unused int, at float8)"""
AT_POSTGRES = "to_timestamp(a.at)"
OWN_POSTGRES = "d.worker_id = %s AND d.state = 'claimed'"
ANSWERS_SQLITE = """(SELECT json_extract(value, '$.delivery_id') AS delivery_id,
 json_extract(value, '$.state') AS state, json_extract(value, '$.reply') AS reply,
 json_extract(value, '$.bounce_class') AS bounce_class,
 json_extract(value, '$.next_at') AS next_at, json_extract(value, '$.at') AS at,
 json_extract(value, '$.unused') AS unused FROM json_each(%s)) AS a"""
# As Django writes a time there, but to the millisecond.
AT_SQLITE = "strftime('%%Y-%%m-%%d %%H:%%M:%%f', a.at, 'unixepoch')"
# The plus signs keep it off the index of claimed rows: beginning there, it would read all
# the answers for each of them.
OWN_SQLITE = "+d.worker_id = %s AND +d.state = 'claimed'"


class Claimed(NamedTuple):
    """A delivery in a worker's hands, with what its letter needs of the person."""

    delivery_id: int
    contact_id: int | None
    address: str
    domain: str
    locale: str
    shown: int
    attempts: int
    is_tracked: bool
    given_name: str
    family_name: str
    language: str
    custom: dict[str, Any]
    # The person or address must not be written to any more.
    is_unwanted: bool

    @property
    def pk(self) -> int:
        """The person's number, as ``newsletter.mail.merge`` asks for it."""
        # Rows whose person was erased are unwanted and get no letter.
        return self.contact_id or 0


class Answer(NamedTuple):
    """What is written to a claimed row. None leaves reply and time as they are."""

    delivery_id: int
    state: str
    reply: str | None
    bounce_class: str
    next_at: datetime | None
    # 1 takes back the attempt that the claim counted.
    unused: int
    # When it became known, in POSIX seconds.
    at: float


class Claim(NamedTuple):
    """Which rows a worker asks for."""

    campaign_id: int
    purpose_id: int
    limit: int
    # Domains that may not be written to at the moment.
    closed: Sequence[str] = ()


def write_answers(worker_id: int, answers: Sequence[Answer]) -> int:
    """Record what became of the worker's claimed rows; return how many rows it was.

    A row that is no longer the worker's is left alone.
    """
    with connection.cursor() as cursor:
        cursor.execute(*_record(worker_id, answers))
        return cursor.rowcount


def take_rows(
    worker_id: int, claim: Claim, answers: Sequence[Answer], now: datetime
) -> list[Claimed]:
    """Record the answers, then claim due rows; return these, by variant and number.

    Both are committed when this returns. Safe to run in parallel: a row goes to one
    worker.
    """
    take = _take_postgres if connection.vendor == "postgresql" else _take_sqlite
    with connection.cursor() as cursor:
        rows = take(cursor, worker_id, claim, answers, now)
    return sorted(_parse(rows), key=_order)


def _take_postgres(
    cursor: Any, worker_id: int, claim: Claim, answers: Sequence[Answer], now: datetime
) -> list[tuple]:
    due, due_params = _due(claim, now)
    parts, params = [f"due AS ({due} FOR UPDATE SKIP LOCKED)"], due_params
    if answers:
        record, record_params = _record(worker_id, answers)
        parts.append(f"recorded AS ({record})")
        params += record_params
    sql = TAKE_POSTGRES.format(parts=", ".join(parts), columns=COLUMNS)
    cursor.execute(sql, [*params, worker_id, _day(now), claim.purpose_id])
    return cursor.fetchall()


def _take_sqlite(
    cursor: Any, worker_id: int, claim: Claim, answers: Sequence[Answer], now: datetime
) -> list[tuple]:
    due, params = _due(claim, now)
    with transaction.atomic():
        if answers:
            cursor.execute(*_record(worker_id, answers))
        cursor.execute(TAKE_SQLITE.format(due=due), [worker_id, *params])
        taken = [row[0] for row in cursor.fetchall()]
    if not taken:
        return []
    ids = json.dumps(taken)
    # Day and purpose stand among the columns, before the condition.
    wanted = [_day(now), claim.purpose_id, ids]
    cursor.execute(READ_SQLITE.format(columns=COLUMNS), wanted)
    return cursor.fetchall()


def _due(claim: Claim, now: datetime) -> tuple[str, list[Any]]:
    holes = ", ".join(["%s"] * len(claim.closed))
    closed = f" AND domain NOT IN ({holes})" if claim.closed else ""
    params = [claim.campaign_id, _moment(now), *claim.closed, claim.limit]
    return DUE.format(closed=closed), params


def _record(worker_id: int, answers: Sequence[Answer]) -> tuple[str, list[Any]]:
    if connection.vendor == "postgresql":
        source, at, own = ANSWERS_POSTGRES, AT_POSTGRES, OWN_POSTGRES
    else:
        source, at, own = ANSWERS_SQLITE, AT_SQLITE, OWN_SQLITE
    rows = [answer._asdict() for answer in answers]
    params = [json.dumps(rows, default=_write_moment), worker_id]
    return RECORD.format(answers=source, at=at, own=own), params


def _parse(rows: list[tuple]) -> Iterator[Claimed]:
    for row in rows:
        # JSON comes as text where no field of Django's converts it.
        custom = {} if row[-2] == "{}" else json.loads(row[-2])
        yield Claimed._make((*row[:-2], custom, bool(row[-1])))


def _order(row: Claimed) -> tuple[str, int, int]:
    return row.locale, row.shown, row.delivery_id


def _day(now: datetime) -> Any:
    """Return the office's day as a parameter outside of Django's fields."""
    return connection.ops.adapt_datefield_value(timezone.localdate(now))


def _moment(at: datetime | None) -> Any:
    """Return a time as a parameter outside of Django's fields."""
    return connection.ops.adapt_datetimefield_value(at)


def _write_moment(at: datetime) -> str:
    return str(_moment(at))
