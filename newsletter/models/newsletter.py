"""The periodical: who sends it, why, and to whom an item of it goes."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail_newsletter.models import NewsletterRecipientsBase

from newsletter.choices import Fallback
from newsletter.looks import ACCENT, find_accent_fault, find_letter_logo_fault


class Newsletter(models.Model):
    """One periodical with one purpose: leaving it means leaving that purpose."""

    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("short name"), unique=True, max_length=60)
    purpose = models.ForeignKey(
        "crm.Purpose",
        verbose_name=_("purpose"),
        on_delete=models.PROTECT,
        related_name="newsletters",
    )
    network = models.ForeignKey(
        "crm.Network",
        verbose_name=_("network or project"),
        on_delete=models.PROTECT,
        related_name="newsletters",
        null=True,
        blank=True,
    )
    sender_name = models.CharField(_("sender's name"), max_length=120)
    sender_email = models.EmailField(_("sender's address"))
    reply_to = models.EmailField(_("answers go to"), blank=True)
    # RFC 2919: stable for the life of the list.
    list_id = models.CharField(
        _("List-Id"),
        max_length=200,
        validators=[
            RegexValidator(
                r"^[a-z0-9-]+(\.[a-z0-9-]+)+$",
                _("Write it like a domain name, such as rundbrev.example.org."),
            )
        ],
    )
    postal_address = models.CharField(_("postal address"), max_length=250)
    reason_sv = models.TextField(
        _("why you get this, in Swedish"),
        help_text=_("Stands in the foot of every letter."),
    )
    reason_en = models.TextField(_("why you get this, in English"))
    accent = models.CharField(
        _("accent colour"),
        max_length=7,
        default="#0f4a40",
        validators=[RegexValidator(ACCENT, _("Write it like #0f4a40."))],
        help_text=_("Of links and the button, in letters."),
    )
    logo = models.ForeignKey(
        "wagtailimages.Image",
        verbose_name=_("logo"),
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        help_text=_("Stands in place of the name in the head of every letter."),
    )
    is_open = models.BooleanField(
        _("anybody may sign up on the website"), default=False
    )
    about_sv = models.CharField(
        _("what it is, in Swedish"),
        max_length=300,
        blank=True,
        help_text=_("One or two sentences beside the form: what comes, how often."),
    )
    about_en = models.CharField(_("what it is, in English"), max_length=300, blank=True)
    # What a reader gets whose language the item is not in.
    fallback = models.CharField(
        _("readers of another language"),
        max_length=8,
        choices=Fallback,
        default=Fallback.PAGE,
    )
    needs_approval = models.BooleanField(
        _("a second person approves each send"), default=False
    )
    approval_tolerance = models.PositiveSmallIntegerField(
        _("approved number of people may change by (per cent)"),
        default=5,
        validators=[MaxValueValidator(100)],
        help_text=_("A greater change of the number of readers voids an approval."),
    )

    sends_from = models.TimeField(
        _("letters go from"),
        null=True,
        blank=True,
        help_text=_("Leave both empty to send at any hour."),
    )
    sends_until = models.TimeField(_("letters go until"), null=True, blank=True)
    sends_on_weekends = models.BooleanField(
        _("letters go on Saturdays and Sundays too"), default=True
    )
    counts_links = models.BooleanField(
        _("count how often links are opened"),
        default=False,
        help_text=_(
            "Links then lead over this site, which counts openings without noting "
            "who it was. Readers who agreed to it are noted by name."
        ),
    )

    class Meta:
        verbose_name = _("newsletter")
        verbose_name_plural = _("newsletters")
        ordering = ["name"]

    def __str__(self):
        return self.name

    def clean(self):
        super().clean()
        faults = {}
        if fault := find_accent_fault(self.accent):
            faults["accent"] = fault
        if self.logo and (fault := find_letter_logo_fault(self.logo)):
            faults["logo"] = fault
        if faults:
            raise ValidationError(faults)

    @property
    def about(self) -> str:
        """What it is, in the active language."""
        return self.about_en if get_language() == "en" else self.about_sv

    @property
    def reason(self) -> str:
        """Why you get this, in the active language."""
        return self.reason_en if get_language() == "en" else self.reason_sv


class Recipients(NewsletterRecipientsBase):
    """Whom an item goes to: some segments, less some others."""

    include = models.ManyToManyField(
        "crm.Segment", verbose_name=_("goes to"), related_name="+"
    )
    exclude = models.ManyToManyField(
        "crm.Segment", verbose_name=_("but not to"), related_name="+", blank=True
    )

    class Meta:
        verbose_name = _("recipients")
        verbose_name_plural = _("recipients")
        ordering = ["name"]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        # wagtail-newsletter's own notion of a list; ours are the two relations above.
        self.audience = "all"
        super().save(*args, **kwargs)

    def clean(self):
        """Skip the base class's check of its own audience and segment."""
