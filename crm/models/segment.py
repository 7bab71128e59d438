"""Segments: stored rules that say who a letter is for."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import PreviewableMixin

from crm.segments.rules import empty_rules


class Segment(PreviewableMixin, models.Model):
    """A rule tree, and people added or left out by hand.

    No revisions: autosave would put a half-edited rule live at every pause in typing.
    """

    name = models.CharField(_("name"), max_length=120, unique=True)
    description = models.CharField(_("description"), max_length=250, blank=True)
    rules = models.JSONField(_("rules"), default=empty_rules)
    added = models.ManyToManyField(
        "crm.Contact",
        verbose_name=_("people added by hand"),
        related_name="added_to_segments",
        blank=True,
    )
    excluded = models.ManyToManyField(
        "crm.Contact",
        verbose_name=_("people left out by hand"),
        related_name="excluded_from_segments",
        blank=True,
    )
    stored_count = models.PositiveIntegerField(_("people"), null=True, editable=False)
    counted_at = models.DateTimeField(_("counted"), null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        ordering = ["name"]

    def __str__(self):
        return self.name

    @property
    def preview_sizes(self):
        # A list of words and numbers has no other size than that of its panel.
        return super().preview_sizes[:1]


class SegmentCount(models.Model):
    """How many people a segment meant at a time, for its small chart."""

    segment = models.ForeignKey(
        Segment, on_delete=models.CASCADE, related_name="counts"
    )
    at = models.DateTimeField()
    count = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("count of a segment")
        verbose_name_plural = _("counts of segments")
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.at:%Y-%m-%d}: {self.count}"
