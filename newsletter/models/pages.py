"""News items: written once, read on the web, as mail and as plain text."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail_newsletter.models import NewsletterPageMixin

from newsletter.blocks import BodyBlock
from newsletter.choices import NewsKind


class NewsPageTopic(models.Model):
    """What an item is about."""

    page = ParentalKey(
        "newsletter.NewsPage", on_delete=models.CASCADE, related_name="topic_links"
    )
    topic = models.ForeignKey(
        "crm.Topic",
        verbose_name=_("topic"),
        on_delete=models.CASCADE,
        related_name="+",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["page", "topic"], name="newsletter_page_topic_once"
            )
        ]

    def __str__(self):
        return str(self.topic)


class NewsPage(NewsletterPageMixin, Page):
    """One item of the periodical and of the archive."""

    kind = models.CharField(
        _("kind"), max_length=12, choices=NewsKind, default=NewsKind.REPORT
    )
    newsletter = models.ForeignKey(
        "newsletter.Newsletter",
        verbose_name=_("newsletter"),
        on_delete=models.PROTECT,
        related_name="pages",
        null=True,
        blank=True,
        help_text=_("Decides the sender, the purpose and how one leaves."),
    )
    network = models.ForeignKey(
        "crm.Network",
        verbose_name=_("network or project"),
        on_delete=models.PROTECT,
        related_name="pages",
        null=True,
        blank=True,
    )
    kicker = models.CharField(
        _("kicker"),
        max_length=160,
        blank=True,
        help_text=_("A line over the headline."),
    )
    summary = models.CharField(
        _("summary"),
        max_length=300,
        blank=True,
        help_text=_("One or two sentences for the archive's contents list."),
    )
    published_on = models.DateField(_("date"), null=True, blank=True)
    covers_from = models.DateField(_("covers from"), null=True, blank=True)
    covers_to = models.DateField(_("covers to"), null=True, blank=True)
    preheader = models.CharField(
        _("preheader"),
        max_length=150,
        blank=True,
        help_text=_("What mail programmes show after the subject."),
    )
    body = StreamField(BodyBlock(), verbose_name=_("content"), blank=True)

    template = "web/newsletter/news_page.html"
    parent_page_types = ["home.ArchivePage"]
    subpage_types = []

    class Meta:
        verbose_name = _("news item")
        verbose_name_plural = _("news items")

    exclude_fields_in_copy = ["newsletter_campaign"]
