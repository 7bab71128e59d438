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
from newsletter.blocks.funding import FundingNoticeBlock, make_notices
from newsletter.blocks.layout import lay_out
from newsletter.blocks.links import ButtonBlock, ResourceLinkBlock
from newsletter.blocks.points import BulletListBlock
from newsletter.blocks.register import (
    CollaborateBlock,
    ContactBlock,
    EventFactsBlock,
    MediaListBlock,
    MemberListBlock,
    PartnerLogosBlock,
    PeopleListBlock,
    ProjectBlock,
    PublicationsBlock,
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
from newsletter.blocks.unsaid import start_texts_empty


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
    collaborate = CollaborateBlock()
    event_facts = EventFactsBlock()
    people_list = PeopleListBlock()
    member_list = MemberListBlock()
    project_card = ProjectBlock()
    publications = PublicationsBlock()
    media_list = MediaListBlock()
    partner_logos = PartnerLogosBlock()
    funding_notice = FundingNoticeBlock()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        start_texts_empty(self)

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context)
        page = context.get("page")
        return {
            **context,
            "notices": make_notices(page),
            "sections": lay_out(value, page),
        }

    class Meta:
        template = "web/blocks/body.html"
        collapsed = False
