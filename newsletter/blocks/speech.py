"""What people say in running text, after a Swedish dash."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from newsletter.blocks.base import ContentBlock

DASHES = "-–—−―"


class DashQuoteValue(blocks.StructValue):
    @property
    def spoken(self) -> str:
        """The words as they were written, without the dash in front."""
        return self["text"].strip().lstrip(DASHES).strip()

    @property
    def unnamed_speaker(self) -> str:
        """Who said it, as what; "" when the words name the speaker themselves."""
        if self["person"].casefold() in self["text"].casefold():
            return ""
        return ", ".join(part for part in (self["person"], self["role"]) if part)


class DashQuoteBlock(ContentBlock):
    text = blocks.TextBlock(
        label=_("What was said"),
        help_text=_(
            "With “says Anna Berg” where it stands. The dash in front comes by itself."
        ),
    )
    person = blocks.CharBlock(
        label=_("Who said it"),
        max_length=120,
        help_text=_("Said after the words only if they do not name the speaker."),
    )
    role = blocks.CharBlock(label=_("As"), max_length=160, required=False)

    class Meta:
        label = _("Quote after a dash")
        icon = "minus"
        template = "web/blocks/dash_quote.html"
        group = _("Text")
        label_format = "{person}: {text}"
        value_class = DashQuoteValue
