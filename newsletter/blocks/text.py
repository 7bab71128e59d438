"""Blocks of running text."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageBlock
from wagtail.rich_text import RichText

from newsletter.blocks.base import ContentBlock, LongBlock

# newsletter.organisation_links; the last two mark words as being in another language
# (newsletter.language_marks).
ITEM_FEATURES = [
    "bold",
    "link",
    "document-link",
    "organisation-link",
    "lang-en",
    "lang-sv",
]
FEATURES = ["h3", "ol", "ul", *ITEM_FEATURES]


class LeadBlock(ContentBlock):
    text = blocks.TextBlock(
        label=_("Lead"), help_text=_("Two or three sentences that say what it is.")
    )

    class Meta:
        label = _("Lead")
        icon = "title"
        template = "web/blocks/lead.html"
        group = _("Text")
        label_format = "{text}"


class HeadingBlock(ContentBlock):
    text = blocks.CharBlock(label=_("Heading"), max_length=150)

    class Meta:
        label = _("Heading")
        icon = "h2"
        template = "web/blocks/heading.html"
        group = _("Text")
        label_format = "{text}"


class TextBlock(LongBlock):
    text = blocks.RichTextBlock(label=_("Text"), features=FEATURES)

    def cut_opening(self, value: Any) -> Any:
        """Return a copy of ``value`` with the first paragraph only."""
        opening = self.normalize({**value})
        first, end, _rest = value["text"].source.partition("</p>")
        opening["text"] = RichText(first + end)
        return opening

    class Meta:
        label = _("Text")
        icon = "pilcrow"
        template = "web/blocks/text.html"
        group = _("Text")
        label_format = "{text}"


class QuoteValue(blocks.StructValue):
    @property
    def quoted(self) -> str:
        """The words in the quotation marks of the active language, once."""
        words = self["text"].strip().strip('"”“„»«').strip()
        return _("“%(words)s”") % {"words": words}

    @property
    def speaker(self) -> str:
        """Who said it, as what, and when."""
        return ", ".join(
            part for part in (self["person"], self["role"], self["occasion"]) if part
        )


class QuoteBlock(ContentBlock):
    text = blocks.TextBlock(label=_("What was said"))
    person = blocks.CharBlock(label=_("Who said it"), max_length=120)
    role = blocks.CharBlock(
        label=_("As"),
        max_length=160,
        required=False,
        help_text=_("Mayor of Stuttgart, for example."),
    )
    occasion = blocks.CharBlock(
        label=_("Where and when"), max_length=160, required=False
    )

    class Meta:
        label = _("Quote")
        icon = "openquote"
        template = "web/blocks/quote.html"
        group = _("Text")
        label_format = "{person}: {text}"
        value_class = QuoteValue


class PictureBlock(ContentBlock):
    image = ImageBlock(label=_("Picture"))
    caption = blocks.CharBlock(label=_("Caption"), max_length=250, required=False)
    credit = blocks.CharBlock(label=_("Photo"), max_length=120, required=False)

    class Meta:
        label = _("Picture")
        icon = "image"
        template = "web/blocks/image.html"
        group = _("Text")
        label_format = "{caption}"
