"""The columns of a contact in files, on django-import-export.

Each column's reader stands here. The row loop is our own (``crm.imports``):
import-export's saves row by row, ours compares and writes a thousand at a time. What an
export writes (``crm.exports.contacts``) these readers read back; a test holds the two
together.
"""

from typing import Any

from import_export.fields import Field
from import_export.resources import ModelResource

from crm.cells import AddressWidget, LanguageWidget, TextWidget, read_name
from crm.models import Contact


class ContactResource(ModelResource):
    email = Field("email", "email", AddressWidget())
    given_name = Field("given_name", "given_name", TextWidget(read_name, 120))
    family_name = Field("family_name", "family_name", TextWidget(read_name, 120))
    language = Field("language", "language", LanguageWidget())
    phone = Field("phone", "phone", TextWidget(longest=40))

    class Meta:
        model = Contact
        fields = ("email", "given_name", "family_name", "language", "phone")
        import_id_fields = ("email",)

    def read(self, column: str, cell: str) -> Any:
        """Return what a cell means; None for a blank one. Raises ValueError."""
        return self.fields[column].widget.clean(cell)
