"""Seats outlive people: a seat is the post, an affiliation says who holds it when."""

from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.addresses import hash_address, normalise_address
from crm.choices import OrganisationKind, SeatTaskReason
from crm.exceptions import AddressError
from crm.models.constraints import NoOverlap
from crm.models.substrings import SubstringIndex
from crm.names import clean_line


class SeatQuerySet(models.QuerySet):
    def vacant(self, on: date):
        """Seats nobody holds on that day."""
        return self.exclude(affiliations__in=Affiliation.objects.held(on))


class Seat(models.Model):
    organisation = models.ForeignKey(
        "crm.Organisation",
        verbose_name=_("organisation"),
        on_delete=models.CASCADE,
        related_name="seats",
    )
    role = models.ForeignKey(
        "crm.Role",
        verbose_name=_("role"),
        on_delete=models.PROTECT,
        related_name="seats",
    )
    network = models.ForeignKey(
        "crm.Network",
        verbose_name=_("network or project"),
        on_delete=models.PROTECT,
        related_name="seats",
        null=True,
        blank=True,
    )
    title = models.CharField(
        _("title"),
        max_length=200,
        blank=True,
        help_text=_("What the post is called there, if not by its role."),
    )
    email = models.EmailField(
        _("the seat's own e-mail"),
        max_length=254,
        blank=True,
        help_text=_(
            "Stays with the post when people change, and goes before the "
            "holder's own address."
        ),
    )
    address_hash = models.CharField(max_length=32, editable=False, blank=True)

    objects = SeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        ordering = ["organisation__sort_key", "role__slug", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "role", "network", "title"],
                condition=Q(network__isnull=False),
                name="crm_seat_once_in_network",
            ),
            models.UniqueConstraint(
                fields=["organisation", "role", "title"],
                condition=Q(network__isnull=True),
                name="crm_seat_once",
            ),
            SubstringIndex(columns=["title", "email"], name="crm_seat_parts"),
        ]

    def __str__(self):
        return f"{self.title or self.role}, {self.organisation}"

    def save(self, *args, **kwargs):
        self.set_derived()
        super().save(*args, **kwargs)

    def clean(self):
        try:
            self.set_derived()
        except AddressError as error:
            raise ValidationError({"email": str(error)}) from error

    def set_derived(self) -> None:
        """Clean title and address, and set the address's hash. Raises AddressError."""
        self.title = clean_line(self.title)
        self.address_hash = ""
        if self.email:
            self.email = normalise_address(self.email)
            self.address_hash = hash_address(self.email, settings.CRM_ADDRESS_HASH_KEY)


class AffiliationQuerySet(models.QuerySet):
    def held(self, on: date):
        """Affiliations that hold on that day."""
        return self.overlapping(on, on)

    def overlapping(self, starts_on: date | None, ends_on: date | None):
        """Affiliations that hold on any day from the first to the last of these.

        A day that is None is unknown, and then no day is too early, or too late.
        """
        found = self
        if starts_on is not None:
            found = found.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=starts_on))
        if ends_on is not None:
            found = found.filter(Q(starts_on__isnull=True) | Q(starts_on__lte=ends_on))
        return found

    def beginning(self, count: int):
        """Return the first so many, in their order.

        They are found by their keys, before anything is joined to all the others.
        """
        first = Affiliation.objects.filter(pk__one_of_few=self.values("pk")[:count])
        return first.order_by(*(self.query.order_by or Affiliation._meta.ordering))


