"""How the public site of one body differs from another's: its colour and its mark."""

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting

from newsletter.accents import AccentPanel
from newsletter.colours import DEFAULT_ACCENT
from newsletter.looks import ACCENT, find_accent_fault, find_logo_fault


@register_setting(icon="view")
class SiteTheme(BaseSiteSetting):
    """Accent and logo of the public site. Letters have those of their newsletter."""

    accent = models.CharField(
        _("accent colour"),
        max_length=7,
        default=DEFAULT_ACCENT,
        validators=[RegexValidator(ACCENT, _("Write it like #0f4a40."))],
        help_text=_("Of links and buttons on the website."),
    )
    logo = models.ForeignKey(
        "wagtailimages.Image",
        verbose_name=_("logo"),
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        help_text=_(
            "Stands in the head of every page; on all but the first in place of the "
            "name. On dark screens it gets a light ground."
        ),
    )

    panels = [
        MultiFieldPanel(
            [
                FieldPanel("logo"),
                FieldPanel("accent"),
                AccentPanel("home_theme:accent"),
            ],
            heading=_("The look of the website"),
        )
    ]

    class Meta:
        verbose_name = _("look of the site")
        verbose_name_plural = _("looks of the site")

    def clean(self):
        super().clean()
        faults = {}
        if fault := find_accent_fault(self.accent):
            faults["accent"] = fault
        if self.logo and (fault := find_logo_fault(self.logo)):
            faults["logo"] = fault
        if faults:
            raise ValidationError(faults)
