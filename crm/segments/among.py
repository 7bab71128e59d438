"""How "there is a row of the contact's" is best asked, by database."""

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from crm.segments.fields import Scope

# SQLite keeps the order of a list only if it has an end.
EVERYBODY = 1_000_000_000


def among(rows: QuerySet, scope: Scope, contact: str = "contact") -> Q:
    """Return the condition on Contact that one of the rows is the contact's.

    ``contact`` is the column of the rows that names the contact; they are limited to
    the slices of the scope. PostgreSQL joins an EXISTS as it sees fit. SQLite evaluates
    one row by row: right for a few slices, but over everybody a list of ids that it
    makes once is faster, for few people a thousand times. A list of many is made in the
    order of the ids, or each would be put into its place by itself.
    """
    asks_each = scope.slices and connection.vendor == "sqlite"
    if not asks_each:
        # Where each contact is asked about, the restriction would only lead the
        # planner away from the index on the contact.
        rows = rows.filter(scope.limit(contact))
    column = rows.model._meta.get_field(contact) if "__" not in contact else None
    if column is None or column.null:
        # One NULL in the list, and NOT IN would mean nobody.
        rows = rows.filter(**{f"{contact}__isnull": False})
    if connection.vendor == "sqlite" and not asks_each:
        return Q(pk__in=rows.order_by(f"{contact}_id").values(contact)[:EVERYBODY])
    return Q(Exists(rows.filter(**{contact: OuterRef("pk")})))
