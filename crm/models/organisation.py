"""Organisations: municipalities, agencies, universities and their committees."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from crm.choices import OrganisationKind
from crm.countries import country_choices, country_name
from crm.models.coordinates import Located, on_earth
from crm.names import clean_line, make_sort_key


class Organisation(Located):
    kind = models.CharField(
        _("kind"), max_length=24, choices=OrganisationKind, db_index=True
    )
    name = models.CharField(
        _("name"), max_length=200, help_text=_("As the organisation calls itself.")
    )
    name_sv = models.CharField(
        _("Swedish name"), max_length=200, blank=True, help_text=_("Åbo for Turku.")
    )
    name_en = models.CharField(
        _("English name"), max_length=200, blank=True, help_text=_("Vienna for Wien.")
    )
    sort_key = models.CharField(max_length=255, editable=False, db_index=True)
    # The keys of its names in other languages, so that "åbo" finds Turku too.
    other_names_key = models.CharField(
        max_length=511, editable=False, blank=True, db_default=""
    )
    country = models.CharField(
        _("country"), max_length=2, choices=country_choices, default="SE"
    )
    region = models.CharField(_("region or county"), max_length=120, blank=True)
    municipality = models.CharField(_("municipality"), max_length=120, blank=True)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("part of"),
        on_delete=models.PROTECT,
        related_name="parts",
        null=True,
        blank=True,
        help_text=_("A committee is an organisation that is part of another."),
    )
    website = models.URLField(_("website"), blank=True)
    logo = models.ForeignKey(
        "wagtailimages.Image",
        verbose_name=_("logo"),
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
    )
    is_published = models.BooleanField(
        _("shown in the public directory"), default=False
    )

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                "sort_key",
                "country",
                name="crm_organisation_once_per_country",
                violation_error_message=_(
                    "There is already an organisation of that name in that country."
                ),
            ),
            models.CheckConstraint(
                condition=~models.Q(parent=models.F("pk")),
                name="crm_organisation_not_its_own_parent",
                violation_error_message=_("An organisation cannot be part of itself."),
            ),
            on_earth("crm_organisation_on_earth"),
        ]

    def __str__(self):
        return self.local_name

    def save(self, *args, **kwargs):
        self.set_sort_key()
        super().save(*args, **kwargs)

    def clean(self):
        self.set_sort_key()
        super().clean()

    def set_sort_key(self) -> None:
        """Keep the key that stands for Swedish order beside the name, and the others'."""
        self.name = clean_line(self.name)
        self.sort_key = make_sort_key(self.name)
        others = dict.fromkeys(filter(None, (self.name_sv, self.name_en)))
        self.other_names_key = "|".join(make_sort_key(name) for name in others)

    def get_country_display(self) -> str:
        """Return the country's name; Django would go through all of them for each."""
        return country_name(self.country)

    @property
    def local_name(self) -> str:
        """The name in the active language; the organisation's own when there is none."""
        if get_language() == "en":
            return self.name_en or self.name
        return self.name_sv or self.name
