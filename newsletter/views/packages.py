"""Taking the archive package of a send."""

from django.core.exceptions import PermissionDenied
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    StreamingHttpResponse,
)
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin import messages
from wagtail.log_actions import log

from crm.tasks import start_job
from newsletter.exceptions import CampaignStateError
from newsletter.log_actions import PACKAGE_TAKEN
from newsletter.models import Campaign
from newsletter.packaging.archive import PACKAGE_TYPE, stream_package
from newsletter.packaging.keeping import (
    LARGE,
    PACKAGE_JOB,
    find_package,
    find_package_job,
)
from newsletter.views.sending import get_campaign


@require_POST
def take_package(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """Answer with the package of a small send; have that of a large one made.

    Addresses are in it for who may export contacts, and who wants them.
    """
    campaign = find_send(request, campaign_id)
    with_people = bool(request.POST.get("with_people"))
    if with_people and not may_take_people(request.user):
        raise PermissionDenied
    if campaign.frozen_at is None:
        messages.error(request, _("Nothing of this has been sent yet."))
        return redirect("newsletter_campaign:inspect", campaign.pk)
    log(
        campaign,
        PACKAGE_TAKEN,
        user=request.user,
        data={"with_people": with_people},
    )
    if campaign.frozen_count <= LARGE:
        package = stream_package(campaign, with_people=with_people)
        response = StreamingHttpResponse(package, content_type=PACKAGE_TYPE)
        return _as_file(response, campaign)
    job = start_job(
        PACKAGE_JOB,
        by=request.user,
        campaign=campaign.pk,
        with_people=with_people,
        back_url=reverse("newsletter_campaign:inspect", args=[campaign.pk]),
    )
    return redirect("crm_job", job.pk)


@require_safe
def package_ready(request: HttpRequest, campaign_id: int, job_id: int) -> HttpResponse:
    """Answer with a package that was made; for who asked for it, while it is kept."""
    campaign = find_send(request, campaign_id)
    try:
        job = find_package_job(campaign, job_id)
        if job.by_id != request.user.pk and not request.user.is_superuser:
            raise PermissionDenied
        if job.parameters["with_people"] and not may_take_people(request.user):
            raise PermissionDenied
        path = find_package(job)
    except CampaignStateError as error:
        messages.error(request, str(error))
        return redirect("newsletter_campaign:inspect", campaign.pk)
    return _as_file(FileResponse(path.open("rb"), content_type=PACKAGE_TYPE), campaign)


def may_take_people(user) -> bool:
    """Say whether somebody may take the readers' addresses along."""
    return user.has_perms(["crm.view_contact", "crm.export_contact"])


def find_send(request: HttpRequest, campaign_id: int) -> Campaign:
    """Return the send, for who may see sends. Raises PermissionDenied, Http404."""
    if not request.user.has_perm("newsletter.view_campaign"):
        raise PermissionDenied
    return get_campaign(campaign_id)


def _as_file(response, campaign: Campaign):
    day = campaign.frozen_at.date().isoformat()
    name = f"{campaign.newsletter.slug}-{day}-{campaign.pk}.zip"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
