"""Imports in a contact's timeline, as long as their record is kept."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.choices import ChangeAction
from crm.models import ImportChange
from crm.timeline import Asked, Entry, register_source

IMPORTED = "imported"


def read_imports(asked: Asked) -> list[Entry]:
    """Return the imports that made or changed the contact, the newest first."""
    if asked.contact is None:
        return []
    changes = ImportChange.objects.filter(model="contact", object_id=asked.contact.pk)
    changes = changes.exclude(batch__applied_at=None).select_related("batch__by")
    return [_entry(change) for change in changes.order_by("-pk")[: asked.limit]]


def _entry(change: ImportChange) -> Entry:
    batch = change.batch
    if change.action == ChangeAction.CREATED:
        title = _("Came in with the import of %(file)s, row %(row)s")
    else:
        title = _("Changed by the import of %(file)s, row %(row)s")
    return Entry(
        at=batch.applied_at or batch.created_at,
        kind=IMPORTED,
        title=title % {"file": batch.file_name, "row": change.row_number},
        text=batch.ground,
        who=str(batch.by or ""),
        url=reverse("crm_import_batch", args=[batch.pk]),
    )


def register_imports() -> None:
    """Let the timeline tell of imports."""
    register_source(read_imports, kinds={IMPORTED: gettext_lazy("Imported file")})
