"""How the public site of one body differs from another's: its colour and its mark."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting

from newsletter.colours import DEFAULT_ACCENT


@register_setting(icon="view")
class SiteTheme(BaseSiteSetting):
    """Accent and logo of the public site."""

    accent = models.CharField(_("accent colour"), max_length=7, default=DEFAULT_ACCENT)
    logo = models.ForeignKey(
        "wagtailimages.Image",
        verbose_name=_("logo"),
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
    )

    class Meta:
        verbose_name = _("look of the site")
