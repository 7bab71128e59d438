"""``make bench-crm``: the register at size on SQLite and PostgreSQL.

    python -m bench.crm --contacts 1000000 --databases sqlite,postgres --write

Makes databases of its own and throws them away. With ``--write`` the table goes into
docs/benchmarks.md.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import psycopg

from tests.databases import CACHE, ROOT, migrate
from tests.postgres import start_postgres

PAGE = ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- bench-crm: begin -->", "<!-- bench-crm: end -->"
NAMES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
GROUPS = {
    "segment": "Segments",
    "listing": "Listings, p95 of ten",
    "freeze": "Freezing a send",
    "import": "Imports; × is the ratio to a bare upsert of the same rows",
    "file": "Files and bulk",
}


def main() -> None:
    """Read the options, measure each database, show or write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=100_000)
    parser.add_argument("--databases", default="sqlite,postgres")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    figures = {
        name: MEASURED[name](options.contacts) for name in options.databases.split(",")
    }
    table = make_table(figures, options.contacts)
    sys.stdout.write(table)
    if options.write:
        write_table(table)


def measure_sqlite(contacts: int) -> list[dict]:
    """Return the figures of a fresh SQLite file."""
    with tempfile.TemporaryDirectory() as directory:
        return measure(f"sqlite:///{directory}/bench.sqlite3", contacts)


def measure_postgres(contacts: int) -> list[dict]:
    """Return the figures of a fresh database on a PostgreSQL as it comes."""
    server = start_postgres(CACHE / "postgres-bench")
    host = quote(str(server.get_postmaster_info().socket_dir))
    name = f"bench_crm_{os.getpid()}"
    admin = f"postgres://postgres@/postgres?host={host}"
    with psycopg.connect(admin, autocommit=True) as connection:
        # The tests' server gives durability up for speed.
        connection.execute("ALTER SYSTEM RESET ALL")
        connection.execute("SELECT pg_reload_conf()")
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        return measure(f"postgres://postgres@/{name}?host={host}", contacts)
    finally:
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        server.cleanup()


MEASURED = {"sqlite": measure_sqlite, "postgres": measure_postgres}


def measure(url: str, contacts: int) -> list[dict]:
    """Return the figures of an empty database at that address."""
    migrate(url)
    done = subprocess.run(
        [sys.executable, "-m", "bench.crm.measure", str(contacts)],
        cwd=ROOT,
        env={
            **os.environ,
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
        },
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    # Seen at once, and not lost should the next database fail.
    sys.stderr.write(done.stdout)
    return [json.loads(line) for line in done.stdout.splitlines() if line[:1] == "{"]


def make_table(figures: dict[str, list[dict]], contacts: int) -> str:
    """Return the figures as Markdown, a table per group, the databases side by side."""
    date = datetime.now(UTC).date().isoformat()
    lines = [
        f"## The register at {contacts:,} contacts",
        "",
        f"{date}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}. Milliseconds; × is the ratio to what the "
        "database alone takes: a bare filtered count, copying the same rows, reading "
        "them bare, COPY or executemany.",
        "",
    ]
    for group, title in GROUPS.items():
        lines += [f"### {title}", "", _head(figures), _rule(figures)]
        first = next(iter(figures.values()))
        for number, row in enumerate(first):
            if row["group"] == group:
                cells = [_cell(rows[number]) for rows in figures.values()]
                lines.append(f"| {row['name']} | {' | '.join(cells)} | {row['note']} |")
        lines.append("")
    return "\n".join(lines)


def write_table(table: str) -> None:
    """Put the table into docs/benchmarks.md, in place of the one before."""
    text = PAGE.read_text() if PAGE.exists() else "# Benchmarks\n"
    block = f"{BEGIN}\n{table}{END}\n"
    if BEGIN in text:
        before, _mark, rest = text.partition(BEGIN)
        text = before + block + rest.partition(f"{END}\n")[2]
    else:
        text = f"{text.rstrip()}\n\n{block}"
    Path(PAGE).write_text(text)


def _head(figures: dict[str, list[dict]]) -> str:
    return f"| what | {' | '.join(NAMES[name] for name in figures)} | |"


def _rule(figures: dict[str, list[dict]]) -> str:
    return f"|---|{'---:|' * len(figures)}---|"


def _cell(row: dict) -> str:
    time = f"{row['ms']:,.1f}" if row["ms"] < 100 else f"{row['ms']:,.0f}"
    return f"{time} ({row['ms'] / row['bound']:.1f}×)" if row["bound"] else time


if __name__ == "__main__":
    main()
