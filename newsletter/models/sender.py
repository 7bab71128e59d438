"""What was found when a newsletter's sender was last checked."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SenderCheck(models.Model):
    """The findings of ``newsletter.delivery.senders`` on one day."""

    newsletter = models.OneToOneField(
        "newsletter.Newsletter", on_delete=models.CASCADE, related_name="sender_check"
    )
    checked_at = models.DateTimeField(_("checked"), default=timezone.now)
    # The address that was checked: another one is unchecked.
    address = models.EmailField(_("sender's address"))
    findings = models.JSONField(default=list)

    class Meta:
        verbose_name = _("check of a sender")
        verbose_name_plural = _("checks of senders")

    def __str__(self):
        return self.address
