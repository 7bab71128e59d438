"""What is wrong with a row, in words and by column."""

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError
from django.utils.translation import gettext as _
from import_export.results import RowResult

from crm.exceptions import CrmError
from crm.imports.columns import column_label
from crm.imports.outcome import RowError


def list_errors(result: RowResult) -> tuple[RowError, ...]:
    """Return a row's errors by column; raises what is no fault of the row."""
    errors = []
    if result.validation_error:
        for column, messages in _by_column(result.validation_error).items():
            label = "" if column == NON_FIELD_ERRORS else column_label(column)
            errors += [RowError(label, message) for message in messages]
    for error in result.errors:
        if isinstance(error.error, IntegrityError):
            message = _(
                "The register refuses the row: somebody else changed the same thing "
                "at the same moment, or the days do not fit."
            )
        elif isinstance(error.error, CrmError):
            message = str(error.error)
        else:
            raise error.error
        errors.append(RowError("", message))
    return tuple(errors)


def _by_column(error: ValidationError) -> dict[str, list[str]]:
    if hasattr(error, "error_dict"):
        return error.message_dict
    return {NON_FIELD_ERRORS: error.messages}
