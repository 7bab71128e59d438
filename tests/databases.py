"""Migrated databases for the tests, each copied from one template.

A run of all migrations takes a minute, a copy a few milliseconds. So the migrations run
once, in a process of their own, into a template that is kept under ``var/test`` by a
hash of everything that decides what is in it; every test process gets a copy, and so
does every test that commits.

tests/postgres.py does the same on a real PostgreSQL.
"""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

ROOT = Path(__file__).resolve().parents[1]
CACHE = ROOT / "var" / "test"
# What decides the template's content: tables, and rows written after migrating.
SOURCES = (
    "requirements.txt",
    "config/settings/base.py",
    "*/migrations/*.py",
    # What a migration calls for an index of its own kind.
    "crm/models/constraints.py",
    "crm/models/link_index.py",
    "crm/models/own_statements.py",
    "crm/models/substrings.py",
    "home/models/fulltext.py",
    "newsletter/models/newest_first.py",
    "*/apps.py",
    "*/roles.py",
    "*/permissions.py",
    # Role groups are called by names of the site's language.
    "locale/*/LC_MESSAGES/django.po",
)


class DatabaseCopy(Protocol):
    """A database of one test process."""

    # Its address, and what to change in Django's settings to get there.
    url: str
    settings: dict[str, Any]

    def restore(self) -> None:
        """Put it back as the template has it."""

    def close(self) -> None:
        """Give back what it holds."""


class SqliteDatabase:
    """A file of this process, copied from the template."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / "rundbrev.sqlite3"
        # A copy of its own: a run on changed migrations deletes the cached one.
        self.template = directory / "template.sqlite3"
        self.url = f"sqlite:///{self.path}"
        self.settings = {"NAME": str(self.path)}
        with locked("sqlite"):
            cached = CACHE / f"{fingerprint()}.sqlite3"
            if not cached.exists():
                self._build(cached)
            shutil.copyfile(cached, self.template)
        self.restore()

    def restore(self) -> None:
        """Put the file back as the template has it. No connection may be open."""
        for suffix in ("-wal", "-shm", ""):
            Path(f"{self.path}{suffix}").unlink(missing_ok=True)
        shutil.copyfile(self.template, self.path)

    def close(self) -> None:
        """Leave the file to pytest, which keeps the last few temporary directories."""

    def _build(self, cached: Path) -> None:
        for old in CACHE.glob("*.sqlite3*"):
            old.unlink()
        built = CACHE / "building.sqlite3"
        migrate(f"sqlite:///{built}")
        with sqlite3.connect(built) as connection:
            connection.execute("VACUUM INTO ?", [str(cached)])
        connection.close()
        built.unlink()


def migrate(url: str) -> None:
    """Run all migrations into an empty database. Raises RuntimeError with the output."""
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity=0"],
        cwd=ROOT,
        env={
            **os.environ,
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"The test database cannot be made.\n{done.stderr}")


def fingerprint() -> str:
    """Return a short hash of the files that decide what a migrated database holds."""
    digest = hashlib.sha256()
    for pattern in SOURCES:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(str(path.relative_to(ROOT)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def locked(name: str) -> Iterator[None]:
    """Let one process at a time build a template."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
