"""How an import stands in a contact's history."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import LogFormatter

IMPORT_ACTION = "crm.import"


class ImportLogFormatter(LogFormatter):
    label = gettext_lazy("Import")

    def format_message(self, log_entry):
        return _("Imported from %(file)s") % {"file": log_entry.data.get("file", "")}
