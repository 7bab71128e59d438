"""``in`` as the database is asked for it best, where Django's own is slow."""

import json
from typing import Any

from django.db.models import Field, ForeignObject, Lookup
from django.db.models.lookups import In


# Foreign keys do not inherit the lookups of fields.
@ForeignObject.register_lookup
@Field.register_lookup
class AnyOf(Lookup):
    """``field__any_of=values``: one of many values, handed over in one piece.

    Takes a list of plain text or whole numbers as the database stores them. Django's own
    ``in`` prepares each value by itself, which for the thousand keys of a chunk costs
    more than the query, and SQLite limits how many there may be.
    """

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """Return ``column = ANY (array)``."""
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s)", [*params, list(self.rhs)]

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """Return the same of a JSON list; SQLite has no arrays."""
        column, params = self.process_lhs(compiler, connection)
        listed = "SELECT value FROM json_each(%s)"
        return f"{column} IN ({listed})", [*params, json.dumps(list(self.rhs))]


@Field.register_lookup
class OneOfFew(In):
    """``field__one_of_few=rows``: one of some thousand rows, of a table of a million.

    PostgreSQL makes the list first and looks each of them up. Told ``in``, it expects
    many and reads the whole table to join it with the list.
    """

    lookup_name = "one_of_few"

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """Return ``column = ANY (ARRAY (rows))``."""
        column, params = self.process_lhs(compiler, connection)
        rows, listed = self.process_rhs(compiler, connection)
        return f"{column} = ANY(ARRAY{rows})", [*params, *listed]
