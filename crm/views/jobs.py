"""Watching long work: a page that waits with whoever asked, and says what came of it.

Whatever starts a job sends the person here: ``redirect("crm_job", job.pk)``. When the
job is done the page goes on to ``job.result["url"]``, or shows ``job.result["message"]``.
"""

from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from crm.choices import JobState
from crm.jobs import title_of
from crm.models import Job

# A worker that is free begins within seconds.
PATIENCE = timedelta(minutes=1)
OVER = (JobState.DONE, JobState.FAILED)


def find_job(request: HttpRequest, pk: int) -> Job:
    """Return the job; its page is for whoever started it, and for superusers.

    Raises Http404, and PermissionDenied for everybody else.
    """
    job = get_object_or_404(Job, pk=pk)
    if job.by_id != request.user.pk and not request.user.is_superuser:
        raise PermissionDenied
    return job


def find_way_on(job: Job) -> str:
    """Return the address on this site where the result is, or ""."""
    url = job.result.get("url", "") if job.state == JobState.DONE else ""
    return url if url_has_allowed_host_and_scheme(url, allowed_hosts=None) else ""


def describe_job(job: Job) -> str:
    """Return in words how far the job has come."""
    if job.state == JobState.QUEUED:
        return _describe_waiting(job)
    if job.state == JobState.FAILED:
        return job.error
    if job.state == JobState.DONE:
        return job.result.get("message") or _("Done.")
    if not job.total:
        return _("Has begun.")
    return _("%(done)s of %(total)s, %(percent)s %%") % {
        "done": job.done,
        "total": job.total,
        "percent": job.percent,
    }


def _describe_waiting(job: Job) -> str:
    if job.created_at > timezone.now() - PATIENCE:
        return _("Waiting to begin.")
    return _(
        "Waiting to begin, for longer than usual: other work comes first, or the "
        "register's worker does not run. If it lasts, tell your administrator."
    )


class JobView(WagtailAdminTemplateMixin, TemplateView):
    """The progress bar; without JavaScript there is a link to look again."""

    template_name = "cms/crm/job.html"
    header_icon = "time"

    def get(self, request, pk):
        self.job = find_job(request, pk)
        if url := find_way_on(self.job):
            return redirect(url)
        return super().get(request)

    def get_page_title(self):
        return title_of(self.job.kind)

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            job=self.job,
            is_over=self.job.state in OVER,
            has_failed=self.job.state == JobState.FAILED,
            words=describe_job(self.job),
            back_url=self.job.parameters.get("back_url", ""),
            **kwargs,
        )


class JobProgressView(View):
    """How far it has come, for the script of the page."""

    def get(self, request, pk):
        job = find_job(request, pk)
        return JsonResponse(
            {
                "state": job.state,
                "percent": job.percent,
                "words": describe_job(job),
                "is_over": job.state in OVER,
                "url": find_way_on(job),
            },
            headers={"Cache-Control": "no-store"},
        )


job_urls = [
    path("register/jobs/<int:pk>/", JobView.as_view(), name="crm_job"),
    path(
        "register/jobs/<int:pk>/progress/",
        JobProgressView.as_view(),
        name="crm_job_progress",
    ),
]
