"""Organisations as rows of cells."""

from collections.abc import Iterable, Iterator

from django.utils.text import capfirst

from crm.disarming import disarm
from crm.models import Organisation

COLUMNS = (
    *("name", "name_sv", "name_en", "kind", "country", "region", "municipality"),
    *("parent", "website", "latitude", "longitude"),
)


def organisation_rows(organisations: Iterable[Organisation]) -> Iterator[list[str]]:
    """Yield the headings, then a row per organisation; ``parent`` is joined.

    Every cell is harmless to a spreadsheet programme.
    """
    fields = [Organisation._meta.get_field(column) for column in COLUMNS]
    yield [disarm(str(capfirst(field.verbose_name))) for field in fields]
    for organisation in organisations:
        cells = [_show(organisation, column) for column in COLUMNS]
        yield [disarm(cell) for cell in cells]


def _show(organisation: Organisation, column: str) -> str:
    if column == "kind":
        return str(organisation.get_kind_display())
    if column == "parent":
        return organisation.parent.name if organisation.parent else ""
    value = getattr(organisation, column)
    return "" if value is None else str(value)
