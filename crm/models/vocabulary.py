"""Words the register keeper chooses: roles and topics, each in both languages."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Term(models.Model):
    """A word with a stable slug and a name per language."""

    slug = models.SlugField(_("short name"), unique=True, max_length=60)
    name_sv = models.CharField(_("name in Swedish"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120)

    class Meta:
        abstract = True
        ordering = ["slug"]

    def __str__(self):
        return self.name

    @property
    def name(self) -> str:
        """The name in the active language."""
        return self.name_en if get_language() == "en" else self.name_sv


class Role(Term):
    """What a seat is for: coordinator, expert, press contact."""

    class Meta(Term.Meta):
        verbose_name = _("role")
        verbose_name_plural = _("roles")


class Topic(Term):
    """What news items are about and contacts care for."""

    class Meta(Term.Meta):
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
