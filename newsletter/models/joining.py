"""Somebody asked for a newsletter on the website, and has not confirmed it yet."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.choices import Language


class SignUp(models.Model):
    """A wish that waits for its confirmation; gone once it is confirmed or too old.

    Nobody is a contact by this: anybody can write anybody's address into a form.
    """

    newsletter = models.ForeignKey(
        "newsletter.Newsletter", on_delete=models.CASCADE, related_name="sign_ups"
    )
    email = models.EmailField(_("e-mail"))
    address_hash = models.CharField(max_length=32)
    given_name = models.CharField(_("given name"), max_length=120, blank=True)
    family_name = models.CharField(_("family name"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=Language)
    topics = models.JSONField(default=list)
    asked_at = models.DateTimeField(default=timezone.now)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("sign-up")
        verbose_name_plural = _("sign-ups")
        constraints = [
            models.UniqueConstraint(
                fields=["newsletter", "address_hash"], name="newsletter_sign_up_once"
            )
        ]

    def __str__(self):
        return str(self.newsletter)
