"""The body of an item: which blocks there are, in the order the editor meets them."""

from typing import Any

from wagtail import blocks

from newsletter.blocks.layout import lay_out
from newsletter.blocks.links import ButtonBlock, ContactBlock, ResourceLinkBlock
from newsletter.blocks.register import (
    FundingNoticeBlock,
    PartnerLogosBlock,
    find_grant,
)
from newsletter.blocks.structures import (
    FactsBlock,
    IndicatorTableBlock,
    OrderedListBlock,
    StepsBlock,
)
from newsletter.blocks.text import (
    HeadingBlock,
    LeadBlock,
    PictureBlock,
    QuoteBlock,
    TextBlock,
)


class BodyBlock(blocks.StreamBlock):
    lead = LeadBlock()
    text = TextBlock()
    heading = HeadingBlock()
    quote = QuoteBlock()
    image = PictureBlock()
    ordered_list = OrderedListBlock()
    steps = StepsBlock()
    indicator_table = IndicatorTableBlock()
    facts = FactsBlock()
    resource_link = ResourceLinkBlock()
    button = ButtonBlock()
    contact = ContactBlock()
    partner_logos = PartnerLogosBlock()
    funding_notice = FundingNoticeBlock()

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context)
        grant = find_grant(context.get("page"))
        return {**context, "sections": lay_out(value), "grant": grant}

    class Meta:
        template = "web/blocks/body.html"
        collapsed = False
