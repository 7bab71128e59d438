"""Which warnings of the preflight somebody has looked at and let stand."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Acknowledgement(models.Model):
    """One warning, let stand by somebody. A changed text makes it another warning."""

    page = models.ForeignKey(
        "newsletter.NewsPage",
        verbose_name=_("item"),
        on_delete=models.CASCADE,
        related_name="acknowledgements",
        db_index=False,
    )
    # ``Finding.key``.
    key = models.CharField(max_length=16)
    # What it said, as it was read.
    text = models.CharField(_("warning"), max_length=250)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("let stand by"),
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
    )
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("acknowledged warning")
        verbose_name_plural = _("acknowledged warnings")
        constraints = [
            models.UniqueConstraint(
                fields=["page", "key"], name="newsletter_acknowledged_once"
            )
        ]

    def __str__(self):
        return self.text
