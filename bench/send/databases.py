"""The databases of the bench: as in production, so that a commit is on the disk."""

import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg

from tests.faults.databases import FaultyPostgres, FaultySqlite


class SqliteDatabase(FaultySqlite):
    """An SQLite file with the product's own settings (WAL, synchronous=FULL)."""

    def ask(self, sql: str) -> list[tuple]:
        """Run a statement; return its rows."""
        connection = sqlite3.connect(self.path, timeout=60, autocommit=True)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()


class PostgresDatabase(FaultyPostgres):
    """A database on the bench's own PostgreSQL, its settings those it comes with."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory, owner="bench")
        # The tests' server gives durability up for speed.
        self._execute("ALTER SYSTEM RESET ALL")
        self._execute("SELECT pg_reload_conf()")

    def ask(self, sql: str) -> list[tuple]:
        """Run a statement; return its rows."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(sql)
            return cursor.fetchall() if cursor.description else []


KINDS: dict[str, Any] = {"SQLite": SqliteDatabase, "PostgreSQL": PostgresDatabase}


def seconds_between(first: Any, last: Any) -> float:
    """Return the seconds between two times as either database gives them."""
    return (_read_time(last) - _read_time(first)).total_seconds()


def _read_time(value: Any) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value
