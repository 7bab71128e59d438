"""Every relation to contacts, and how its rows follow when two contacts become one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import ForeignKey, Model, Q, QuerySet
from django.utils.translation import gettext as _

from crm.exceptions import MergeError
from crm.models import Contact


@dataclass(frozen=True)
class Pair:
    """The contact that stays, the one that goes, and the user who decided it."""

    kept: Contact
    lost: Contact
    by: Any = None


Move = Callable[[Pair], None]
Rows = Callable[[Pair], QuerySet]


@dataclass(frozen=True)
class Relation:
    """A table whose rows refer to contacts.

    ``rows`` are all that a merge of the pair may change; ``move`` changes them so that
    none refers to the lost contact any more.
    """

    label: str
    fields: tuple[str, ...]
    rows: Rows
    move: Move

    @property
    def model(self) -> type[Model]:
        return apps.get_model(self.label)


_relations: dict[str, Relation] = {}

# Tables with a content type and an id that speak of the past, or that Wagtail keeps.
STAYING = {"wagtailcore.ModelLogEntry", "wagtailcore.ReferenceIndex"}


def register_relation(
    label: str, *fields: str, move: Move, rows: Rows | None = None
) -> None:
    """Let rows of the model ``label`` ("app.Model") follow a merge by ``move(pair)``.

    ``fields`` are the foreign keys to contacts that ``move`` takes care of; without
    ``rows`` it may change exactly the rows in which one of them is of the pair. A table
    that mentions contacts in another way has no fields, and says ``rows``. ``move``
    raises MergeError with a sentence when the pair cannot be merged now. Raises
    ValueError when the table is registered already.
    """
    if label in _relations:
        raise ValueError(f"{label} is registered already.")
    if rows is None:
        rows = _rows_by_field(label, fields)
    _relations[label] = Relation(label, fields, rows, move)


def forget_relation(label: str) -> None:
    """Take a registered relation away again; for tests."""
    del _relations[label]


def all_relations() -> list[Relation]:
    """Return the registered relations in the order in which they are moved."""
    return list(_relations.values())


def move_key(label: str, field: str) -> Move:
    """Return a move that lets a plain foreign key point to the kept contact."""

    def move(pair: Pair) -> None:
        rows = apps.get_model(label)._base_manager.filter(**{field: pair.lost})
        rows.update(**{field: pair.kept})

    return move


def check_relations() -> None:
    """Raise MergeError naming each relation to contacts that nobody registered."""
    known = {
        (relation.label, field)
        for relation in all_relations()
        for field in relation.fields
    }
    unknown = sorted(
        f"{label}.{field}"
        for label, field in find_relations()
        if (label, field) not in known
    )
    if unknown:
        raise MergeError(
            _(
                "Contacts cannot be merged: it is not laid down what becomes of "
                "%(relations)s. Tell whoever develops the site."
            )
            % {"relations": ", ".join(unknown)}
        )


def find_relations() -> Iterator[tuple[str, str]]:
    """Yield (model label, field) of every foreign key to contacts in the database.

    A many-to-many relation, whichever side it is declared on, is its table's key.
    """
    for model in apps.get_models(include_auto_created=True):
        if model._meta.proxy or not model._meta.managed:
            continue
        for field in model._meta.local_fields:
            if isinstance(field, ForeignKey) and field.related_model is Contact:
                yield model._meta.label, field.name


def check_generic(lost: Contact) -> None:
    """Raise MergeError when a row refers to the contact by content type and id."""
    content_type = ContentType.objects.get_for_model(Contact)
    for model, type_field, id_field in _find_generic():
        rows = model._base_manager.filter(
            **{type_field: content_type, id_field: str(lost.pk)}
        )
        if rows.exists():
            raise MergeError(
                _(
                    "Contacts cannot be merged: it is not laid down what becomes of "
                    "%(relations)s. Tell whoever develops the site."
                )
                % {"relations": model._meta.label}
            )


def check_moved(lost: Contact) -> None:
    """Raise MergeError when a row still refers to the lost contact.

    Deleting it would take such a row along. A move that forgets one is a mistake of the
    code; this is where it is caught.
    """
    for label, field in find_relations():
        rows = apps.get_model(label)._base_manager.filter(**{field: lost.pk})
        if rows.exists():
            raise MergeError(
                _("Nothing was merged: %(relation)s still has rows of the other one.")
                % {"relation": f"{label}.{field}"}
            )


def _find_generic() -> Iterator[tuple[type[Model], str, str]]:
    for model in apps.get_models():
        if model._meta.label in STAYING or model._meta.proxy:
            continue
        generic = [f for f in model._meta.private_fields if hasattr(f, "fk_field")]
        for field in generic:
            yield model, field.ct_field, field.fk_field
        names = {field.name for field in model._meta.local_fields}
        if not generic and {"content_type", "object_id"} <= names:
            yield model, "content_type", "object_id"


def _rows_by_field(label: str, fields: tuple[str, ...]) -> Rows:
    def rows(pair: Pair) -> QuerySet:
        condition = Q()
        for field in fields:
            condition |= Q(**{f"{field}__in": [pair.kept.pk, pair.lost.pk]})
        return apps.get_model(label)._base_manager.filter(condition)

    return rows


def through_label(model: type[Model], name: str) -> str:
    """Return the label of a many-to-many field's own table."""
    return getattr(model, name).through._meta.label
