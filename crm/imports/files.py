"""Which reader a file is for, by what is in it and not by its name."""

from django.utils.translation import gettext as _

from crm.imports.cards import is_card_file, read_cards
from crm.imports.reading import (
    OLE_MARK,
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
    if data.startswith(OLE_MARK):
        raise ImportFileError(
            _(
                "This is an old Excel workbook (.xls), or one locked by a password. "
                "Save it as .xlsx without a password, or as “CSV UTF-8”."
            )
        )
    if data.startswith(ZIP_MARK):
        return check_table(read_workbook(data))
    if is_card_file(data):
        return check_table(read_cards(data))
    return check_table(read_text_file(data))


def read_sheet(data: bytes) -> Sheet:
    """Return the sheet in a file, what its columns mean being guessed.

    Raises ImportFileError.
    """
    return make_sheet(read_table(data))
