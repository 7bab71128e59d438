"""Any part of a name or an address is found fast, on both databases.

Trigrams: FTS5 on SQLite, pg_trgm on PostgreSQL. Where the database has neither, the
same search reads every row.
"""

from typing import Any

from django.db.models import CharField
from django.db.models.lookups import IContains

from crm.models.own_statements import OwnStatements

# SQLite keeps them in a table of its own, which triggers hold in step. Without places
# (detail) it is a fifth of the size; who holds all trigrams is then looked at once more.
SQLITE = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS %(name)s USING fts5({columns},"
    " content=%(table)s, content_rowid=id, tokenize=trigram, detail=none)",
    "CREATE TRIGGER %(name)s_insert AFTER INSERT ON %(table)s BEGIN"
    " INSERT INTO %(name)s (rowid, {columns}) VALUES (new.id, {new}); END",
    "CREATE TRIGGER %(name)s_delete AFTER DELETE ON %(table)s BEGIN"
    " INSERT INTO %(name)s (%(name)s, rowid, {columns})"
    " VALUES ('delete', old.id, {old}); END",
    "CREATE TRIGGER %(name)s_update AFTER UPDATE OF {columns} ON %(table)s BEGIN"
    " INSERT INTO %(name)s (%(name)s, rowid, {columns})"
    " VALUES ('delete', old.id, {old});"
    " INSERT INTO %(name)s (rowid, {columns}) VALUES (new.id, {new}); END",
    # What is there already: a table that was built anew, or one that had no index.
    "INSERT INTO %(name)s (%(name)s) VALUES ('rebuild')",
)
# The extension comes with PostgreSQL but may be left out, or be for the superuser.
POSTGRES = (
    "DO $$ BEGIN"
    " BEGIN CREATE EXTENSION IF NOT EXISTS pg_trgm;"
    " EXCEPTION WHEN insufficient_privilege OR undefined_file"
    " OR feature_not_supported THEN NULL; END;"
    " IF EXISTS (SELECT 1 FROM pg_opclass WHERE opcname = 'gin_trgm_ops') THEN"
    " CREATE INDEX IF NOT EXISTS %(name)s ON %(table)s USING gin ({trigrams});"
    " END IF; END $$",
)
POSTGRES_DROP = "DROP INDEX IF EXISTS %(name)s"


@CharField.register_lookup
class HasPart(IContains):
    """``field__has_part=text``: ``icontains`` as PostgreSQL's index knows it."""

    lookup_name = "has_part"

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """Return ``column ILIKE text``: Django's UPPER(column) has no index."""
        column, params = compiler.compile(self.lhs)
        text, texts = self.process_rhs(compiler, connection)
        return f"{column} ILIKE {text}", [*params, *texts]

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """Return what Django writes for ``icontains``."""
        return IContains(self.lhs, self.rhs).as_sql(compiler, connection)


class SubstringIndex(OwnStatements):
    """Parts of three letters or more in these text columns are found without a scan."""

    postgres_drop = POSTGRES_DROP

    def __init__(self, *, columns: list[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.columns = columns

    def list_texts(self, vendor):
        """Return the statements, with the columns in them."""
        parts = {
            "columns": ", ".join(self.columns),
            "new": ", ".join(f"new.{column}" for column in self.columns),
            "old": ", ".join(f"old.{column}" for column in self.columns),
            "trigrams": ", ".join(f"{column} gin_trgm_ops" for column in self.columns),
        }
        texts = SQLITE if vendor == "sqlite" else POSTGRES
        return [text.format(**parts) for text in texts]

    def deconstruct(self):
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, "columns": self.columns}
