"""What people ask us about their own data, and by when it must be answered."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.choices import RequestKind

# One month from the request (GDPR art. 12.3); the shortest month is meant.
ANSWER_DAYS = 28


class DataRequest(models.Model):
    """Somebody's wish about their own data. It stays, without them, once they are erased.

    A copy is answered by the machine in the same moment; the others wait for a person.
    """

    kind = models.CharField(
        _("what is asked"),
        max_length=12,
        choices=RequestKind,
        default=RequestKind.ERASURE,
    )
    contact = models.ForeignKey(
        "crm.Contact",
        verbose_name=_("contact"),
        on_delete=models.SET_NULL,
        related_name="data_requests",
        null=True,
    )
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    text = models.TextField(_("in their own words"), blank=True, max_length=2_000)
    closed_at = models.DateTimeField(_("answered"), null=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("answered by"),
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        editable=False,
    )
    answer = models.TextField(_("what was done"), blank=True, max_length=2_000)

    class Meta:
        verbose_name = _("request about one's own data")
        verbose_name_plural = _("requests about one's own data")
        ordering = ["asked_at", "pk"]
        # Asked by the person, kept as asked: nobody adds or removes one by hand.
        default_permissions = ["view", "change"]
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "kind"],
                condition=Q(closed_at__isnull=True),
                name="crm_data_request_once_open",
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.asked_at:%Y-%m-%d}"

    @property
    def due_on(self):
        """The day by which it must be answered."""
        return timezone.localdate(self.asked_at) + timedelta(days=ANSWER_DAYS)
