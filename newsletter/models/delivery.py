"""One row per person and send: the truth about what was handed to the mail server."""

from datetime import datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsletter.choices import (
    CampaignState,
    DeliveryState,
    EventType,
)


class Worker(models.Model):
    """A process that delivers. Its journal lies under ``journal_name`` on its host."""

    host = models.CharField(max_length=120)
    pid = models.PositiveIntegerField()
    # Which start of the host it runs under: after a power cut no journal is complete.
    boot_id = models.CharField(max_length=36, blank=True)
    journal_name = models.CharField(max_length=80, unique=True)
    started_at = models.DateTimeField(default=timezone.now)
    heartbeat_at = models.DateTimeField(default=timezone.now)
    # Set when the worker ended and its journal has been replayed. Never unset.
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")

    def __str__(self):
        return f"{self.host}:{self.pid}"


class DeliveryQuerySet(models.QuerySet):
    def due(self, now: datetime):
        """Deliveries a worker may claim now, oldest first."""
        return self.filter(
            state__in=[DeliveryState.QUEUED, DeliveryState.DEFERRED],
            next_at__lte=now,
            campaign__state=CampaignState.SENDING,
        ).order_by("next_at", "pk")


class Delivery(models.Model):
    """Campaign × contact: the attempt and its outcome.

    ``handing`` lives in the worker's journal, not here: between the final dot and the
    recorded reply the row says ``claimed`` (design decision 8).
    """

    campaign = models.ForeignKey(
        "newsletter.Campaign", on_delete=models.CASCADE, related_name="deliveries"
    )
    contact = models.ForeignKey(
        "crm.Contact",
        on_delete=models.SET_NULL,
        related_name="deliveries",
        null=True,
    )
    address = models.CharField(_("address"), max_length=254, blank=True)
    address_hash = models.CharField(max_length=32)
    locale = models.CharField(_("language"), max_length=2)
    shown = models.BigIntegerField(default=0)
    state = models.CharField(
        _("state"),
        max_length=12,
        choices=DeliveryState,
        default=DeliveryState.QUEUED,
    )
    worker = models.ForeignKey(
        Worker, on_delete=models.PROTECT, related_name="deliveries", null=True
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_at = models.DateTimeField(default=timezone.now)
    accepted_at = models.DateTimeField(_("accepted"), null=True)
    # What the server said last, without the address.
    reply = models.CharField(_("answer"), max_length=250, blank=True)
    is_duplicate_risk = models.BooleanField(
        _("may arrive twice"),
        default=False,
        help_text=_("Sent again after an uncertain attempt."),
    )

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "contact"], name="newsletter_delivery_once"
            ),
            models.UniqueConstraint(
                fields=["campaign", "address_hash"],
                name="newsletter_delivery_once_per_address",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at", "id"],
                condition=models.Q(
                    state__in=[DeliveryState.QUEUED, DeliveryState.DEFERRED]
                ),
                name="newsletter_delivery_due",
            ),
            models.Index(
                fields=["campaign", "state"], name="newsletter_delivery_progress"
            ),
            models.Index(
                fields=["worker"],
                condition=models.Q(state=DeliveryState.CLAIMED),
                name="newsletter_delivery_claimed",
            ),
        ]

    def __str__(self):
        return f"{self.campaign_id}/{self.pk} {self.state}"


class DeliveryEvent(models.Model):
    """Something that was heard about a delivery afterwards. Appended, never changed."""

    delivery = models.ForeignKey(
        Delivery, on_delete=models.CASCADE, related_name="events"
    )
    type = models.CharField(_("what"), max_length=14, choices=EventType)
    at = models.DateTimeField(_("when"), default=timezone.now)
    detail = models.CharField(_("detail"), max_length=250, blank=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["at", "pk"]

    def __str__(self):
        return self.get_type_display()
