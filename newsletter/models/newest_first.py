"""An index from the newest to the oldest, those without a date last, on both databases."""

from typing import Any

from django.db import models
from django.db.models import F


class NewestFirst(models.Index):
    """An index whose downward fields (``-published_on``) have their nulls last.

    SQLite has them there by itself, and forbids saying so in an index; PostgreSQL must be
    told, or the index is of no use where the order asks for it.
    """

    def create_sql(self, model: Any, schema_editor: Any, **kwargs: Any) -> Any:
        """Return the index's SQL."""
        if schema_editor.connection.vendor == "sqlite":
            return super().create_sql(model, schema_editor, **kwargs)
        columns = [
            F(name).desc(nulls_last=True) if order == "DESC" else F(name)
            for name, order in self.fields_orders
        ]
        index = models.Index(*columns, name=self.name)
        return index.create_sql(model, schema_editor, **kwargs)
