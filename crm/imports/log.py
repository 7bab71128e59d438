"""How imports stand in the histories: each contact's, and the import's own."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import LogFormatter
from wagtail.models import ModelLogEntry

from crm.imports.tables import insert_rows, prepare, to_json
from crm.models import Contact, ImportBatch

IMPORT_ACTION = "crm.import"
UNDO_ACTION = "crm.import_undone"


class ImportLogFormatter(LogFormatter):
    label = gettext_lazy("Imported file")

    def format_message(self, log_entry):
        return _("Imported from %(file)s") % {"file": log_entry.data.get("file", "")}


class UndoLogFormatter(LogFormatter):
    label = gettext_lazy("Undo an import")

    def format_message(self, log_entry):
        return _("Took the import of %(file)s back") % {
            "file": log_entry.data.get("file", "")
        }


def log_contacts(
    action: str,
    labels: Mapping[int, str],
    batch: ImportBatch,
    *,
    context: UUID,
    by: Any,
) -> None:
    """Write the action into the history of each contact; ``labels``: names by key.

    ``context`` ties together what one import wrote.
    """
    entry = ModelLogEntry(timestamp=timezone.now(), uuid=context, action=action)
    fixed = {
        "content_type_id": ContentType.objects.get_for_model(Contact).pk,
        "data": to_json({"file": batch.file_name, "import": batch.pk}),
        "user_id": by.pk if by else None,
        **{
            column: prepare(ModelLogEntry, column, getattr(entry, column))
            for column in ("action", "timestamp", "uuid", "content_changed", "deleted")
        },
    }
    values = tuple(fixed.values())
    insert_rows(
        ModelLogEntry,
        (*fixed, "object_id", "label"),
        [(*values, str(pk), label) for pk, label in labels.items()],
    )
