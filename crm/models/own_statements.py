"""Constraints and indexes that Django has no words for: statements of our own.

Being a constraint lets each of them come and go with its table, in migrations.
"""

from typing import Any, ClassVar

from django.db.backends.ddl_references import Statement, Table
from django.db.models import BaseConstraint


class OwnStatements(BaseConstraint):
    """Runs statements when its table is made; ``postgres_drop`` takes them back.

    In a statement %(table)s and %(name)s stand for the table's and the constraint's, and
    what ``find_parts`` returns for itself.
    """

    postgres_drop: ClassVar[str]

    def list_texts(self, vendor: str) -> list[str]:
        """Return the statements for "sqlite" or "postgresql", in order."""
        raise NotImplementedError

    def find_parts(self, model: Any, quote: Any) -> dict[str, Any]:
        """Return what else stands in a statement, by name."""
        return {}

    def constraint_sql(self, model, schema_editor):
        """Run the statements once the table is there; nothing stands in its definition."""
        schema_editor.deferred_sql.extend(self._statements(model, schema_editor))

    def create_sql(self, model, schema_editor):
        """Return the last statement; those before it are run with the deferred ones."""
        *others, last = self._statements(model, schema_editor)
        schema_editor.deferred_sql.extend(others)
        return last

    def remove_sql(self, model, schema_editor):
        """Return what drops it on PostgreSQL; SQLite builds the table anew."""
        return self._state(self.postgres_drop, model, schema_editor)

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """Accept every row: an index forbids nothing."""

    def __eq__(self, other: object) -> bool:
        if isinstance(other, OwnStatements):
            return self.deconstruct() == other.deconstruct()
        return NotImplemented

    __hash__ = BaseConstraint.__hash__

    def _statements(self, model, schema_editor) -> list[Statement]:
        texts = self.list_texts(schema_editor.connection.vendor)
        return [self._state(text, model, schema_editor) for text in texts]

    def _state(self, text: str, model, schema_editor) -> Statement:
        # Statements know their table: SQLite renames it while it builds it anew.
        quote = schema_editor.quote_name
        table = Table(model._meta.db_table, quote)
        parts = self.find_parts(model, quote)
        return Statement(text, table=table, name=self.name, **parts)
