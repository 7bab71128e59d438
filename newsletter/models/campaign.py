"""One frozen content, one choice of recipients, one send."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from newsletter.choices import CampaignAudience, CampaignState, LeftOutReason, Trouble
from newsletter.unmerged import without_fields


class Campaign(models.Model):
    """A send of a page. Only ``newsletter.delivery`` changes its state."""

    page = models.ForeignKey(
        "newsletter.NewsPage",
        verbose_name=_("item"),
        on_delete=models.SET_NULL,
        related_name="campaigns",
        null=True,
    )
    newsletter = models.ForeignKey(
        "newsletter.Newsletter",
        verbose_name=_("newsletter"),
        on_delete=models.PROTECT,
        related_name="campaigns",
    )
    recipients = models.ForeignKey(
        "newsletter.Recipients",
        verbose_name=_("recipients"),
        on_delete=models.SET_NULL,
        related_name="campaigns",
        null=True,
        blank=True,
    )
    audience = models.CharField(
        _("goes to"),
        max_length=12,
        choices=CampaignAudience,
        default=CampaignAudience.RECIPIENTS,
    )
    # The send that this one adds to or corrects.
    follows = models.ForeignKey(
        "self",
        verbose_name=_("follows"),
        on_delete=models.SET_NULL,
        related_name="followers",
        null=True,
        blank=True,
    )
    # The revision the last successful save was made from; None after a failed one, and
    # then nothing can be sent (wagtail-newsletter goes on after a failed save).
    revision = models.ForeignKey(
        "wagtailcore.Revision",
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
    )
    # The published revision of each translation at that save, by language.
    translations = models.JSONField(default=dict, editable=False)
    # Of a digest: the published revision of each item at that save, by page.
    item_revisions = models.JSONField(default=dict, editable=False)
    state = models.CharField(
        _("state"),
        max_length=12,
        choices=CampaignState,
        default=CampaignState.DRAFT,
        db_index=True,
    )
    subject = models.CharField(_("subject"), max_length=250)
    sender_name = models.CharField(_("sender's name"), max_length=120, blank=True)
    sender_email = models.EmailField(_("sender's address"), blank=True)
    reply_to = models.EmailField(_("answers go to"), blank=True)
    list_id = models.CharField(_("List-Id"), max_length=200, blank=True)
    # What was frozen: rule trees of the recipients, and the conditions of blocks in
    # the order of their bits in Delivery.shown.
    frozen_rules = models.JSONField(default=dict, editable=False)
    conditions = models.JSONField(default=list, editable=False)
    content_hash = models.CharField(max_length=64, blank=True, editable=False)
    # How many deliveries were frozen: rows that go missing afterwards are noticed.
    frozen_count = models.PositiveIntegerField(default=0, editable=False)
    # What the last audit found, as ``newsletter.delivery.auditing`` writes it.
    audit = models.JSONField(default=dict, editable=False)
    send_at = models.DateTimeField(_("scheduled for"), null=True, blank=True)
    held_until = models.DateTimeField(null=True, blank=True, editable=False)
    frozen_at = models.DateTimeField(null=True, blank=True, editable=False)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    # Since when it goes without a pause: what a delivery's giving up is counted from.
    going_since = models.DateTimeField(null=True, blank=True, editable=False)
    trouble = models.CharField(
        _("trouble"), max_length=16, choices=Trouble, blank=True, editable=False
    )
    # An editor let it go on after an automatic stop: it is not stopped for that again.
    is_watched = models.BooleanField(default=True, editable=False)
    # The links of its letters lead over this site, which counts them.
    counts_links = models.BooleanField(default=False, editable=False)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("sent by"),
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("send")
        verbose_name_plural = _("sends")
        ordering = ["-created_at", "-pk"]
        permissions = [
            ("send_test", _("Can send test mails")),
            ("approve_campaign", _("Can approve newsletters")),
            ("send_campaign", _("Can send newsletters")),
            ("view_tracking", _("Can see what single persons did")),
        ]

    def __str__(self):
        return self.name

    @property
    def name(self) -> str:
        """The subject as it goes to who has nothing for its merge fields, on one line."""
        return " ".join(without_fields(self.subject).split()) or self.subject


class Variant(models.Model):
    """One language and one set of shown blocks: what some of the audience is sent."""

    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="variants"
    )
    locale = models.CharField(max_length=2)
    # Bit n is set where condition n of the campaign holds for the reader.
    shown = models.BigIntegerField(default=0)
    subject = models.CharField(max_length=250)
    html = models.TextField()
    text = models.TextField()
    content_hash = models.CharField(max_length=64)
    html_size = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("variant")
        verbose_name_plural = _("variants")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "locale", "shown"], name="newsletter_variant_once"
            )
        ]

    def __str__(self):
        return f"{self.locale} {self.shown:b}"


class LeftOut(models.Model):
    """A member of the recipients who got no letter in a send, and why."""

    campaign = models.ForeignKey(
        Campaign,
        on_delete=models.CASCADE,
        related_name="left_out",
        # The unique constraint begins with it.
        db_index=False,
    )
    # Empty once the person was erased: the count stays.
    contact = models.ForeignKey(
        "crm.Contact",
        on_delete=models.SET_NULL,
        related_name="left_out_of",
        null=True,
    )
    reason = models.CharField(max_length=14, choices=LeftOutReason)

    class Meta:
        verbose_name = _("left out")
        verbose_name_plural = _("left out")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "contact"], name="newsletter_left_out_once"
            )
        ]

    def __str__(self):
        return self.get_reason_display()
