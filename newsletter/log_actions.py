"""What a page's history says about its sends, in the reader's language."""

from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from wagtail.log_actions import LogFormatter

from newsletter.delivery.approving import (
    APPROVAL_ASKED,
    APPROVED,
    CHANGES_ASKED,
    VOIDED,
)
from newsletter.delivery.settling import CLOSED, RESENT, REST_SENT

SENDER_CHECKED = "newsletter.check_sender"
PACKAGE_TAKEN = "newsletter.take_package"
ACKNOWLEDGED = "newsletter.acknowledge_warning"
ACKNOWLEDGEMENT_WITHDRAWN = "newsletter.withdraw_acknowledgement"


class PackageFormatter(LogFormatter):
    label = gettext_lazy("Take the archive package")

    def format_message(self, log_entry):
        if log_entry.data.get("with_people"):
            return _("Took the archive package, with the readers' addresses")
        return _("Took the archive package, without the readers")


class ScheduleFormatter(LogFormatter):
    label = gettext_lazy("Schedule the send")

    def format_message(self, log_entry):
        send_at = parse_datetime(log_entry.data.get("send_at", ""))
        if send_at is None:
            return _("Scheduled the send")
        time = date_format(localtime(send_at), "DATETIME_FORMAT")
        return _("Scheduled the send for %(time)s") % {"time": time}


class RescheduleFormatter(ScheduleFormatter):
    label = gettext_lazy("Change the time of the send")


class CountFormatter(LogFormatter):
    """Says something of a number that the log keeps, under one name or another."""

    said: Any = ""
    counted = "people"
    # What entries meant that kept no number.
    unsaid = 0

    def format_message(self, log_entry):
        return self.said % {"count": log_entry.data.get(self.counted, self.unsaid)}


class WordsFormatter(LogFormatter):
    """Says words that the log keeps, under one name or another."""

    said: Any = ""
    kept = ""

    def format_message(self, log_entry):
        return self.said % {self.kept: log_entry.data.get(self.kept, "")}


def _say(label: str, message: str) -> type[LogFormatter]:
    return type(
        "SendLogFormatter", (LogFormatter,), {"label": label, "message": message}
    )


def _count(label: str, said: Any, **fields: Any) -> type[LogFormatter]:
    return type(
        "SendCountFormatter",
        (CountFormatter,),
        {"label": label, "said": said, **fields},
    )


def _quote(label: str, said: Any, kept: str) -> type[LogFormatter]:
    return type(
        "SendWordsFormatter",
        (WordsFormatter,),
        {"label": label, "said": said, "kept": kept},
    )


# The first five are wagtail-newsletter's names, so that there is one word per thing.
LOG_ACTIONS = {
    "wagtail_newsletter.save_campaign": _say(
        gettext_lazy("Save for sending"), gettext_lazy("Saved for sending")
    ),
    "wagtail_newsletter.send_test_email": _count(
        gettext_lazy("Send a test"),
        ngettext_lazy(
            "Sent a test to %(count)s address",
            "Sent a test to %(count)s addresses",
            "count",
        ),
        unsaid=1,
    ),
    "wagtail_newsletter.send_campaign": _count(
        gettext_lazy("Send"),
        ngettext_lazy(
            "Sent to %(count)s person",
            "Sent to %(count)s people",
            "count",
        ),
    ),
    "wagtail_newsletter.schedule_campaign": ScheduleFormatter,
    "wagtail_newsletter.unschedule_campaign": _say(
        gettext_lazy("Take the time back"), gettext_lazy("Took the scheduled time back")
    ),
    "newsletter.undo_send": _say(
        gettext_lazy("Take the send back"), gettext_lazy("Took the send back")
    ),
    "newsletter.pause_send": _say(
        gettext_lazy("Pause the send"), gettext_lazy("Paused the send")
    ),
    "newsletter.resume_send": _say(
        gettext_lazy("Go on sending"), gettext_lazy("Went on sending")
    ),
    "newsletter.cancel_send": _say(
        gettext_lazy("Cancel the send"), gettext_lazy("Cancelled the send")
    ),
    "newsletter.start_new_send": _say(
        gettext_lazy("Start a new send"), gettext_lazy("Started a new send")
    ),
    "newsletter.reschedule_send": RescheduleFormatter,
    "newsletter.write_correction": _say(
        gettext_lazy("Write a correction"), gettext_lazy("Began a correction of it")
    ),
    APPROVAL_ASKED: _say(
        gettext_lazy("Ask for approval"), gettext_lazy("Asked for an approval")
    ),
    CHANGES_ASKED: _say(
        gettext_lazy("Ask for changes"), gettext_lazy("Asked for changes")
    ),
    APPROVED: _count(
        gettext_lazy("Approve the send"),
        ngettext_lazy(
            "Approved it for %(count)s person",
            "Approved it for %(count)s people",
            "count",
        ),
    ),
    VOIDED: _quote(
        gettext_lazy("Void the approval"),
        gettext_lazy("The approval no longer holds: %(reason)s"),
        "reason",
    ),
    PACKAGE_TAKEN: PackageFormatter,
    RESENT: _count(
        gettext_lazy("Send uncertain letters again"),
        ngettext_lazy(
            "Sent again to %(count)s person who may have it already",
            "Sent again to %(count)s people who may have it already",
            "count",
        ),
    ),
    CLOSED: _count(
        gettext_lazy("Close uncertain letters"),
        ngettext_lazy(
            "Closed %(count)s uncertain letter without sending it again",
            "Closed %(count)s uncertain letters without sending them again",
            "count",
        ),
    ),
    REST_SENT: _count(
        gettext_lazy("Send to the rest"),
        ngettext_lazy(
            "Let the cancelled send go on, to %(count)s person",
            "Let the cancelled send go on, to %(count)s people",
            "count",
        ),
    ),
    SENDER_CHECKED: _count(
        gettext_lazy("Check the sender"),
        ngettext_lazy(
            "Checked the sender: %(count)s error",
            "Checked the sender: %(count)s errors",
            "count",
        ),
        counted="errors",
    ),
    ACKNOWLEDGED: _quote(
        gettext_lazy("Let a warning stand"),
        gettext_lazy("Let a warning stand: %(warning)s"),
        "warning",
    ),
    ACKNOWLEDGEMENT_WITHDRAWN: _say(
        gettext_lazy("Take an acknowledgement back"),
        gettext_lazy("Took the acknowledgement of a warning back"),
    ),
}
