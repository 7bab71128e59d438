"""What a second person approved before a send, and the Wagtail task that asks for it."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import AbstractGroupApprovalTask, TaskState, Workflow


class SecondEyesTask(AbstractGroupApprovalTask):
    """A step of a workflow: somebody other than the author approves what is sent.

    It is done on a page of its own, where all that is approved can be seen: Wagtail's
    menus lead there. ``newsletter.delivery.approving`` decides who may.
    """

    class Meta:
        verbose_name = _("second pair of eyes")
        verbose_name_plural = _("second pairs of eyes")

    @classmethod
    def get_description(cls):
        return _("Somebody else than the author approves what a newsletter sends")

    def get_actions(self, obj, user):
        if not self._may_review(user):
            return []
        return [("review", _("Look it through…"), False)]

    def on_action(self, task_state, user, action_name, **kwargs):
        """Return the address at which it is looked through and approved."""
        return review_url(task_state.workflow_state.object_id)

    def locked_for_user(self, obj, user):
        """Lock nobody out: what is changed meanwhile is what gets approved or voided."""
        return False

    def get_task_states_user_can_moderate(self, user, **kwargs):
        if not self._may_review(user):
            return TaskState.objects.none()
        return self.task_states.filter(status=TaskState.STATUS_IN_PROGRESS)

    def _may_review(self, user):
        may = user.has_perm("newsletter.approve_campaign")
        return may and (user.is_superuser or self._user_in_groups(user))


class Approval(models.Model):
    """Content, rules and number of readers, as somebody approved them.

    Any change of what the digests stand for voids it (design decision 10).
    ``newsletter.delivery.approving`` is the only writer.
    """

    campaign = models.ForeignKey(
        "newsletter.Campaign", on_delete=models.CASCADE, related_name="approvals"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("approved by"),
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
    )
    at = models.DateTimeField(_("when"), default=timezone.now)
    content_hash = models.CharField(max_length=64)
    rules_hash = models.CharField(max_length=64)
    # How many would have got it when it was approved.
    people = models.PositiveIntegerField(_("people"))
    # What the digests stand for, so that a change can be told in words
    # (``newsletter.delivery.binding``).
    bound = models.JSONField(default=dict, editable=False)
    comment = models.TextField(_("comment"), blank=True)
    # Empty while it holds; else what changed, in words of that moment.
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.CharField(max_length=250, blank=True)

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{self.by} {self.at:%Y-%m-%d %H:%M}"


def find_workflow() -> Workflow | None:
    """Return the workflow with a second pair of eyes, if one is set up and active."""
    tasks = SecondEyesTask.objects.filter(active=True)
    found = Workflow.objects.filter(active=True, workflow_tasks__task__in=tasks)
    return found.order_by("pk").first()


def review_url(page_id: int | str) -> str:
    """Return the address at which an item is looked through and approved."""
    return reverse("newsletter_sends:review", args=[page_id])
