"""What a table must never hold, where Django has no constraint of its own for it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS
from django.db.backends.ddl_references import Columns
from django.db.models import Q

from crm.models.own_statements import OwnStatements

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


class NoOverlap(OwnStatements):
    """No two rows of one ``of`` share a day, both ends counted; None means unbounded.

    Breaking it raises IntegrityError on SQLite and PostgreSQL alike.
    """

    postgres_drop = POSTGRES_DROP

    def __init__(self, *, of: str, start: str, end: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.of, self.start, self.end = of, start, end

    def list_texts(self, vendor):
        """Return the triggers."""
        if vendor != "sqlite":
            return [POSTGRES]
        return [
            SQLITE.format(when=when, event=event)
            for when, event in SQLITE_EVENTS.items()
        ]

    def find_parts(self, model, quote):
        """Return the columns that the triggers compare."""
        names = {
            "pk": model._meta.pk.name,
            "of": self.of,
            "start": self.start,
            "end": self.end,
        }
        return {
            part: Columns(
                model._meta.db_table, [model._meta.get_field(name).column], quote
            )
            for part, name in names.items()
        }

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
