"""Who may be the second pair of eyes, and the workflow that asks them."""

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Workflow, WorkflowTask

from newsletter.models import SecondEyesTask
from newsletter.models.approval import find_workflow


@transaction.atomic
def set_up_approval() -> Workflow:
    """Return the workflow of a second pair of eyes; make it when there is none.

    It asks every group that has the right to approve. Once made it is the site's own to
    change under Settings, Workflows; nothing here changes it again.
    """
    workflow = find_workflow()
    if workflow is not None:
        return workflow
    task = SecondEyesTask.objects.create(name=_("Second pair of eyes"))
    task.groups.set(find_approving_groups())
    workflow = Workflow.objects.create(name=_("Approval of newsletters"))
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    return workflow


def find_approving_groups() -> list[Group]:
    """Return the groups whose members have the right to approve."""
    return list(
        Group.objects.filter(
            permissions__codename="approve_campaign",
            permissions__content_type__app_label="newsletter",
        ).order_by("name")
    )
