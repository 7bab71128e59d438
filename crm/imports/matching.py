"""Which address each row is about, and which rows are about the same one."""

from collections import defaultdict

from crm.addresses import normalise_address
from crm.exceptions import AddressError
from crm.imports.reading import Sheet


def read_addresses(sheet: Sheet, column: str = "email") -> dict[str, str]:
    """Return the one spelling of each address as written; faulty ones are not there."""
    found = {}
    for text in {row.cells.get(column, "") for row in sheet.rows}:
        try:
            found[text] = normalise_address(text)
        except AddressError:
            continue
    return found


def find_twins(sheet: Sheet, addresses: dict[str, str]) -> dict[str, list[int]]:
    """Return the row numbers of each address; more than one where it stands twice."""
    rows = defaultdict(list)
    for row in sheet.rows:
        if row.cells["email"] in addresses:
            rows[addresses[row.cells["email"]]].append(row.number)
    return dict(rows)
