"""One row per person and send: the truth about what was handed to the mail server."""

from datetime import datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsletter.choices import (
    BounceClass,
    CampaignState,
    DeliveryState,
    EventSource,
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
        "newsletter.Campaign",
        on_delete=models.CASCADE,
        related_name="deliveries",
        # The index of progress begins with it.
        db_index=False,
        # Rows are only written under their campaign's lock, and looking it up again for
        # each of a million takes the database seconds.
        db_constraint=False,
    )
    # The seat in which the contact was written to; its history shows who held it then.
    seat = models.ForeignKey(
        "crm.Seat",
        verbose_name=_("seat"),
        on_delete=models.SET_NULL,
        related_name="deliveries",
        null=True,
        # As above. A seat that is deleted in the very seconds of a freeze leaves its
        # number behind; whoever reads it joins and finds none.
        db_constraint=False,
    )
    contact = models.ForeignKey(
        "crm.Contact",
        on_delete=models.SET_NULL,
        related_name="deliveries",
        null=True,
        # The unique constraint begins with it.
        db_index=False,
        # As above. Who is erased in the very seconds of a freeze gets nothing
        # (``delivery.statements``), and is forgotten by ``claims.forget_lost_people``.
        db_constraint=False,
    )
    address = models.CharField(_("address"), max_length=254, blank=True)
    address_hash = models.CharField(max_length=32)
    # What stands after the @: the destination that may have to be slowed.
    domain = models.CharField(_("domain"), max_length=253, blank=True)
    locale = models.CharField(_("language"), max_length=2)
    shown = models.BigIntegerField(default=0)
    state = models.CharField(
        _("state"),
        max_length=12,
        choices=DeliveryState,
        default=DeliveryState.QUEUED,
    )
    worker = models.ForeignKey(
        Worker,
        on_delete=models.PROTECT,
        related_name="deliveries",
        null=True,
        # The partial index below serves what is asked.
        db_index=False,
        # Workers are never deleted; each claim would look its own up per row.
        db_constraint=False,
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
    # Why it bounced: from the server's refusal or from a report that came later.
    bounce_class = models.CharField(
        _("why it did not arrive"), max_length=12, choices=BounceClass, blank=True
    )
    # The reader has agreed to be counted by name (purpose of tracking), as of freezing.
    is_tracked = models.BooleanField(default=False)
    # When an editor closed an uncertain delivery: it stays uncertain, and needs no one.
    closed_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        # A freeze writes a million rows at once, and most of its time goes into indexes:
        # the unique constraints begin with what is looked up by itself as well.
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "campaign"], name="newsletter_delivery_once"
            ),
            models.UniqueConstraint(
                fields=["address_hash", "campaign"],
                name="newsletter_delivery_once_per_address",
            ),
        ]
        indexes = [
            models.Index(
                # Claims go send by send, so that a paused one is never waded through.
                fields=["campaign", "next_at", "id"],
                condition=models.Q(
                    state__in=[DeliveryState.QUEUED, DeliveryState.DEFERRED]
                ),
                name="newsletter_delivery_due",
            ),
            # With the number, so that a page of a large send is read in its order.
            models.Index(
                fields=["campaign", "state", "id"], name="newsletter_delivery_progress"
            ),
            models.Index(
                fields=["worker"],
                condition=models.Q(state=DeliveryState.CLAIMED),
                name="newsletter_delivery_claimed",
            ),
            models.Index(
                fields=["campaign", "bounce_class"],
                condition=~models.Q(bounce_class=""),
                name="newsletter_delivery_bounced",
            ),
        ]

    def __str__(self):
        return f"{self.campaign_id}/{self.pk} {self.state}"


class DeliveryEventQuerySet(models.QuerySet):
    def puzzling(self):
        """Events that belong to no letter of ours, or whose words were not understood."""
        return self.filter(PUZZLING)


# One expression for the query and the index, so that databases see that it fits.
PUZZLING = models.Q(delivery__isnull=True) | models.Q(bounce_class=BounceClass.UNKNOWN)


class DeliveryEvent(models.Model):
    """Something that was heard afterwards. Appended, never changed.

    ``delivery`` is empty for what cannot be traced to a letter of ours: it is kept, so
    that nothing a mail server said is lost, and does nothing.
    """

    delivery = models.ForeignKey(
        Delivery, on_delete=models.CASCADE, related_name="events", null=True
    )
    type = models.CharField(_("what"), max_length=14, choices=EventType)
    bounce_class = models.CharField(
        _("why it did not arrive"), max_length=12, choices=BounceClass, blank=True
    )
    source = models.CharField(
        _("heard from"), max_length=8, choices=EventSource, default=EventSource.PAGE
    )
    at = models.DateTimeField(_("when"), default=timezone.now)
    # In the sender's words, without the address.
    detail = models.CharField(_("detail"), max_length=250, blank=True)
    # What tells a repeated report from a new one: hex SHA-256 of the report, or "".
    key = models.CharField(max_length=64, blank=True)

    objects = DeliveryEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                condition=~models.Q(key=""),
                name="newsletter_event_heard_once",
            )
        ]
        indexes = [
            models.Index(fields=["type", "at"], name="newsletter_event_type"),
            models.Index(
                fields=["at"], condition=PUZZLING, name="newsletter_event_puzzling"
            ),
        ]

    def __str__(self):
        return self.get_type_display()


class Destination(models.Model):
    """How fast a domain may be written to, and whether it asked us to wait.

    The row with the domain "" holds for all domains together. ``free_at`` is the
    time at which the next letter may go under ``per_minute``: one row that all workers
    share.
    """

    domain = models.CharField(_("domain"), max_length=253, unique=True, blank=True)
    per_minute = models.PositiveIntegerField(
        _("letters a minute"), null=True, blank=True
    )
    at_once = models.PositiveSmallIntegerField(
        _("letters at the same time"), null=True, blank=True
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    free_at = models.DateTimeField(null=True, editable=False)
    slowed_until = models.DateTimeField(_("waits until"), null=True, editable=False)
    slowed_times = models.PositiveSmallIntegerField(default=0, editable=False)
    slowed_by = models.CharField(
        _("because of"), max_length=250, blank=True, editable=False
    )

    class Meta:
        verbose_name = _("destination")
        verbose_name_plural = _("destinations")
        ordering = ["domain"]

    def __str__(self):
        return self.domain or str(_("all domains"))


class Epoch(models.Model):
    """Counts up while anybody sends, so that a restored or copied database is noticed.

    One row; ``newsletter.delivery.epochs`` says how it is read.
    """

    number = models.PositiveBigIntegerField(default=0)
    counted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("epoch")
        verbose_name_plural = _("epochs")

    def __str__(self):
        return str(self.number)
