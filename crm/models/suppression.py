"""Addresses that must not be mailed, kept only as keyed hashes."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.choices import SuppressionReason


class Suppression(models.Model):
    address_hash = models.CharField(max_length=32, unique=True, editable=False)
    reason = models.CharField(_("reason"), max_length=12, choices=SuppressionReason)
    note = models.CharField(_("note"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("stopped address")
        verbose_name_plural = _("stopped addresses")
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return f"{self.get_reason_display()} ({self.address_hash[:8]})"
