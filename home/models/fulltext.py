"""An index of words, on both databases: FTS5 on SQLite, GIN on PostgreSQL."""

from typing import Any

from django.db.backends.ddl_references import Statement, Table
from django.db.models import BaseConstraint

# The words are stemmed before they are stored, so neither database may know better.
# On SQLite the index is a table of its own that triggers keep in step.
SQLITE = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS %(name)s USING fts5(head, body,"
    " content=%(table)s, content_rowid=%(key)s,"
    " tokenize='unicode61 remove_diacritics 0')",
    "CREATE TRIGGER %(name)s_insert AFTER INSERT ON %(table)s BEGIN"
    " INSERT INTO %(name)s (rowid, head, body)"
    " VALUES (new.%(key)s, new.head, new.body); END",
    "CREATE TRIGGER %(name)s_delete AFTER DELETE ON %(table)s BEGIN"
    " INSERT INTO %(name)s (%(name)s, rowid, head, body)"
    " VALUES ('delete', old.%(key)s, old.head, old.body); END",
    "CREATE TRIGGER %(name)s_update AFTER UPDATE ON %(table)s BEGIN"
    " INSERT INTO %(name)s (%(name)s, rowid, head, body)"
    " VALUES ('delete', old.%(key)s, old.head, old.body);"
    " INSERT INTO %(name)s (rowid, head, body)"
    " VALUES (new.%(key)s, new.head, new.body); END",
)
# On PostgreSQL the database keeps the words in columns that Django does not know: to
# read them out of the texts takes two milliseconds an item, at every search.
# Statistics would tell it that a common word is in every row, and it would read all of
# their words instead of the index, which takes ten times as long.
HEAD_WORDS, ALL_WORDS = "head_words", "all_words"
POSTGRES = (
    f"ALTER TABLE %(table)s ADD COLUMN {HEAD_WORDS} tsvector"
    " GENERATED ALWAYS AS (to_tsvector('simple', head)) STORED,"
    f" ADD COLUMN {ALL_WORDS} tsvector GENERATED ALWAYS AS"
    " (to_tsvector('simple', head) || to_tsvector('simple', body)) STORED,"
    f" ALTER COLUMN {ALL_WORDS} SET STATISTICS 0",
    # Items are few and read often: what is new goes into the index at once, not onto a
    # list beside it that every search reads until somebody vacuums.
    f"CREATE INDEX %(name)s ON %(table)s USING gin ({ALL_WORDS})"
    " WITH (fastupdate = off)",
)
# Takes the index along.
POSTGRES_DROP = (
    f"ALTER TABLE %(table)s DROP COLUMN IF EXISTS {HEAD_WORDS},"
    f" DROP COLUMN IF EXISTS {ALL_WORDS}"
)


class WordIndex(BaseConstraint):
    """The stems in the columns ``head`` and ``body`` of a table can be searched for.

    It forbids nothing; being a constraint lets it come and go with its table.
    """

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

    def __eq__(self, other: object) -> bool:
        if isinstance(other, WordIndex):
            return self.deconstruct() == other.deconstruct()
        return NotImplemented

    __hash__ = BaseConstraint.__hash__

    def _statements(self, model, schema_editor) -> list[Statement]:
        texts = SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRES
        return [self._state(text, model, schema_editor) for text in texts]

    def _state(self, text: str, model, schema_editor) -> Statement:
        table = Table(model._meta.db_table, schema_editor.quote_name)
        key = schema_editor.quote_name(model._meta.pk.column)
        return Statement(text, table=table, name=self.name, key=key)
