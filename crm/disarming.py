"""Cells that a spreadsheet programme would run, made harmless so that it can be undone.

OWASP, "CSV injection": a cell is run when it begins with one of ``SIGNS``. It may also
begin after a separator, for a programme that splits cells where ours does not. Before
each such place goes an apostrophe, which ``rearm`` takes away again, and only that one:
``rearm(disarm(cell)) == cell`` for every text. Pure.
"""

import re

# The full-width signs are taken for the plain ones by some programmes.
SIGNS = r"=+\-@\t\r\n＝＋－＠"
SEPARATORS = r",;|\t\r\n\""
# Blanks before the sign are skipped by some programmes; apostrophes may be ours.
_ARMED = rf"(?=[ \u00a0']*[{SIGNS}])"
_AT_START = rf"(?:^|(?<=[{SEPARATORS}]))"
_PLACES = re.compile(rf"{_AT_START}{_ARMED}")
_MARKS = re.compile(rf"{_AT_START}'{_ARMED}")
_SUSPECT = re.compile(f"[{SIGNS}]")


def disarm(cell: str) -> str:
    """Return the cell with an apostrophe before whatever would be run as a formula."""
    return _PLACES.sub("'", cell) if _SUSPECT.search(cell) else cell


def rearm(cell: str) -> str:
    """Return the cell as it was before ``disarm``."""
    return _MARKS.sub("", cell) if "'" in cell else cell
