"""The columns of a contact in files, on django-import-export.

Each column's reader and writer stand side by side here, so that what an export writes an
import reads back. The row loop is our own (``crm.imports``): import-export's saves row by
row, ours compares and writes a thousand at a time.
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

    def write(self, contact: Contact) -> dict[str, str]:
        """Return a contact's cells by column; ``read`` takes them back."""
        return {
            column: field.widget.render(field.get_value(contact))
            for column, field in self.fields.items()
        }
