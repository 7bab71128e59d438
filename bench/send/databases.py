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

    @property
    def host(self) -> str:
        """The directory of the server's socket, for programs of other environments."""
        return str(self.server.get_postmaster_info().socket_dir)

    def make_empty(self, name: str) -> None:
        """Make another database on the server, with nothing in it."""
        self.drop(name)
        self._execute(f'CREATE DATABASE "{name}"')

    def keep(self, name: str) -> None:
        """Remember such a database as it is now."""
        self._copy(name, f"{name}_kept")

    def bring_back(self, name: str) -> None:
        """Put it back as it was remembered."""
        self._copy(f"{name}_kept", name)

    def drop(self, name: str) -> None:
        """Drop it, and what was remembered of it."""
        for database in (name, f"{name}_kept"):
            self._execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


KINDS: dict[str, Any] = {"SQLite": SqliteDatabase, "PostgreSQL": PostgresDatabase}


def seconds_between(first: Any, last: Any) -> float:
    """Return the seconds between two times as either database gives them."""
    return (_read_time(last) - _read_time(first)).total_seconds()


def _read_time(value: Any) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value
