"""An index of words, on both databases: FTS5 on SQLite, GIN on PostgreSQL."""

from crm.models.own_statements import OwnStatements

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


class WordIndex(OwnStatements):
    """The stems in the columns ``head`` and ``body`` of a table can be searched for."""

    postgres_drop = POSTGRES_DROP

    def list_texts(self, vendor):
        """Return the statements."""
        return list(SQLITE if vendor == "sqlite" else POSTGRES)

    def find_parts(self, model, quote):
        """Return the column that the index finds rows by."""
        return {"key": quote(model._meta.pk.column)}
