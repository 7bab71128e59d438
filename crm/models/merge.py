"""Two contacts that were one person: what was merged, so that it can be undone."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Merge(models.Model):
    """One merge; kept 90 days, then it cannot be undone (design decision 14)."""

    kept = models.ForeignKey(
        "crm.Contact",
        verbose_name=_("kept contact"),
        on_delete=models.CASCADE,
        related_name="merges",
    )
    # The row that went, the kept one as it was, and what was moved, by table.
    lost = models.JSONField(default=dict)
    before = models.JSONField(default=dict)
    moved = models.JSONField(default=dict)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("merged by"),
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
    )
    created_at = models.DateTimeField(_("merged"), auto_now_add=True)
    undone_at = models.DateTimeField(_("undone"), null=True)

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return str(self.kept)


class DistinctPair(models.Model):
    """Two contacts that look alike and were said to be two people."""

    first = models.ForeignKey(
        "crm.Contact", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    second = models.ForeignKey(
        "crm.Contact", on_delete=models.CASCADE, related_name="+"
    )

    class Meta:
        verbose_name = _("two people")
        verbose_name_plural = _("pairs of two people")
        constraints = [
            models.UniqueConstraint(
                fields=["first", "second"], name="crm_distinct_pair_once"
            ),
            models.CheckConstraint(
                condition=Q(first__lt=F("second")), name="crm_distinct_pair_ordered"
            ),
        ]

    def __str__(self):
        return f"{self.first} / {self.second}"
