"""Which address each row is about, and which rows are about the same person."""

from collections import defaultdict
from collections.abc import Iterable

from crm.addresses import normalise_address
from crm.disarming import rearm
from crm.exceptions import AddressError
from crm.imports.columns import SEAT_COLUMNS
from crm.imports.sheets import Row


def read_addresses(rows: Iterable[Row], column: str = "email") -> dict[str, str]:
    """Return the one spelling of each address as written; faulty ones are not there."""
    found = {}
    for text in {row.cells.get(column, "") for row in rows}:
        try:
            found[text] = normalise_address(rearm(text))
        except AddressError:
            continue
    return found


def find_twins(
    rows: Iterable[Row], addresses: dict[str, str]
) -> tuple[dict[str, list[int]], set[str]]:
    """Return the row numbers of addresses that contradict each other, and the shared.

    Several rows may be about one person when each names a seat and they say the same
    about the person, as our own export writes somebody with two seats.
    """
    first: dict[str, Row] = {}
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        address = addresses.get(row.cells["email"])
        if address is None:
            continue
        if address not in first:
            first[address] = row
        else:
            groups[address].append(row)
    twins, shared = {}, set()
    for address, others in groups.items():
        group = [first[address], *others]
        if _is_one_person(group):
            shared.add(address)
        else:
            twins[address] = [row.number for row in group]
    return twins, shared


def _is_one_person(rows: list[Row]) -> bool:
    facts = {
        tuple(
            cell
            for column, cell in row.cells.items()
            if column not in SEAT_COLUMNS and column != "email"
        )
        for row in rows
    }
    seats = {
        tuple(row.cells.get(column, "") for column in SEAT_COLUMNS) for row in rows
    }
    has_seat = all(row.cells.get("organisation") for row in rows)
    return len(facts) == 1 and has_seat and len(seats) == len(rows)
