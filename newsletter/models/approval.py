"""What a second person approved before a send, and the Wagtail task that asks for it."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import AbstractGroupApprovalTask


class SecondEyesTask(AbstractGroupApprovalTask):
    """A step of a workflow: somebody other than the author approves what is sent."""

    class Meta:
        verbose_name = _("second pair of eyes")
        verbose_name_plural = _("second pairs of eyes")


class Approval(models.Model):
    """Content, rules and number of readers, as somebody approved them.

    Any change of what the digests stand for voids it (design decision 10).
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
