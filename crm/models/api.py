"""Tokens for programs that read or write the register."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.choices import ApiScope


class ApiToken(models.Model):
    """A program's key. Only its digest is kept; it is shown once, when it is made."""

    name = models.CharField(
        _("for what"), max_length=120, help_text=_("Which program uses it.")
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scope = models.CharField(_("may"), max_length=8, choices=ApiScope)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("on behalf of"),
        on_delete=models.CASCADE,
        related_name="register_tokens",
        help_text=_("It may never do more than this person."),
    )
    created_at = models.DateTimeField(_("made"), auto_now_add=True)
    expires_at = models.DateTimeField(_("ends"), null=True, blank=True)
    used_at = models.DateTimeField(_("last used"), null=True, editable=False)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["name"]

    def __str__(self):
        return self.name
