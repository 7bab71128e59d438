"""Closed lists of the public site."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Conformity(models.TextChoices):
    """How far a site meets the law on accessibility, in the regulation's three steps."""

    FULLY = "fully", _("Fully compliant")
    PARTLY = "partly", _("Partly compliant")
    NOT = "not", _("Not compliant")


class AssessedBy(models.TextChoices):
    SELF = "self", _("Ourselves")
    OTHERS = "others", _("Somebody from outside")
