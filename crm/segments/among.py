"""How "there is a row of the contact's" is best asked, by database."""

from typing import Any

from django.db import connection
from django.db.models import CharField, Exists, F, Func, OuterRef, Q, QuerySet

from crm.segments.fields import Scope

# SQLite keeps the order of a list only if it has an end.
EVERYBODY = 1_000_000_000


class Among(Exists):
    """That one of the rows is the contact's; ``ids`` lists whose they are."""

    def __init__(self, rows: QuerySet, contact: str) -> None:
        super().__init__(rows.filter(**{contact: OuterRef("pk")}))
        self.ids = rows.order_by().values(contact)


class Unsought(Func):
    """A column that is read, but by which no rows are looked up in an index.

    On PostgreSQL only a column of text: what is common among others it knows by itself.
    """

    template = "%(expressions)s"
    arity = 1

    def __init__(self, column: str) -> None:
        super().__init__(F(column))

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """Return the column with a plus before it, which changes nothing else."""
        return self.as_sql(compiler, connection, template="+%(expressions)s", **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """Return a text with nothing put after it."""
        is_text = isinstance(self.output_field, CharField)
        template = "(%(expressions)s || '')" if is_text else self.template
        return self.as_sql(compiler, connection, template=template, **extra)


def among(rows: QuerySet, scope: Scope, contact: str = "contact") -> Q:
    """Return the condition on Contact that one of the rows is the contact's.

    ``contact`` is the column of the rows that names the contact; they are limited to
    the slices of the scope. PostgreSQL joins an EXISTS as it sees fit. SQLite evaluates
    one row by row: right for a few slices or the page of a listing, but over everybody
    a list of ids that it makes once is faster, for few people a thousand times. A list
    of many is made in the order of the ids, or each would be put into its place by
    itself.
    """
    is_sqlite = connection.vendor == "sqlite"
    asks_each = is_sqlite and (scope.slices or scope.asks_each)
    if not asks_each:
        # Where each contact is asked about, the restriction would only lead the
        # planner away from the index on the contact.
        rows = rows.filter(scope.limit(contact))
    column = rows.model._meta.get_field(contact) if "__" not in contact else None
    if column is None or column.null:
        # One NULL in the list, and NOT IN would mean nobody.
        rows = rows.filter(**{f"{contact}__isnull": False})
    if is_sqlite and not asks_each:
        return Q(pk__in=rows.order_by(f"{contact}_id").values(contact)[:EVERYBODY])
    return Q(Among(rows, contact))
