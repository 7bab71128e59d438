"""Counters without persons, and figures of sends that take long to count."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LinkTotal(models.Model):
    """One link of a send. ``number`` is its place among the links of the letter."""

    campaign = models.ForeignKey(
        "newsletter.Campaign",
        on_delete=models.CASCADE,
        related_name="links",
        db_index=False,
    )
    number = models.PositiveSmallIntegerField()
    url = models.TextField(_("link"))
    people = models.PositiveIntegerField(_("opened"), default=0)
    machines = models.PositiveIntegerField(_("fetched by machines"), default=0)

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "number"], name="newsletter_link_once"
            )
        ]

    def __str__(self):
        return self.url


class PageVisits(models.Model):
    """How often an item was read on the web on one day."""

    page = models.ForeignKey(
        "newsletter.NewsPage",
        on_delete=models.CASCADE,
        related_name="visits",
        db_index=False,
    )
    on = models.DateField(_("day"))
    people = models.PositiveIntegerField(_("read"), default=0)
    machines = models.PositiveIntegerField(_("fetched by machines"), default=0)

    class Meta:
        verbose_name = _("visits of a day")
        verbose_name_plural = _("visits")
        ordering = ["on"]
        constraints = [
            models.UniqueConstraint(
                fields=["page", "on"], name="newsletter_visits_once_a_day"
            )
        ]

    def __str__(self):
        return f"{self.on}: {self.people}"


class CountedReport(models.Model):
    """The report of a large send as it was counted last.

    Only ``newsletter.statistics.keeping`` writes and reads what is in it.
    """

    campaign = models.OneToOneField(
        "newsletter.Campaign",
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="counted_report",
    )
    # The send's state when it was counted.
    state = models.CharField(max_length=12)
    counted_at = models.DateTimeField()
    # The sums of all, for the reports of later sends.
    whole = models.JSONField()
    figures = models.JSONField()

    class Meta:
        verbose_name = _("counted report")
        verbose_name_plural = _("counted reports")

    def __str__(self):
        return f"{self.campaign_id}: {self.counted_at}"
