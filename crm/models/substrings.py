"""Any part of a name or an address is found fast, on both databases.

Trigrams: FTS5 on SQLite, pg_trgm on PostgreSQL. Where the database has neither, the
same search reads every row.
"""

from typing import Any

from django.db.backends.ddl_references import Statement, Table
from django.db.models import BaseConstraint, CharField
from django.db.models.lookups import IContains

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


class SubstringIndex(BaseConstraint):
    """Parts of three letters or more in these text columns are found without a scan.

    It forbids nothing; being a constraint lets it come and go with its table.
    """

    def __init__(self, *, columns: list[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.columns = columns

    def constraint_sql(self, model, schema_editor):
        """Add the index once the table is there; nothing stands in its definition."""
        schema_editor.deferred_sql.extend(self._statements(model, schema_editor))

    def create_sql(self, model, schema_editor):
        """Return the last statement; those before it are run with the deferred ones."""
        *others, last = self._statements(model, schema_editor)
        schema_editor.deferred_sql.extend(others)
        return last

    def remove_sql(self, model, schema_editor):
        """Return what drops it on PostgreSQL; SQLite builds the table anew."""
        return self._state(POSTGRES_DROP, model, schema_editor)

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """Accept every row."""

    def deconstruct(self):
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, "columns": self.columns}

    def __eq__(self, other):
        if isinstance(other, SubstringIndex):
            return self.deconstruct() == other.deconstruct()
        return super().__eq__(other)

    __hash__ = BaseConstraint.__hash__

    def _statements(self, model, schema_editor) -> list[Statement]:
        texts = SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRES
        parts = {
            "columns": ", ".join(self.columns),
            "new": ", ".join(f"new.{column}" for column in self.columns),
            "old": ", ".join(f"old.{column}" for column in self.columns),
            "trigrams": ", ".join(f"{column} gin_trgm_ops" for column in self.columns),
        }
        return [
            self._state(text.format(**parts), model, schema_editor) for text in texts
        ]

    def _state(self, text: str, model, schema_editor) -> Statement:
        # Statements know their table: SQLite renames it while it builds it anew.
        table = Table(model._meta.db_table, schema_editor.quote_name)
        return Statement(text, table=table, name=self.name)
