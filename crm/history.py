"""What the register writes in Wagtail's log besides creating, editing and deleting."""

from datetime import date

from django.urls import reverse_lazy
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogFormatter
from wagtail.models import Page
from wagtail.permissions import policy_registry

from crm.bulk.running import BULK_ACTION
from crm.pausing import PAUSED, RESUMED

STOPPED = "crm.address_stopped"
LIFTED = "crm.address_lifted"
EXPORTED = "crm.contacts_exported"
SEAT_CHANGED = "crm.seat_changed_hands"
SEAT_TASK_DONE = "crm.seat_task_done"
NOTED = "crm.noted"
NOTE_REMOVED = "crm.note_removed"
SAID = "crm.said_about_mail"
MEMBERS_CHANGED = "crm.members_changed"
LEAD_CLOSED = "crm.lead_closed"
LEAD_REMOVED = "crm.lead_removed"
REQUEST_ANSWERED = "crm.request_answered"


class ExportFormatter(LogFormatter):
    label = gettext_lazy("Export to a file")

    def format_message(self, log_entry):
        count = log_entry.data["count"]
        said = {
            "organisation": ngettext(
                "Exported %(count)s organisation",
                "Exported %(count)s organisations",
                count,
            ),
            "seat": ngettext(
                "Exported %(count)s seat", "Exported %(count)s seats", count
            ),
        }.get(log_entry.data.get("model", ""))
        contacts = ngettext(
            "Exported %(count)s contact", "Exported %(count)s contacts", count
        )
        return (said or contacts) % {"count": count}


class BulkFormatter(LogFormatter):
    label = gettext_lazy("Change many contacts")

    def format_message(self, log_entry):
        return _("Changed %(count)s contacts at once (%(action)s)") % {
            "count": log_entry.data["count"],
            "action": log_entry.data["action"],
        }


class PauseFormatter(LogFormatter):
    label = gettext_lazy("Rest from mail")

    def format_message(self, log_entry):
        day = date.fromisoformat(log_entry.data["until"])
        return _("Wants no mail before %(day)s") % {
            "day": date_format(day, "DATE_FORMAT")
        }


class HistoryMenuItem(MenuItem):
    """The way to the site history for those who have contacts but no pages.

    Wagtail shows its own item only to those who see the page tree.
    """

    def is_shown(self, request):
        pages = policy_registry.get_by_type(Page)
        return (
            request.user.has_perm("crm.view_contact")
            and pages.explorable_root_instance(request.user) is None
        )


history_menu_item = HistoryMenuItem(
    gettext_lazy("Site history"),
    reverse_lazy("wagtailadmin_reports:site_history"),
    name="register-history",
    icon_name="history",
    order=1000,
)


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
    for action, label, message in (
        (
            SEAT_CHANGED,
            gettext_lazy("Change who holds a seat"),
            gettext_lazy("Changed who holds the seat"),
        ),
        (
            SEAT_TASK_DONE,
            gettext_lazy("Finish a task on a seat"),
            gettext_lazy("Finished a task on the seat"),
        ),
        (NOTED, gettext_lazy("Write something down"), gettext_lazy("Wrote a note")),
        (NOTE_REMOVED, gettext_lazy("Remove a note"), gettext_lazy("Removed a note")),
        (
            SAID,
            gettext_lazy("Enter what somebody said about mail"),
            gettext_lazy("Entered what the person said about mail"),
        ),
        (
            MEMBERS_CHANGED,
            gettext_lazy("Change who belongs to a network"),
            gettext_lazy("Changed who belongs to the network"),
        ),
        (
            LEAD_CLOSED,
            gettext_lazy("Deal with an offer to take part"),
            gettext_lazy("Dealt with the offer"),
        ),
        (
            LEAD_REMOVED,
            gettext_lazy("Remove an offer to take part"),
            gettext_lazy("Removed the offer"),
        ),
        (
            REQUEST_ANSWERED,
            gettext_lazy("Answer a request about own data"),
            gettext_lazy("Answered the request about own data"),
        ),
    ):
        actions.register_action(action, label, message)
    actions.register_action(
        RESUMED,
        gettext_lazy("End a rest from mail"),
        gettext_lazy("Wants mail again"),
    )
    actions.register_action(PAUSED)(PauseFormatter)
    actions.register_action(EXPORTED)(ExportFormatter)
    actions.register_action(BULK_ACTION)(BulkFormatter)
