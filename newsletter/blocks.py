"""The blocks an item is made of. Each is a structure: a real list, a real table."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks


class BodyBlock(blocks.StreamBlock):
    lead = blocks.TextBlock(label=_("Lead"))
