"""An issue that gathers several items into one letter."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.models import Orderable

from newsletter.choices import DigestExtent
from newsletter.models.pages import NewsPage


class DigestPage(NewsPage):
    """An issue: an introduction of its own, and items of the archive after it."""

    is_personal = models.BooleanField(
        _("each reader gets only items of their topics"),
        default=False,
        help_text=_(
            "Who cares for none of the topics gets no letter. Who has chosen no topics "
            "gets everything."
        ),
    )

    class Meta:
        verbose_name = _("digest")
        verbose_name_plural = _("digests")


class DigestItem(Orderable):
    """One item of a digest, in the order set by hand."""

    digest = ParentalKey(DigestPage, on_delete=models.CASCADE, related_name="items")
    item = models.ForeignKey(
        NewsPage, verbose_name=_("item"), on_delete=models.CASCADE, related_name="+"
    )
    extent = models.CharField(
        _("shown as"),
        max_length=8,
        choices=DigestExtent,
        default=DigestExtent.TEASER,
    )

    panels = [FieldPanel("item"), FieldPanel("extent")]

    class Meta(Orderable.Meta):
        verbose_name = _("item")
        verbose_name_plural = _("items")
        constraints = [
            models.UniqueConstraint(
                fields=["digest", "item"], name="newsletter_digest_item_once"
            )
        ]

    def __str__(self):
        return str(self.item)


DigestPage.content_panels = [
    *NewsPage.content_panels[:-2],
    FieldPanel("is_personal"),
    InlinePanel("items", label=_("Item"), heading=_("Items")),
    *NewsPage.content_panels[-2:],
]
