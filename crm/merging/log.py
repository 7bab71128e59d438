"""What merging writes in Wagtail's log."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import LogFormatter

MERGED = "crm.contacts_merged"
UNDONE = "crm.merge_undone"


class MergedFormatter(LogFormatter):
    label = gettext_lazy("Merge contacts")

    def format_message(self, log_entry):
        return _("Merged with %(name)s") % {"name": log_entry.data["lost"]}


class UndoneFormatter(LogFormatter):
    label = gettext_lazy("Undo a merge")

    def format_message(self, log_entry):
        return _("Undid the merge with %(name)s") % {"name": log_entry.data["lost"]}


def register_log_actions(actions):
    """Give merging and its undoing their names in every history."""
    actions.register_action(MERGED)(MergedFormatter)
    actions.register_action(UNDONE)(UndoneFormatter)
