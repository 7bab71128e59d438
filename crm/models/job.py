"""Long work of the register: what it is, how far it has come, what came of it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.choices import JobState


class Job(models.Model):
    """One piece of long work, done by ``crm.jobs``; ``kind`` names who does it."""

    kind = models.CharField(max_length=40)
    state = models.CharField(
        _("state"), max_length=8, choices=JobState, default=JobState.QUEUED
    )
    # What the work is to be done with, and what came of it: plain JSON.
    parameters = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("of"), default=0)
    error = models.CharField(_("error"), max_length=250, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("started by"),
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
    )
    created_at = models.DateTimeField(_("asked for"), auto_now_add=True)
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return f"{self.kind} {self.pk}"

    @property
    def percent(self) -> int:
        """Whole percent done, rounded down; 0 while the size is unknown."""
        return min(100, 100 * self.done // self.total) if self.total else 0
