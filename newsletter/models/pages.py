"""News items: written once, read on the web, as mail and as plain text."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    TitleFieldPanel,
)
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from crm.choices import Language
from newsletter.blocks import BodyBlock
from newsletter.choices import NewsKind, Visibility
from newsletter.models.funding_panel import FundingPanel
from newsletter.models.item_form import NewsPageForm
from newsletter.models.newest_first import NewestFirst
from newsletter.models.previewing import MailPreviewMixin
from newsletter.models.sending import SendablePage


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

    panels = [FieldPanel("topic")]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["page", "topic"], name="newsletter_page_topic_once"
            )
        ]

    def __str__(self):
        return str(self.topic)


class NewsPage(MailPreviewMixin, SendablePage, Page):
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
    event = models.ForeignKey(
        "crm.Event",
        verbose_name=_("event"),
        on_delete=models.PROTECT,
        related_name="pages",
        null=True,
        blank=True,
        help_text=_("What it invites to or reports on."),
    )
    corrects = models.ForeignKey(
        "self",
        verbose_name=_("corrects"),
        on_delete=models.SET_NULL,
        related_name="corrections",
        null=True,
        blank=True,
        help_text=_("The item that was wrong. The correction goes to who got that."),
    )
    title_foreign = models.CharField(
        _("words of the headline in another language"),
        max_length=200,
        blank=True,
        help_text=_(
            "As they stand in it, such as the English title of a workshop: screen "
            "readers then say them right."
        ),
    )
    visibility = models.CharField(
        _("who may read it"),
        max_length=10,
        choices=Visibility,
        default=Visibility.PUBLIC,
        help_text=_(
            "Partners are those who hold a post in the register. What is theirs stands "
            "in no public list, feed or search."
        ),
    )
    kicker = models.CharField(
        _("line over the headline"),
        max_length=160,
        blank=True,
        help_text=_("What series or occasion it belongs to, for example."),
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

    base_form_class = NewsPageForm
    template = "web/newsletter/news_page.html"
    parent_page_types = ["home.ArchivePage"]
    subpage_types = []
    # A copy starts with no send of its own behind it.
    exclude_fields_in_copy = ["newsletter_campaign"]

    content_panels = [
        MultiFieldPanel(
            [
                TitleFieldPanel("title", heading=_("Headline")),
                FieldPanel("title_foreign"),
                FieldPanel("kicker"),
                FieldPanel("summary"),
            ],
            heading=_("Headline and summary"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("kind"), FieldPanel("published_on")]),
                FieldRowPanel([FieldPanel("covers_from"), FieldPanel("covers_to")]),
                FieldRowPanel([FieldPanel("network"), FieldPanel("visibility")]),
                FieldPanel("event", heading=_("Event")),
                FieldPanel("corrects"),
            ],
            heading=_("What it is"),
        ),
        FieldPanel("body"),
        FundingPanel(heading=_("Funding notice"), icon="lock"),
        InlinePanel("topic_links", label=_("Topic"), heading=_("Topics")),
    ]
    search_fields = [
        *Page.search_fields,
        index.SearchField("kicker"),
        index.SearchField("summary"),
        index.SearchField("body"),
        index.FilterField("kind"),
        index.FilterField("network"),
        index.FilterField("published_on"),
    ]

    class Meta:
        verbose_name = _("news item")
        verbose_name_plural = _("news items")
        # What the archive lists, counts and offers to narrow it down by.
        indexes = [
            NewestFirst(
                fields=["-published_on", "visibility"], name="newsletter_page_newest"
            ),
            NewestFirst(
                fields=["kind", "-published_on", "visibility"],
                name="newsletter_page_kind",
            ),
            NewestFirst(
                fields=["network", "-published_on", "visibility"],
                name="newsletter_page_network",
            ),
        ]

    @classmethod
    def get_content_panels(cls):
        # By name: the models do not import the panels, which stand above them.
        paste_panel = import_string("newsletter.panels.PastePanel")
        title, what, *rest = cls.content_panels
        return [title, what, paste_panel(heading=_("Paste a text")), *rest]

    def clean(self):
        super().clean()
        if self.covers_from and self.covers_to and self.covers_to < self.covers_from:
            raise ValidationError({"covers_to": _("It cannot end before it starts.")})
        if self.pk and self.corrects_id == self.pk:
            raise ValidationError({"corrects": _("An item cannot correct itself.")})

    @property
    def topics(self):
        """The topics it is about, in the order they were chosen."""
        return [link.topic for link in self.topic_links.select_related("topic")]

    @property
    def foreign_language(self):
        """The language of ``title_foreign``: the one that the item is not in."""
        return next(c for c in Language.values if c != self.locale.language_code)
