"""One of the administrator's fields, for many contacts in one statement."""

import json
from collections.abc import Callable
from typing import Any

from django.db.models import F, Func, JSONField, QuerySet
from django.utils import timezone

from crm.custom import CustomValue
from crm.models import Contact, CustomField, Job

DROP_JOB = "drop_field"
STEP = 2000


class PutKey(Func):
    """The JSON of ``custom`` with one key set; the key's text is a slug."""

    output_field = JSONField()

    def __init__(self, column: Any, key: str, value: CustomValue) -> None:
        super().__init__(column)
        self.key, self.value = key, value

    def as_sqlite(self, compiler, connection, **context):
        """Return SQLite's json_set."""
        sql, params = compiler.compile(self.source_expressions[0])
        path = f'$."{self.key}"'
        return f"JSON_SET({sql}, %s, JSON(%s))", (
            *params,
            path,
            json.dumps(self.value),
        )

    def as_postgresql(self, compiler, connection, **context):
        """Return PostgreSQL's jsonb_set."""
        sql, params = compiler.compile(self.source_expressions[0])
        return f"JSONB_SET({sql}, ARRAY[%s], %s::jsonb)", (
            *params,
            self.key,
            json.dumps(self.value),
        )


class DropKey(Func):
    """The JSON of ``custom`` without one key."""

    output_field = JSONField()

    def __init__(self, column: Any, key: str) -> None:
        super().__init__(column)
        self.key = key

    def as_sqlite(self, compiler, connection, **context):
        """Return SQLite's json_remove."""
        sql, params = compiler.compile(self.source_expressions[0])
        return f"JSON_REMOVE({sql}, %s)", (*params, f'$."{self.key}"')

    def as_postgresql(self, compiler, connection, **context):
        """Return PostgreSQL's minus."""
        sql, params = compiler.compile(self.source_expressions[0])
        return f"({sql} - %s::text)", (*params, self.key)


def having(field: CustomField) -> QuerySet[Contact]:
    """Return the contacts that have a value in that field."""
    return Contact.objects.filter(custom__has_key=field.slug)


def put_everywhere(
    contacts: QuerySet[Contact], field: CustomField, value: CustomValue
) -> int:
    """Give the contacts that value, or with None take theirs away; return how many.

    One statement. ``value`` is as ``read_value`` returns it.
    """
    new = (
        DropKey(F("custom"), field.slug)
        if value is None
        else PutKey(F("custom"), field.slug, value)
    )
    return contacts.order_by().update(custom=new, updated_at=timezone.now())


def drop_field(field: CustomField, report: Callable[[int, int], None]) -> int:
    """Delete a field with everybody's values; return how many contacts had one.

    In steps of some thousand, each a transaction of its own; the field goes last.
    """
    users = list(having(field).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(users), STEP):
        step = Contact.objects.filter(pk__in=users[start : start + STEP])
        put_everywhere(step, field, None)
        report(min(start + STEP, len(users)), len(users))
    field.delete()
    return len(users)


def run_drop(job: Job, report: Callable[[int, int], None]) -> dict[str, Any]:
    """Do the job of deleting a field; ``parameters`` are its id and where to go on."""
    field = CustomField.objects.get(pk=job.parameters["field"])
    drop_field(field, report)
    return {"url": job.parameters["done_url"]}
