"""Lists whose order says nothing."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from newsletter.blocks.base import LongBlock
from newsletter.blocks.text import ITEM_FEATURES


class PointBlock(blocks.StructBlock):
    text = blocks.RichTextBlock(label=_("Text"), features=ITEM_FEATURES)
    points = blocks.ListBlock(
        blocks.CharBlock(label=_("Point"), max_length=300),
        label=_("Points under it"),
        default=[],
        required=False,
    )

    class Meta:
        icon = "list-ul"
        label_format = "{text}"


class BulletListBlock(LongBlock):
    items = blocks.ListBlock(PointBlock(label=_("Point")), label=_("Points"), min_num=1)

    class Meta:
        label = _("List of points")
        icon = "list-ul"
        template = "web/blocks/bullet_list.html"
        group = _("Structure")
        opening_list = "items"
