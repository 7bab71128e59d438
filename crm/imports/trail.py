"""What an import changed, row of table by row of table, as ``ImportChange`` keeps it."""

from typing import Any

from crm.choices import ChangeAction
from crm.imports.tables import insert_rows, to_json
from crm.models import ImportBatch, ImportChange

COLUMNS = (
    *("batch_id", "row_number", "model", "object_id"),
    *("action", "before", "after"),
)
NOTHING = "{}"


class Trail:
    """Collects the changes of a chunk and writes them together."""

    def __init__(self, batch: ImportBatch) -> None:
        self.batch = batch
        self._rows: list[tuple] = []

    def made(self, number: int, model: str, pk: int, after: dict[str, Any]) -> None:
        """Note a table row that row ``number`` of the file made."""
        self._add(number, model, pk, ChangeAction.CREATED, NOTHING, to_json(after))

    def changed(
        self, number: int, model: str, pk: int, before: dict, after: dict
    ) -> None:
        """Note a table row that row ``number`` of the file changed."""
        self._add(
            *(number, model, pk, ChangeAction.CHANGED),
            *(to_json(before), to_json(after)),
        )

    def write(self) -> None:
        """Write what was collected."""
        insert_rows(ImportChange, COLUMNS, self._rows)
        self._rows = []

    def _add(
        self,
        number: int,
        model: str,
        pk: int,
        action: ChangeAction,
        before: str,
        after: str,
    ) -> None:
        self._rows.append(
            (self.batch.pk, number, model, pk, action.value, before, after)
        )
