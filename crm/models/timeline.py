"""What was said and done, written down by hand."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.choices import InteractionKind


class InteractionQuerySet(models.QuerySet):
    def open_leads(self):
        """Offers to take part that nobody has dealt with, the oldest first."""
        leads = self.filter(kind=InteractionKind.LEAD, closed_at__isnull=True)
        return leads.order_by("at", "pk")


class Interaction(models.Model):
    """A note, call or meeting with a contact or an organisation; also a lead.

    A lead from somebody the register does not know is kept as text, with nobody.
    """

    kind = models.CharField(_("kind"), max_length=12, choices=InteractionKind)
    contact = models.ForeignKey(
        "crm.Contact",
        verbose_name=_("contact"),
        on_delete=models.CASCADE,
        related_name="interactions",
        null=True,
        blank=True,
    )
    organisation = models.ForeignKey(
        "crm.Organisation",
        verbose_name=_("organisation"),
        on_delete=models.CASCADE,
        related_name="interactions",
        null=True,
        blank=True,
    )
    at = models.DateTimeField(_("when"), default=timezone.now)
    text = models.TextField(
        _("what was said"), help_text=_("Whoever it is about may read it.")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("written by"),
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        editable=False,
    )
    # When a lead was dealt with; other kinds have nothing to deal with.
    closed_at = models.DateTimeField(_("dealt with"), null=True, editable=False)

    objects = InteractionQuerySet.as_manager()

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(contact__isnull=False)
                | Q(organisation__isnull=False)
                | Q(kind=InteractionKind.LEAD),
                name="crm_interaction_with_somebody",
                violation_error_message=_("Choose a contact or an organisation."),
            )
        ]
        indexes = [
            models.Index(
                fields=["at", "id"],
                condition=Q(kind=InteractionKind.LEAD, closed_at__isnull=True),
                name="crm_interaction_open_lead",
            )
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d}"
