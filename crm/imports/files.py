"""Which reader a file is for, by what is in it and not by its name."""

from django.utils.translation import gettext as _

from crm.imports.cards import is_card_file, read_cards
from crm.imports.reading import (
    OLE_MARK,
    OTHER_MARKS,
    PAGE_MARKS,
    ZIP_MARK,
    ImportFileError,
    Table,
    check_size,
    check_table,
)
from crm.imports.sheets import Sheet, make_sheet
from crm.imports.text_files import read_text_file
from crm.imports.workbooks import read_workbook


def read_table(data: bytes) -> Table:
    """Return the table in a file: CSV, Excel workbook or vCards.

    Raises ImportFileError, whose sentence says what is wrong and what to do.
    """
    check_size(data)
    if not data.strip():
        raise ImportFileError(_("The file is empty."))
    _refuse_others(data)
    if data.startswith(ZIP_MARK):
        return check_table(read_workbook(data))
    if is_card_file(data):
        return check_table(read_cards(data))
    return check_table(read_text_file(data))


def _refuse_others(data: bytes) -> None:
    """Raise ImportFileError for what is known to be something else, in words for it."""
    if data.startswith(OLE_MARK):
        raise ImportFileError(
            _(
                "This is an old Excel workbook (.xls), or one locked by a password. "
                "Save it as .xlsx without a password, or as “CSV UTF-8”."
            )
        )
    start = data[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(PAGE_MARKS):
        raise ImportFileError(
            _(
                "This is a web page or XML, whatever its name. Open it in Excel and "
                "save it as .xlsx."
            )
        )
    if data.startswith(OTHER_MARKS):
        raise ImportFileError(
            _("This is no table. Choose an Excel workbook, a CSV file or a vCard.")
        )


def read_sheet(data: bytes) -> Sheet:
    """Return the sheet in a file, what its columns mean being guessed.

    Raises ImportFileError.
    """
    return make_sheet(read_table(data))
