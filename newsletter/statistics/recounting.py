"""Counting the reports of large sends anew, now and then: work of the queue."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from crm.jobs import Report as Say
from crm.models import Job
from newsletter.choices import CampaignState
from newsletter.models import Campaign
from newsletter.statistics.report import LARGE, count_and_keep

REPORT_JOB = "newsletter.count_report"
WHILE_SENDING = timedelta(minutes=1)
# Afterwards ever more seldom: what comes back comes in the first days.
AFTERWARDS = timedelta(minutes=10)
SHARE_OF_AGE = 20


def find_due(now: datetime) -> Campaign | None:
    """Return a large send whose figures are to be counted anew, or None; one query."""
    sends = Campaign.objects.filter(
        frozen_count__gt=LARGE, started_at__isnull=False
    ).select_related("counted_report")
    light = sends.only(
        "state",
        "started_at",
        "finished_at",
        "counted_report__state",
        "counted_report__counted_at",
    )
    return next((send for send in light if is_due(send, now)), None)


def is_due(send: Campaign, now: datetime) -> bool:
    """Say whether what is kept of a send is too old, or of another state."""
    kept = getattr(send, "counted_report", None)
    if kept is None or kept.state != send.state:
        return True
    if send.state == CampaignState.SENDING:
        patience = WHILE_SENDING
    else:
        age = now - (send.finished_at or send.started_at or now)
        patience = max(AFTERWARDS, age / SHARE_OF_AGE)
    return now - kept.counted_at >= patience


def is_being_counted(now: datetime) -> bool:
    """Say whether a worker is at it or has been asked, or was a moment ago."""
    recent = Q(finished_at__isnull=True) | Q(created_at__gt=now - WHILE_SENDING)
    return Job.objects.filter(recent, kind=REPORT_JOB).exists()


def count_kept_report(job: Job, say: Say) -> dict[str, Any]:
    """Do a job: count the send that it names; return what to say about it."""
    count_and_keep(Campaign.objects.get(pk=job.parameters["campaign"]))
    return {"message": _("The figures are counted.")}
