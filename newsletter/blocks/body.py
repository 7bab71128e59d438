"""The body of an item: which blocks there are, in the order the editor meets them."""

from typing import Any

from wagtail import blocks

from newsletter.blocks.boxes import (
    AudienceBlock,
    GoodPracticeBlock,
    HighlightBlock,
    StatusBlock,
)
from newsletter.blocks.files import FilesBlock
from newsletter.blocks.layout import lay_out
from newsletter.blocks.links import ButtonBlock, ContactBlock, ResourceLinkBlock
from newsletter.blocks.points import BulletListBlock
from newsletter.blocks.register import (
    FundingNoticeBlock,
    PartnerLogosBlock,
    find_grant,
    list_partners,
)
from newsletter.blocks.speech import DashQuoteBlock
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

# Blocks that are left out when the register has nothing for them.
FILLED_BY = {"partner_logos": "partners", "funding_notice": "grant"}


class BodyBlock(blocks.StreamBlock):
    lead = LeadBlock()
    text = TextBlock()
    heading = HeadingBlock()
    quote = QuoteBlock()
    dash_quote = DashQuoteBlock()
    highlight = HighlightBlock()
    image = PictureBlock()
    bullet_list = BulletListBlock()
    ordered_list = OrderedListBlock()
    steps = StepsBlock()
    indicator_table = IndicatorTableBlock()
    facts = FactsBlock()
    audience = AudienceBlock()
    status = StatusBlock()
    good_practice = GoodPracticeBlock()
    resource_link = ResourceLinkBlock()
    button = ButtonBlock()
    files = FilesBlock()
    contact = ContactBlock()
    partner_logos = PartnerLogosBlock()
    funding_notice = FundingNoticeBlock()

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context)
        page = context.get("page")
        known = {
            "grant": find_grant(page),
            "partners": list_partners(getattr(page, "network", None)),
        }
        filled = [c for c in value if known.get(FILLED_BY.get(c.block_type), True)]
        return {**context, **known, "sections": lay_out(filled)}

    class Meta:
        template = "web/blocks/body.html"
        collapsed = False