class Affiliation(models.Model):
    """Contact × Seat with from and to.

    Carries copies of what segment rules ask about, so that a rule is one EXISTS on one
    table. ``crm.seats`` keeps the copies; nothing else writes them.
    """

    seat = models.ForeignKey(
        Seat,
        verbose_name=_("seat"),
        on_delete=models.CASCADE,
        related_name="affiliations",
        # The index that tells who held it when begins with it.
        db_index=False,
    )
    contact = models.ForeignKey(
        "crm.Contact",
        verbose_name=_("contact"),
        on_delete=models.CASCADE,
        related_name="affiliations",
        # As for those below: there is an index that begins with it.
        db_index=False,
    )
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("to"), null=True, blank=True)
    role = models.ForeignKey(
        "crm.Role",
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
        db_index=False,
    )
    network = models.ForeignKey(
        "crm.Network",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        db_index=False,
    )
    organisation = models.ForeignKey(
        "crm.Organisation",
        on_delete=models.CASCADE,
        related_name="affiliations",
        editable=False,
        db_index=False,
    )
    kind = models.CharField(max_length=24, choices=OrganisationKind, editable=False)
    country = models.CharField(max_length=2, editable=False)
    region = models.CharField(max_length=120, editable=False)

    objects = AffiliationQuerySet.as_manager()

    class Meta:
        verbose_name = _("affiliation")
        verbose_name_plural = _("affiliations")
        ordering = ["-starts_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["seat"],
                condition=Q(ends_on__isnull=True),
                name="crm_affiliation_one_holder",
                violation_error_message=_(
                    "Somebody else holds this seat. End that affiliation first."
                ),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True)
                | Q(starts_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="crm_affiliation_ends_after_start",
                violation_error_message=_("It cannot end before it starts."),
            ),
            NoOverlap(
                of="seat",
                start="starts_on",
                end="ends_on",
                name="crm_affiliation_no_overlap",
                violation_error_message=_(
                    "Somebody else holds this seat on some of these days."
                ),
            ),
        ]
        indexes = [
            # All that a rule asks about, twice: found by the role, and in the order of
            # the people, so that a rule that takes in many of them is answered by
            # reading it from end to end.
            models.Index(
                fields=[
                    "role",
                    "country",
                    "region",
                    "kind",
                    "network",
                    "organisation",
                    "ends_on",
                    "starts_on",
                    "contact",
                ],
                name="crm_affiliation_rule",
            ),
            models.Index(
                fields=[
                    "contact",
                    "role",
                    "country",
                    "region",
                    "kind",
                    "network",
                    "organisation",
                    "ends_on",
                    "starts_on",
                ],
                name="crm_affiliation_contact",
            ),
            models.Index(
                fields=["region", "role", "ends_on", "starts_on", "contact"],
                name="crm_affiliation_region",
            ),
            models.Index(
                fields=["network", "role", "ends_on", "starts_on", "contact"],
                name="crm_affiliation_network",
            ),
            models.Index(
                fields=["organisation", "role", "contact"], name="crm_affiliation_org"
            ),
            # Whose last day was, or comes, when: the work list walks along it.
            models.Index(
                fields=["ends_on", "seat"],
                condition=Q(ends_on__isnull=False),
                name="crm_affiliation_ends",
            ),
            # Which seats are vacant, and whether two would share a day.
            models.Index(
                fields=["seat", "ends_on", "starts_on"], name="crm_affiliation_seat"
            ),
        ]

    def __str__(self):
        return f"{self.contact} – {self.seat}"


class SeatTask(models.Model):
    """Somebody should look at a seat: most often, find the successor.

    Opened by ``crm.seats.open_task``; one open task at a time for seat and holder.
    """

    seat = models.ForeignKey(
        Seat, verbose_name=_("seat"), on_delete=models.CASCADE, related_name="tasks"
    )
    contact = models.ForeignKey(
        "crm.Contact",
        verbose_name=_("holder"),
        on_delete=models.CASCADE,
        related_name="seat_tasks",
        null=True,
    )
    reason = models.CharField(_("reason"), max_length=12, choices=SeatTaskReason)
    # What was said, in the other's words; no address.
    detail = models.CharField(_("detail"), max_length=250, blank=True)
    opened_at = models.DateTimeField(_("since"), default=timezone.now)
    closed_at = models.DateTimeField(_("done"), null=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("done by"),
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
    )

    class Meta:
        verbose_name = _("task on a seat")
        verbose_name_plural = _("tasks on seats")
        ordering = ["opened_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["seat", "contact"],
                condition=Q(closed_at__isnull=True),
                name="crm_seat_task_one_open",
            )
        ]

    def __str__(self):
        return f"{self.get_reason_display()}: {self.seat}"
