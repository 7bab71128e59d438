"""What undo left alone, in words: which row, why, and who was there since."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.utils.translation import gettext as _
from wagtail.models import ModelLogEntry

from crm.imports.tables import column_of
from crm.imports.undoing import MODELS, Kept
from crm.models import ImportBatch


@dataclass(frozen=True)
class KeptRow:
    """One row for the page: ``kind`` and ``name`` of the thing, why, who, when."""

    kind: str
    name: str
    why: str
    row_number: int
    who: str = ""
    when: Any = None


def describe_kept(batch: ImportBatch, kept: Iterable[Kept]) -> list[KeptRow]:
    """Return the rows in words, in their order; two queries per table."""
    rows = list(kept)
    named: dict[tuple[str, int], str] = {}
    edited: dict[tuple[str, int], ModelLogEntry] = {}
    for name, model in MODELS.items():
        ids = [row.object_id for row in rows if row.model == name]
        if ids:
            found = model._default_manager.in_bulk(ids)
            named |= {(name, pk): str(thing) for pk, thing in found.items()}
            edited |= {(name, pk): e for pk, e in _entries(batch, model, ids)}
    return [_describe(row, named.get(row[:2], ""), edited.get(row[:2])) for row in rows]


def _entries(
    batch: ImportBatch, model: type[Model], ids: list[int]
) -> list[tuple[int, ModelLogEntry]]:
    """Return the last entry of each thing's history since the import."""
    entries = ModelLogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(model),
        object_id__in=[str(pk) for pk in ids],
        timestamp__gt=batch.applied_at or batch.created_at,
    )
    ordered = entries.select_related("user").order_by("timestamp")
    return [(int(entry.object_id), entry) for entry in ordered]


def _describe(row: Kept, name: str, entry: ModelLogEntry | None) -> KeptRow:
    model = MODELS[row.model]
    return KeptRow(
        kind=str(model._meta.verbose_name),
        name=name or (entry.label if entry else ""),
        why=_reason(row, model),
        row_number=row.row_number,
        who=entry.user_display_name if entry else "",
        when=entry.timestamp if entry else None,
    )


def _reason(row: Kept, model: type[Model]) -> str:
    if row.why == "edited":
        columns = ", ".join(_label(model, column) for column in row.columns)
        return _("Changed since: %(columns)s.") % {"columns": columns}
    if row.why == "referred":
        return _("Something else refers to it by now.")
    if row.why == "clash":
        return _("Something else has taken its place since.")
    return _("Is no longer in the register.")


def _label(model: type[Model], column: str) -> str:
    return str(column_of(model, column.removesuffix("_id")).verbose_name)
