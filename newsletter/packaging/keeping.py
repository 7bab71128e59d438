"""Packages of large sends: made by a worker, kept for a day for who asked for them.

Or for less: until what they were made of changes, or somebody is deleted or erased.
"""

import os
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from crm.jobs import Report
from crm.models import Job
from newsletter.exceptions import CampaignStateError
from newsletter.models import Campaign
from newsletter.packaging.archive import stream_package
from newsletter.packaging.changes import digest_rows

PACKAGE_JOB = "newsletter.package"
# From so many letters on a package is made by a worker.
LARGE = 500
LIFETIME_SECONDS = 24 * 60 * 60
# Said to whoever waits, each time so many bytes more are packed.
STEP = 4 * 1024 * 1024


def make_package(job: Job, report: Report) -> dict[str, Any]:
    """Pack the send that the job names; a ``crm.jobs`` work. Removes older packages."""
    campaign = Campaign.objects.select_related("newsletter", "page", "sent_by").get(
        pk=job.parameters["campaign"]
    )
    sweep_packages()
    path = _path(job)
    with_people = job.parameters["with_people"]
    made_of = digest_rows(campaign)
    path.unlink(missing_ok=True)
    written = said = 0
    with os.fdopen(
        os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"
    ) as file:
        for chunk in stream_package(campaign, with_people=with_people):
            written += file.write(chunk)
            if written - said > STEP:
                said = written
                report(0, 0)
    return {
        "url": reverse("newsletter_sends:package_ready", args=[campaign.pk, job.pk]),
        "bytes": written,
        "made_of": made_of,
    }


def find_package_job(campaign: Campaign, job_id: int) -> Job:
    """Return the job that made a package of the send. Raises CampaignStateError."""
    jobs = Job.objects.filter(kind=PACKAGE_JOB, parameters__campaign=campaign.pk)
    job = jobs.filter(pk=job_id).first()
    if job is None:
        raise _say_gone()
    return job


def find_package(job: Job) -> Path:
    """Return the file that the job made.

    Raises CampaignStateError when it is gone, or when what it was made of has changed:
    somebody was erased, or an answer came in. Then it is removed.
    """
    path = _path(job)
    if not path.exists():
        raise _say_gone()
    campaign = Campaign.objects.get(pk=job.parameters["campaign"])
    if job.result.get("made_of") != digest_rows(campaign):
        path.unlink(missing_ok=True)
        raise CampaignStateError(
            _("The send has changed since the package was made. Have it made again.")
        )
    return path


def drop_packages() -> None:
    """Remove every package that is kept: somebody in the register is gone."""
    for path in _folder().iterdir():
        path.unlink(missing_ok=True)


def sweep_packages() -> None:
    """Remove the packages that have been kept for a day."""
    oldest = time.time() - LIFETIME_SECONDS
    for path in _folder().iterdir():
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)


def _say_gone() -> CampaignStateError:
    return CampaignStateError(
        _("The package is not kept any more. Have it made again.")
    )


def _path(job: Job) -> Path:
    return _folder() / f"{job.pk}.zip"


def _folder() -> Path:
    folder = Path(settings.VAR_DIR) / "packages"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
