"""Build the migrated databases that tests copy, before any test waits for one.

``make test`` runs ``python -m tests.templates`` beside the checks, which leave one of two
cores idle. One that is there already costs nothing.
"""

import tempfile
from pathlib import Path

from tests.databases import SqliteDatabase
from tests.faults.databases import FaultyPostgres
from tests.postgres import PostgresDatabase


def build_templates() -> None:
    """Build the three: SQLite's, PostgreSQL's, and that of the faults' PostgreSQL."""
    with tempfile.TemporaryDirectory() as directory:
        SqliteDatabase(Path(directory)).close()
        PostgresDatabase("templates").close()
        FaultyPostgres(Path(directory)).close()


if __name__ == "__main__":
    build_templates()
