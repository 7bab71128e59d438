"""Changing many contacts of a listing: choose what, see how many, do it, undo it.

The selection is exactly what the listing showed: the ticked ones, or all that match its
search and filters, read with the listing's own code. How many that were is sent along;
when it is another number by then, the page asks again.
"""

from django.core.exceptions import PermissionDenied
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from crm.bulk.actions import ACTIONS, may_do
from crm.bulk.running import (
    BULK_JOB,
    MOST_AT_ONCE,
    count_changes,
    pack_ids,
    undo_bulk,
)
from crm.bulk_forms import BulkForm
from crm.choices import JobState
from crm.exceptions import CrmError
from crm.filters import ContactFilterSet
from crm.jobs import create_job, run_job
from crm.models import Contact, Job
from crm.tasks import start_job
from crm.viewsets.contacts import ContactIndexView

ALL, TICKED = "all", "ticked"
MOST_NAMES = 12


class BulkPage(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    model = Contact
    any_permission_required = ["change", "delete"]
    page_title = gettext_lazy("Change many contacts")
    header_icon = "user"
    _show_breadcrumbs = True

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse("crm_contact:index"), "label": _("Contacts")},
            {"url": "", "label": self.get_page_title()},
        ]


class BulkView(BulkPage):
    """The GET shows whom it is about; a POST says what would be done, or does it."""

    template_name = "cms/crm/bulk.html"

    @cached_property
    def query(self) -> QueryDict:
        """The listing's search and filters, without what this page adds."""
        query = self.request.GET.copy()
        for name in ("pk", "scope", "p"):
            query.pop(name, None)
        return query

    @cached_property
    def scope(self) -> str:
        return ALL if self.request.GET.get("scope") == ALL else TICKED

    @cached_property
    def ids(self) -> list[int]:
        """The ids of the selection, in the listing's order."""
        shown = listed_contacts(self.request)
        if self.scope == TICKED:
            ticked = [pk for pk in self.request.GET.getlist("pk") if pk.isdecimal()]
            shown = shown.filter(pk__in=ticked[:1000])
        return list(shown.values_list("pk", flat=True))

    def post(self, request):
        form = BulkForm(request.POST, user=request.user)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        action, value = form.read_action()
        if not may_do(request.user, action):
            raise PermissionDenied
        if request.POST.get("confirmed") != str(len(self.ids)):
            return self.ask(form, action, value)
        return self.start(action, value)

    def ask(self, form, action, value):
        """Say what would change, and how many that is, with the button that does it."""
        return self.render_to_response(
            self.get_context_data(
                form=form,
                is_asking=True,
                is_deletion=action.name == "delete",
                sentence=form.describe_action(),
                changing=count_changes(action, self.ids, value),
                is_undoable=action.put_back is not None,
                was_another=bool(self.request.POST.get("confirmed")),
            )
        )

    def start(self, action, value):
        """Do it at once, or as a job when there are many; show what came of it."""
        parameters = {
            "action": action.name,
            "value": value,
            "ids": pack_ids(self.ids),
            "filters": self.query.urlencode(),
            "back_url": self.listing_url,
            "done_url": reverse("crm_contact:bulk_done", args=[0]),
        }
        if len(self.ids) > MOST_AT_ONCE:
            job = start_job(BULK_JOB, by=self.request.user, **parameters)
            return redirect("crm_job", job.pk)
        job = run_job(create_job(BULK_JOB, by=self.request.user, **parameters).pk)
        if job.state == JobState.FAILED:
            messages.error(self.request, job.error)
            return redirect(self.listing_url)
        return redirect("crm_contact:bulk_done", job.pk)

    @cached_property
    def listing_url(self) -> str:
        return f"{reverse('crm_contact:index')}?{self.query.urlencode()}".rstrip("?")

    def get_context_data(self, **kwargs):
        form = kwargs.pop("form", None) or BulkForm(user=self.request.user)
        first = Contact.objects.filter(pk__in=self.ids[:MOST_NAMES])
        return super().get_context_data(
            form=form,
            options=form.list_options(),
            count=len(self.ids),
            total=Contact.objects.count(),
            names=[str(contact) for contact in first],
            more=max(0, len(self.ids) - MOST_NAMES),
            listing_url=self.listing_url,
            post_url=self.request.get_full_path(),
            **kwargs,
        )


class BulkDoneView(BulkPage):
    """What came of it. The POST gives the contacts back what they had."""

    template_name = "cms/crm/bulk_done.html"

    @cached_property
    def job(self) -> Job:
        """The finished change that the address names, of whoever looks."""
        job = get_object_or_404(Job, pk=self.kwargs["pk"], kind=BULK_JOB)
        if job.state != JobState.DONE:
            raise Http404
        if job.by_id != self.request.user.pk and not self.request.user.is_superuser:
            raise PermissionDenied
        return job

    def post(self, request, pk):
        if not may_do(request.user, ACTIONS[self.job.parameters["action"]]):
            raise PermissionDenied
        try:
            restored = undo_bulk(self.job, by=request.user)
        except CrmError as error:
            messages.error(request, str(error))
        else:
            messages.success(
                request,
                _("Undone: %(count)s contacts are as before.") % {"count": restored},
            )
        return redirect("crm_contact:bulk_done", pk)

    def get_context_data(self, **kwargs):
        job = self.job
        return super().get_context_data(
            job=job,
            label=ACTIONS[job.parameters["action"]].label,
            message=job.result["message"],
            restored=job.result.get("restored"),
            may_undo=bool(job.result.get("groups")),
            listing_url=job.parameters["back_url"],
            **kwargs,
        )


def listed_contacts(request):
    """Return the contacts that the listing shows for the request's search and filters.

    None of them when a filter cannot be read: the listing would leave it out and show
    everybody.
    """
    listing = ContactIndexView(model=Contact, filterset_class=ContactFilterSet)
    listing.setup(request)
    if listing.filters and not listing.filters.is_valid():
        return Contact.objects.none()
    return listing.get_queryset()


bulk_urls = [
    path("bulk/", BulkView.as_view(), name="bulk"),
    path("bulk/<int:pk>/", BulkDoneView.as_view(), name="bulk_done"),
]
