"""Where something lies: both degrees or none, and on this earth."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

SAID_WHOLE = _(
    "Give both the latitude (from −90 to 90) and the longitude (from −180 to 180), "
    "or neither."
)


class Located(models.Model):
    """A model with a latitude and a longitude, in degrees; both None for no place.

    Those that build on it add ``on_earth`` to their constraints.
    """

    latitude = models.FloatField(
        _("latitude"),
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    longitude = models.FloatField(
        _("longitude"),
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )

    class Meta:
        abstract = True

    def clean(self):
        """Raise ValidationError naming the half that is missing."""
        super().clean()
        if self.latitude is None and self.longitude is not None:
            raise ValidationError({"latitude": SAID_WHOLE})
        if self.longitude is None and self.latitude is not None:
            raise ValidationError({"longitude": SAID_WHOLE})


def on_earth(name: str) -> models.CheckConstraint:
    """Return the constraint that keeps half a place, or one off this earth, out."""
    # Without the two nulls forbidden, half a place is unknown to SQL, not false.
    ranges: dict[str, Any] = {
        "latitude__isnull": False,
        "longitude__isnull": False,
        "latitude__range": (-90, 90),
        "longitude__range": (-180, 180),
    }
    return models.CheckConstraint(
        condition=Q(latitude=None, longitude=None) | Q(**ranges),
        name=name,
        violation_error_message=SAID_WHOLE,
    )
