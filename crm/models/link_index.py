"""An index on a table of links that Django makes by itself.

Such a table has no Meta where an index could be named. Both of its own indexes find the
rows of a link's end; this one lists the other ends beside it, in their order, so that
"everybody who follows this topic" is read from the index alone.
"""

from typing import Any

from crm.models.own_statements import OwnStatements


class LinkIndex(OwnStatements):
    """Rows of the table of links are found by these columns, in this order."""

    # Where SQLite builds the model's table anew the index stays: its own did not change.
    create = "CREATE INDEX IF NOT EXISTS %(name)s ON {table} ({columns})"
    postgres_drop = "DROP INDEX IF EXISTS %(name)s"

    def __init__(self, *, table: str, columns: list[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.table, self.columns = table, columns

    def list_texts(self, vendor):
        """Return the statement that makes it."""
        columns = ", ".join(self.columns)
        return [self.create.format(table=self.table, columns=columns)]

    def deconstruct(self):
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, "table": self.table, "columns": self.columns}
