"""Where and when people meet. Answers to an invitation are not kept here yet."""

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from crm.choices import Language
from crm.countries import country_choices
from crm.dates import check_partial_date, format_period, parse_partial
from crm.models.coordinates import Located, on_earth


class Place(Located):
    """A house people meet in, with the room when it matters."""

    name = models.CharField(_("name"), max_length=160)
    room = models.CharField(_("room"), max_length=120, blank=True)
    street = models.CharField(_("street"), max_length=160, blank=True)
    postcode = models.CharField(_("postcode"), max_length=12, blank=True)
    town = models.CharField(_("town"), max_length=120)
    country = models.CharField(
        _("country"), max_length=2, choices=country_choices, default="SE"
    )

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        ordering = ["town", "name", "room"]
        constraints = [on_earth("crm_place_on_earth")]

    def __str__(self):
        return ", ".join(part for part in (self.name, self.room, self.town) if part)


class EventSeries(models.Model):
    """Events that belong together, such as three regional meetings."""

    name_sv = models.CharField(_("name in Swedish"), max_length=160)
    name_en = models.CharField(_("name in English"), max_length=160, blank=True)
    network = models.ForeignKey(
        "crm.Network",
        verbose_name=_("network or project"),
        on_delete=models.PROTECT,
        related_name="event_series",
        null=True,
        blank=True,
    )

    class Meta:
        verbose_name = _("series of events")
        verbose_name_plural = _("series of events")
        ordering = ["name_sv"]

    def __str__(self):
        return self.local_name

    @property
    def local_name(self) -> str:
        """The name in the active language; the Swedish one when there is no other."""
        if get_language() == "en":
            return self.name_en or self.name_sv
        return self.name_sv


class Event(models.Model):
    """A meeting, workshop or conference, as far as it is decided.

    Dates are as precise as they are known: an undecided one is empty, a conference "in
    February 2013" says only the month.
    """

    title = models.CharField(_("title"), max_length=200)
    language = models.CharField(
        _("language of the title"),
        max_length=2,
        choices=Language,
        default=Language.SWEDISH,
    )
    series = models.ForeignKey(
        EventSeries,
        verbose_name=_("series"),
        on_delete=models.PROTECT,
        related_name="events",
        null=True,
        blank=True,
    )
    network = models.ForeignKey(
        "crm.Network",
        verbose_name=_("network or project"),
        on_delete=models.PROTECT,
        related_name="events",
        null=True,
        blank=True,
    )
    organiser = models.ForeignKey(
        "crm.Organisation",
        verbose_name=_("arranged by"),
        on_delete=models.PROTECT,
        related_name="events",
        null=True,
        blank=True,
    )
    starts_on = models.CharField(
        _("first day"),
        max_length=10,
        blank=True,
        validators=[check_partial_date],
        help_text=_("As precise as it is known: 2021, 2021-06 or 2021-06-14."),
    )
    ends_on = models.CharField(
        _("last day"), max_length=10, blank=True, validators=[check_partial_date]
    )
    starts_at = models.TimeField(_("starts at"), null=True, blank=True)
    ends_at = models.TimeField(_("ends at"), null=True, blank=True)
    place = models.ForeignKey(
        Place,
        verbose_name=_("place"),
        on_delete=models.PROTECT,
        related_name="events",
        null=True,
        blank=True,
    )
    undecided = models.CharField(
        _("what is not decided yet"),
        max_length=160,
        blank=True,
        help_text=_("Such as “Place and day are not decided yet”."),
    )
    capacity = models.PositiveIntegerField(
        _("room for"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    deadline = models.DateField(_("sign up no later than"), null=True, blank=True)
    speakers = models.ManyToManyField(
        "crm.Contact", verbose_name=_("speakers"), related_name="speaks_at", blank=True
    )

    class Meta:
        # Not what is heard of a delivery, which many languages call by another word.
        verbose_name = pgettext_lazy("a meeting", "event")
        verbose_name_plural = pgettext_lazy("a meeting", "events")
        ordering = ["-starts_on", "title"]
        constraints = [
            # Partial dates sort as text: 2021 < 2021-06 < 2021-06-14.
            models.CheckConstraint(
                condition=Q(ends_on="") | Q(ends_on__gte=F("starts_on")),
                name="crm_event_ends_after_start",
                violation_error_message=_("It cannot end before it starts."),
            )
        ]

    def __str__(self):
        return self.title

    def clean(self):
        ends_early = self.starts_at and self.ends_at and self.ends_at <= self.starts_at
        if ends_early and self.is_one_day:
            raise ValidationError({"ends_at": _("It cannot end before it starts.")})

    @property
    def is_one_day(self) -> bool:
        return not self.ends_on or self.ends_on == self.starts_on

    @property
    def period(self) -> str:
        """When it is, in words of the active language; "" when nothing is known."""
        return format_period(self.starts_on, self.ends_on)

    @property
    def has_known_day(self) -> bool:
        return bool(self.starts_on) and parse_partial(self.starts_on)[1] == 3
