"""What an SQL statement writes, read from its first words. Pure.

In doubt a statement is one that pages may show: that costs a page its place in the
cache, the other way round somebody would read what is no longer so.
"""

import re
from functools import lru_cache

from home.caching.tables import UNSEEN, UNSEEN_COLUMNS, UNSEEN_WHEN_ADDED

# As much of a statement as is looked at; what an UPDATE writes must end within it.
HEAD = 400
# The first words of statements that change no row.
HARMLESS = frozenset(
    {
        "ANALYZE",
        "BEGIN",
        "CLOSE",
        "COMMIT",
        "DECLARE",
        "EXPLAIN",
        "FETCH",
        "LISTEN",
        "LOCK",
        "NOTIFY",
        "PRAGMA",
        "RELEASE",
        "RESET",
        "ROLLBACK",
        "SAVEPOINT",
        "SELECT",
        "SET",
        "SHOW",
        "UNLISTEN",
        "VACUUM",
        "VALUES",
    }
)
NAME = r'"?(?P<table>\w+)"?'
ADDING = re.compile(rf"\s*INSERT\s+(?:OR\s+\w+\s+)?INTO\s+{NAME}", re.IGNORECASE)
CHANGING = re.compile(
    rf"\s*(?:REPLACE\s+INTO|UPDATE|DELETE\s+FROM|COPY)\s+{NAME}", re.IGNORECASE
)
CHANGED_COLUMNS = re.compile(
    r"\s*UPDATE\s+\S+\s+SET\s+(?P<columns>.*?)\s+WHERE\s", re.IGNORECASE | re.DOTALL
)
COLUMN = re.compile(r'"(\w+)" = ')
# Within a WITH; not FOR UPDATE, and not what an upsert does in the end.
WITHIN = re.compile(
    r"(?<!FOR )(?<!DO )\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|MERGE\s+INTO)"
    rf"\s+{NAME}",
    re.IGNORECASE,
)


def may_show(sql: object) -> bool:
    """Say whether a page may show what a statement changed."""
    if not isinstance(sql, str):
        return True
    # As nearly always, and so at once.
    if sql.startswith("SELECT "):
        return False
    head = sql[:HEAD]
    if head.lstrip()[:5].upper() == "WITH ":
        return any(m["table"].lower() not in UNSEEN for m in WITHIN.finditer(sql))
    return _head_may_show(head)


@lru_cache(maxsize=2_000)
def _head_may_show(head: str) -> bool:
    if match := ADDING.match(head):
        return match["table"].lower() not in UNSEEN | UNSEEN_WHEN_ADDED
    if match := CHANGING.match(head):
        table = match["table"].lower()
        return table not in UNSEEN and not _changes_unseen_columns(table, head)
    first = head.split(None, 1)[:1]
    return not first or first[0].strip(";").upper() not in HARMLESS


def _changes_unseen_columns(table: str, head: str) -> bool:
    match = CHANGED_COLUMNS.match(head)
    if match is None or table not in UNSEEN_COLUMNS:
        return False
    columns = set(COLUMN.findall(match["columns"]))
    return bool(columns) and columns <= UNSEEN_COLUMNS[table]
