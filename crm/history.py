"""What the register writes in Wagtail's log besides creating, editing and deleting."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import LogFormatter

STOPPED = "crm.address_stopped"
LIFTED = "crm.address_lifted"
EXPORTED = "crm.contacts_exported"


class ExportFormatter(LogFormatter):
    label = gettext_lazy("Export contacts")

    def format_message(self, log_entry):
        return _("Exported %(count)s contacts") % {"count": log_entry.data["count"]}


def register_log_actions(actions):
    """Give the register's own actions their names in every history."""
    actions.register_action(
        STOPPED, gettext_lazy("Stop an address"), gettext_lazy("Stopped an address")
    )
    actions.register_action(
        LIFTED,
        gettext_lazy("Let an address be mailed again"),
        gettext_lazy("Let an address be mailed again"),
    )
    actions.register_action(EXPORTED)(ExportFormatter)
