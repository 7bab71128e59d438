"""``field__any_of=values``: one of many values, handed over in one piece.

Django's own ``in`` prepares each value by itself, which for the thousand keys of a chunk
costs more than the query, and SQLite limits how many there may be.
"""

import json
from typing import Any

from django.db.models import Field, ForeignObject, Lookup


# Foreign keys do not inherit the lookups of fields.
@ForeignObject.register_lookup
@Field.register_lookup
class AnyOf(Lookup):
    """Takes a list of plain text or whole numbers as the database stores them."""

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
