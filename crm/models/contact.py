"""Contacts: the people of the network, and which of them may be mailed."""

from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from crm.addresses import hash_address, normalise_address
from crm.choices import ConsentStatus, Language, LawfulBasis
from crm.exceptions import AddressError
from crm.models.consent import ConsentState, Purpose
from crm.models.link_index import LinkIndex
from crm.models.seat import Affiliation
from crm.models.substrings import SubstringIndex
from crm.models.suppression import Suppression
from crm.names import clean_line, make_sort_key


class ContactQuerySet(models.QuerySet):
    def with_mail_address(self, on: date):
        """Annotate ``mail_address`` and ``mail_hash``: where mail to each goes that day.

        A seat's own address goes before the person's; suppressed ones are passed over.
        Both are empty for a contact without an address that may be used.
        """
        seats = _seats_with_usable_address(on)
        own_stopped = Exists(
            Suppression.objects.filter(address_hash=OuterRef("address_hash"))
        )
        # EmailField and CharField are one text to the database.
        text = {"output_field": models.CharField()}
        return self.annotate(
            mail_address=Coalesce(
                Subquery(seats.values("seat__email")[:1]),
                Case(When(own_stopped, then=Value("")), default=F("email"), **text),
                **text,
            ),
            mail_hash=Coalesce(
                Subquery(seats.values("seat__address_hash")[:1]),
                Case(
                    When(own_stopped, then=Value("")),
                    default=F("address_hash"),
                    **text,
                ),
                **text,
            ),
        )

    def with_mail_seat(self, on: date):
        """Annotate ``mail_seat``: the seat in which each is written to that day.

        The one whose own address is used, else the one held longest; None for a contact
        without a seat. One look at each contact's seats, however it is used.
        """
        stopped = Suppression.objects.values("address_hash")
        no_address = Q(seat__email="") | Q(seat__address_hash__in=stopped)
        held = _held_seats(on).annotate(
            rank=Case(When(no_address, then=Value(1)), default=Value(0))
        )
        return self.annotate(
            mail_seat=Subquery(held.order_by("rank", "pk").values("seat")[:1])
        )

    def awake(self, on: date):
        """Contacts who have not asked for a rest from mail that lasts beyond that day."""
        return self.filter(Q(paused_until__isnull=True) | Q(paused_until__lte=on))

    def agreeing(self, purpose: Purpose, on: date):
        """Contacts who may be written to for that purpose, whatever their address.

        Nobody who left, objected or pauses that day; where the basis is consent, only
        who said yes.
        """
        states = ConsentState.objects.filter(contact=OuterRef("pk"))
        refused = states.filter(
            Q(purpose=purpose, status=ConsentStatus.WITHDRAWN)
            | Q(status=ConsentStatus.OBJECTED)
        )
        willing = self.awake(on).exclude(Exists(refused))
        if purpose.lawful_basis == LawfulBasis.CONSENT:
            given = states.filter(purpose=purpose, status=ConsentStatus.GIVEN)
            willing = willing.filter(Exists(given))
        return willing

    def mailable(self, purpose: Purpose, on: date):
        """Contacts a newsletter of that purpose may go to (design decision 9)."""
        return self.agreeing(purpose, on).with_mail_address(on).exclude(mail_address="")


def _held_seats(on: date):
    return Affiliation.objects.held(on).filter(contact=OuterRef("pk")).order_by("pk")


def _seats_with_usable_address(on: date):
    stopped = Suppression.objects.filter(address_hash=OuterRef("seat__address_hash"))
    return _held_seats(on).exclude(seat__email="").exclude(Exists(stopped))


class Contact(models.Model):
    given_name = models.CharField(_("given name"), max_length=120, blank=True)
    family_name = models.CharField(_("family name"), max_length=120, blank=True)
    sort_key = models.CharField(max_length=255, editable=False)
    email = models.EmailField(_("e-mail"), max_length=254, unique=True)
    address_hash = models.CharField(max_length=32, editable=False, unique=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=Language, default=Language.SWEDISH
    )
    topics = models.ManyToManyField(
        "crm.Topic", verbose_name=_("topics"), related_name="contacts", blank=True
    )
    photo = models.ForeignKey(
        "wagtailimages.Image",
        verbose_name=_("photo"),
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
    )
    biography = models.TextField(_("biography"), blank=True)
    # What the contact agreed to have published: nothing until they say so.
    publishes_name = models.BooleanField(
        _("the name, in the public directory"), default=False, db_default=False
    )
    publishes_photo = models.BooleanField(
        _("the photo"), default=False, db_default=False
    )
    publishes_email = models.BooleanField(
        _("the e-mail address"), default=False, db_default=False
    )
    publishes_phone = models.BooleanField(
        _("the telephone number"), default=False, db_default=False
    )
    publishes_biography = models.BooleanField(
        _("the biography"), default=False, db_default=False
    )
    paused_until = models.DateField(
        _("wants no mail before"),
        null=True,
        blank=True,
        help_text=_("Letters that go before that day pass them by."),
    )
    notes = models.TextField(
        _("notes"),
        blank=True,
        help_text=_(
            "Only for the office; never published. Whoever they are about may read them."
        ),
    )
    custom = models.JSONField(default=dict, blank=True, editable=False)
    created_at = models.DateTimeField(_("added"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["sort_key", "pk"]
        permissions = [
            ("export_contact", _("Can export contacts")),
            ("erase_contact", _("Can erase contacts")),
        ]
        indexes = [
            models.Index(fields=["sort_key", "id"], name="crm_contact_sort"),
            models.Index(fields=["language", "id"], name="crm_contact_language"),
            # Segments ask who was added lately; the listing is sorted by the last change.
            models.Index(fields=["created_at"], name="crm_contact_created"),
            models.Index(fields=["updated_at", "id"], name="crm_contact_updated"),
            # Of one language, by name: names of one country may all come late.
            models.Index(
                fields=["language", "sort_key", "id"], name="crm_contact_spoken"
            ),
            # Few rest from mail at a time.
            models.Index(
                fields=["paused_until"],
                name="crm_contact_paused",
                condition=Q(paused_until__isnull=False),
            ),
        ]
        constraints = [
            SubstringIndex(columns=["sort_key", "email"], name="crm_contact_parts"),
            LinkIndex(
                table="crm_contact_topics",
                columns=["topic_id", "contact_id"],
                name="crm_contact_by_topic",
            ),
        ]

    def __str__(self):
        return self.full_name or self.email

    def save(self, *args, **kwargs):
        self.set_derived()
        super().save(*args, **kwargs)

    def clean(self):
        try:
            self.set_derived()
        except AddressError as error:
            raise ValidationError({"email": str(error)}) from error

    def set_derived(self) -> None:
        """Clean the names and address, and set sort key and hash from them.

        Raises AddressError for an address that cannot be used. Bulk writes, which pass
        ``save()`` by, call this themselves.
        """
        self.given_name = clean_line(self.given_name)
        self.family_name = clean_line(self.family_name)
        self.email = normalise_address(self.email)
        self.address_hash = hash_address(self.email, settings.CRM_ADDRESS_HASH_KEY)
        self.sort_key = make_sort_key(self.family_name, self.given_name) or self.email

    @property
    def full_name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()
