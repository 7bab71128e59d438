"""Fields that the administrator adds to contacts."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from crm.choices import FieldType


class CustomField(models.Model):
    """One field; its values lie in ``Contact.custom`` under the slug."""

    slug = models.CharField(
        _("short name"),
        unique=True,
        max_length=40,
        validators=[
            RegexValidator(
                r"^[a-z][a-z0-9_]*$",
                _("Write it in small letters, digits and _, such as diet."),
            )
        ],
        help_text=_("Stands in files and in merge fields: [[custom_diet]]."),
    )
    name_sv = models.CharField(_("name in Swedish"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=80)
    type = models.CharField(_("type"), max_length=8, choices=FieldType)
    options = models.JSONField(_("words to choose from"), default=list, blank=True)
    is_merge_field = models.BooleanField(_("may stand in letters"), default=False)
    is_listed = models.BooleanField(
        _("stands in the list of contacts"), default=False, db_default=False
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("field of our own")
        verbose_name_plural = _("fields of our own")
        ordering = ["order", "slug"]

    def __str__(self):
        return self.name

    @property
    def name(self) -> str:
        """The name in the active language."""
        return self.name_en if get_language() == "en" else self.name_sv
