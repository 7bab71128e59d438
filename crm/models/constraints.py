"""What a table must never hold, where Django has no constraint of its own for it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS
from django.db.backends.ddl_references import Columns, Statement, Table
from django.db.models import BaseConstraint, Q

# An exclusion constraint would be PostgreSQL's own word for it, but SQLite has none, so
# both get a trigger. It sees what is committed: two who write at the same moment must
# have locked the row that ``of`` points to, as crm.seats does.
OVERLAP = (
    "EXISTS (SELECT 1 FROM %(table)s AS other"
    " WHERE other.%(of)s = NEW.%(of)s AND other.%(pk)s <> NEW.%(pk)s"
    " AND (other.%(start)s IS NULL OR NEW.%(end)s IS NULL"
    " OR other.%(start)s <= NEW.%(end)s)"
    " AND (NEW.%(start)s IS NULL OR other.%(end)s IS NULL"
    " OR NEW.%(start)s <= other.%(end)s))"
)
SQLITE = (
    # After, since a new row has no key of its own before.
    "CREATE TRIGGER %(name)s_{when} AFTER {event} ON %(table)s FOR EACH ROW"
    f" WHEN {OVERLAP}"
    " BEGIN SELECT RAISE(ABORT, '%(name)s'); END"
)
SQLITE_EVENTS = {"insert": "INSERT", "update": "UPDATE OF %(of)s, %(start)s, %(end)s"}
POSTGRES = (
    "CREATE OR REPLACE FUNCTION %(name)s() RETURNS trigger LANGUAGE plpgsql AS $$"
    f" BEGIN IF {OVERLAP} THEN"
    " RAISE EXCEPTION '%(name)s' USING ERRCODE = 'exclusion_violation';"
    " END IF; RETURN NEW; END $$;"
    "CREATE TRIGGER %(name)s BEFORE INSERT OR UPDATE OF %(of)s, %(start)s, %(end)s"
    " ON %(table)s FOR EACH ROW EXECUTE FUNCTION %(name)s()"
)
POSTGRES_DROP = (
    "DROP TRIGGER IF EXISTS %(name)s ON %(table)s; DROP FUNCTION IF EXISTS %(name)s()"
)


class NoOverlap(BaseConstraint):
    """No two rows of one ``of`` share a day, both ends counted; None means unbounded.

    Breaking it raises IntegrityError on SQLite and PostgreSQL alike.
    """

    def __init__(self, *, of: str, start: str, end: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.of, self.start, self.end = of, start, end

    def constraint_sql(self, model, schema_editor):
        """Add the triggers once the table is there; nothing stands in its definition."""
        schema_editor.deferred_sql.extend(self._statements(model, schema_editor))

    def create_sql(self, model, schema_editor):
        """Return the last statement; those before it are run with the deferred ones."""
        *others, last = self._statements(model, schema_editor)
        schema_editor.deferred_sql.extend(others)
        return last

    def remove_sql(self, model, schema_editor):
        """Return what drops it on PostgreSQL; SQLite builds the table anew."""
        return self._state(POSTGRES_DROP, model, schema_editor)

    def validate(self, model, instance, exclude=None, using=DEFAULT_DB_ALIAS):
        """Raise ValidationError when another row shares a day with this one."""
        if exclude and {self.of, self.start, self.end} & set(exclude):
            return
        start, end = getattr(instance, self.start), getattr(instance, self.end)
        of = model._meta.get_field(self.of).attname
        others = model._default_manager.using(using).filter(
            **{of: getattr(instance, of)}
        )
        if start is not None:
            others = others.filter(
                Q(**{f"{self.end}__isnull": True}) | Q(**{f"{self.end}__gte": start})
            )
        if end is not None:
            others = others.filter(
                Q(**{f"{self.start}__isnull": True}) | Q(**{f"{self.start}__lte": end})
            )
        if others.exclude(pk=instance.pk).exists():
            raise ValidationError(
                self.get_violation_error_message(), code=self.violation_error_code
            )

    def deconstruct(self):
        path, args, kwargs = super().deconstruct()
        return (
            path,
            args,
            {**kwargs, "of": self.of, "start": self.start, "end": self.end},
        )

    def __eq__(self, other):
        if isinstance(other, NoOverlap):
            return self.deconstruct() == other.deconstruct()
        return super().__eq__(other)

    __hash__ = BaseConstraint.__hash__

    def _statements(self, model, schema_editor) -> list[Statement]:
        if schema_editor.connection.vendor == "sqlite":
            texts = [
                SQLITE.format(when=when, event=event)
                for when, event in SQLITE_EVENTS.items()
            ]
        else:
            texts = [POSTGRES]
        return [self._state(text, model, schema_editor) for text in texts]

    def _state(self, text: str, model, schema_editor) -> Statement:
        # Statements know their table: SQLite renames it while it builds it anew.
        table, quote = model._meta.db_table, schema_editor.quote_name
        columns = {
            part: Columns(table, [model._meta.get_field(field).column], quote)
            for part, field in (
                ("pk", model._meta.pk.name),
                ("of", self.of),
                ("start", self.start),
                ("end", self.end),
            )
        }
        return Statement(text, table=Table(table, quote), name=self.name, **columns)
