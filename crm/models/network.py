"""Networks, projects and programmes; who belongs to them and who pays for them."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from crm.choices import MembershipRole, NetworkKind


class Grant(models.Model):
    """Funding that obliges everything published under it to carry a statement."""

    programme = models.CharField(_("programme"), max_length=200)
    agreement_number = models.CharField(_("agreement number"), max_length=60)
    statement_sv = models.TextField(_("statement in Swedish"), blank=True)
    statement_en = models.TextField(_("statement in English"))
    disclaimer_sv = models.TextField(_("disclaimer in Swedish"), blank=True)
    disclaimer_en = models.TextField(_("disclaimer in English"), blank=True)
    shows_eu_emblem = models.BooleanField(_("shows the EU emblem"), default=True)

    class Meta:
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        ordering = ["programme", "agreement_number"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "agreement_number"], name="crm_grant_once"
            )
        ]

    def __str__(self):
        return f"{self.programme} {self.agreement_number}"


class Network(models.Model):
    kind = models.CharField(_("kind"), max_length=12, choices=NetworkKind)
    slug = models.SlugField(_("short name"), unique=True, max_length=60)
    name = models.CharField(_("name"), max_length=200)
    name_sv = models.CharField(_("Swedish name"), max_length=200, blank=True)
    name_en = models.CharField(_("English name"), max_length=200, blank=True)
    grant = models.ForeignKey(
        Grant,
        verbose_name=_("grant"),
        on_delete=models.PROTECT,
        related_name="networks",
        null=True,
        blank=True,
    )
    website = models.URLField(_("website"), blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("network or project")
        verbose_name_plural = _("networks and projects")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True)
                | Q(starts_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="crm_network_ends_after_start",
                violation_error_message=_("It cannot end before it starts."),
            )
        ]

    def __str__(self):
        return self.local_name

    @property
    def local_name(self) -> str:
        """The name in the active language; its own when there is none."""
        if get_language() == "en":
            return self.name_en or self.name
        return self.name_sv or self.name


class Membership(models.Model):
    organisation = models.ForeignKey(
        "crm.Organisation",
        verbose_name=_("organisation"),
        on_delete=models.CASCADE,
        related_name="memberships",
    )
    network = models.ForeignKey(
        Network,
        verbose_name=_("network or project"),
        on_delete=models.CASCADE,
        related_name="memberships",
    )
    role = models.CharField(_("as"), max_length=20, choices=MembershipRole)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["organisation__sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "network", "role"],
                condition=Q(ends_on__isnull=True),
                name="crm_membership_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True)
                | Q(starts_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="crm_membership_ends_after_start",
                violation_error_message=_("It cannot end before it starts."),
            ),
        ]

    def __str__(self):
        return f"{self.organisation} – {self.network}"
