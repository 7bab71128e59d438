"""An index on a table of links that Django makes by itself.

Such a table has no Meta where an index could be named. Both of its own indexes find the
rows of a link's end; this one lists the other ends beside it, in their order, so that
"everybody who follows this topic" is read from the index alone.
"""

from typing import Any

from django.db.models import BaseConstraint

CREATE = "CREATE INDEX IF NOT EXISTS {name} ON {table} ({columns})"
DROP = "DROP INDEX IF EXISTS {name}"


class LinkIndex(BaseConstraint):
    """Rows of the table of links are found by these columns, in this order.

    It forbids nothing; being a constraint lets it come and go with the model.
    """

    def __init__(self, *, table: str, columns: list[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.table, self.columns = table, columns

    def constraint_sql(self, model, schema_editor):
        """Add the index once the table is there; nothing stands in its definition."""
        schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))

    def create_sql(self, model, schema_editor):
        """Return what makes it. Also run when SQLite builds the model's table anew."""
        return self._state(CREATE, schema_editor)

    def remove_sql(self, model, schema_editor):
        """Return what drops it."""
        return self._state(DROP, schema_editor)

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """Accept every row."""

    def deconstruct(self):
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, "table": self.table, "columns": self.columns}

    def __eq__(self, other):
        if isinstance(other, LinkIndex):
            return self.deconstruct() == other.deconstruct()
        return super().__eq__(other)

    __hash__ = BaseConstraint.__hash__

    def _state(self, text: str, schema_editor) -> str:
        quote = schema_editor.quote_name
        return text.format(
            name=quote(self.name),
            table=quote(self.table),
            columns=", ".join(map(quote, self.columns)),
        )
