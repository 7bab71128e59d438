"""Imports, and what each changed, so that it can be undone for 90 days."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.choices import ChangeAction, ImportState


class ImportSource(models.Model):
    """Where files come from again and again, and what their columns mean."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    # Heading as it stands in the file -> column, or "" to leave it out.
    mapping = models.JSONField(default=dict)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("import source")
        verbose_name_plural = _("import sources")
        ordering = ["name"]

    def __str__(self):
        return self.name


class ImportBatch(models.Model):
    """One file. Its rows' changes are kept until undo ends (design decision 14)."""

    source = models.ForeignKey(
        ImportSource,
        verbose_name=_("source"),
        on_delete=models.SET_NULL,
        related_name="batches",
        null=True,
        blank=True,
    )
    file_name = models.CharField(_("file"), max_length=120)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=ImportState,
        default=ImportState.PREVIEWED,
    )
    # Key of the parked file; empty once it is gone.
    parked = models.CharField(max_length=64, blank=True)
    mapping = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    # Why the network may hold what the file says, and on which purpose it bears.
    purpose = models.ForeignKey(
        "crm.Purpose",
        verbose_name=_("purpose"),
        on_delete=models.PROTECT,
        related_name="imports",
        null=True,
    )
    ground = models.CharField(_("where the data come from"), max_length=250, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    counts = models.JSONField(default=dict)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("imported by"),
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
    )
    created_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    applied_at = models.DateTimeField(_("imported"), null=True)
    undone_at = models.DateTimeField(_("undone"), null=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return self.file_name


class ImportChange(models.Model):
    """One row of one table that an import made, changed or removed.

    ``before`` and ``after`` hold every column of the row by name, as JSON, and the
    ids of its many-to-many relations; empty where the row did not exist.
    """

    batch = models.ForeignKey(
        ImportBatch, on_delete=models.CASCADE, related_name="changes"
    )
    row_number = models.PositiveIntegerField()
    # "contact", "seat", "affiliation", "organisation", "topic" …
    model = models.CharField(max_length=40)
    object_id = models.PositiveBigIntegerField()
    action = models.CharField(max_length=8, choices=ChangeAction)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("change by an import")
        verbose_name_plural = _("changes by imports")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["model", "object_id"], name="crm_import_change_row")
        ]

    def __str__(self):
        return f"{self.model} {self.object_id} {self.action}"
