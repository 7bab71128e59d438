"""Why we may write to somebody: purposes, and the ledger of what people said."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from crm.choices import ConsentAction, ConsentStatus, LawfulBasis


class Purpose(models.Model):
    """What mail is for, on what lawful ground, in the words people were shown."""

    slug = models.SlugField(_("short name"), unique=True, max_length=60)
    lawful_basis = models.CharField(
        _("lawful basis"), max_length=20, choices=LawfulBasis
    )
    name_sv = models.CharField(_("name in Swedish"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120)
    wording_sv = models.TextField(_("wording in Swedish"))
    wording_en = models.TextField(_("wording in English"))
    version = models.PositiveSmallIntegerField(_("version of the wording"), default=1)

    class Meta:
        verbose_name = _("purpose")
        verbose_name_plural = _("purposes")
        ordering = ["slug"]

    def __str__(self):
        return self.name

    @property
    def name(self) -> str:
        """The name in the active language."""
        return self.name_en if get_language() == "en" else self.name_sv

    @property
    def wording(self) -> str:
        """The wording in the active language."""
        return self.wording_en if get_language() == "en" else self.wording_sv


class ConsentEntry(models.Model):
    """One line of the ledger (GDPR art. 7(1)): appended by ``crm.consent``, never changed."""

    contact = models.ForeignKey(
        "crm.Contact",
        verbose_name=_("contact"),
        on_delete=models.CASCADE,
        related_name="consent_entries",
    )
    purpose = models.ForeignKey(
        Purpose,
        verbose_name=_("purpose"),
        on_delete=models.PROTECT,
        related_name="entries",
    )
    action = models.CharField(_("what"), max_length=12, choices=ConsentAction)
    at = models.DateTimeField(_("when"), default=timezone.now)
    source = models.CharField(_("where"), max_length=120)
    wording = models.TextField(_("wording shown"), blank=True)
    wording_version = models.PositiveSmallIntegerField(_("version"), default=1)
    # What a form or an earlier system recorded as proof: times, columns, no address.
    proof = models.JSONField(_("proof"), default=dict, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("entered by"),
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
    )

    class Meta:
        verbose_name = _("consent entry")
        verbose_name_plural = _("consent entries")
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{self.get_action_display()}: {self.purpose}"

    def save(self, *args, **kwargs):
        if self.pk is not None:
            raise TypeError("The consent ledger is append-only: write a new entry.")
        super().save(*args, **kwargs)

    @property
    def source_label(self) -> str:
        """Where it was said, in the active language where that is one of our phrases."""
        return gettext(self.source) if self.source else ""


class ConsentState(models.Model):
    """The ledger's current row for contact and purpose, written together with it."""

    contact = models.ForeignKey(
        "crm.Contact", on_delete=models.CASCADE, related_name="consent_states"
    )
    purpose = models.ForeignKey(
        Purpose, on_delete=models.PROTECT, related_name="states"
    )
    status = models.CharField(max_length=12, choices=ConsentStatus)
    since = models.DateTimeField()

    class Meta:
        verbose_name = _("consent state")
        verbose_name_plural = _("consent states")
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "purpose"], name="crm_consent_state_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["purpose", "status", "contact"], name="crm_consent_state_status"
            )
        ]

    def __str__(self):
        return self.get_status_display()
