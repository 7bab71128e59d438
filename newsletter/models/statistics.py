"""Counters without persons: how often a link of a send was opened, a page read."""

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
