"""What every block has: how much of it is mailed, to whom, and in what language."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks import BlockGroup

from crm.choices import Language
from crm.models import Segment
from newsletter.choices import Extent

COMMON = ["extent", "only_for", "not_for", "is_public", "language"]


def only_for_choices() -> list[tuple[str, Any]]:
    """Return everybody, and the segments a block may be limited to, by name."""
    return [("", _("Everybody")), *_list_segments()]


def not_for_choices() -> list[tuple[str, Any]]:
    """Return nobody, and the segments a block may be kept from, by name."""
    return [("", _("Nobody")), *_list_segments()]


def _list_segments() -> list[tuple[str, str]]:
    segments = Segment.objects.order_by("name").values_list("pk", "name")
    return [(str(pk), name) for pk, name in segments]


def extent_choices() -> list[tuple[str, Any]]:
    """Return the extents of a block that has an opening."""
    return Extent.choices


def short_extent_choices() -> list[tuple[str, Any]]:
    """Return the extents of a block that is too short to have an opening."""
    return [c for c in Extent.choices if c[0] != Extent.TEASER]


def language_choices() -> list[tuple[str, Any]]:
    """Return the languages a block may be marked with."""
    return [("", _("The same as the item’s")), *Language.choices]


class SegmentBlock(blocks.ChoiceBlock):
    """A segment, kept as its number. Shows up under what uses the segment."""

    def extract_references(self, value):
        if value:
            yield Segment, str(value), "", ""

    def get_searchable_content(self, value):
        return []


def make_extent_block(choices: Any) -> blocks.ChoiceBlock:
    """Return the choice of how much is mailed; whole unless the editor says less."""
    return blocks.ChoiceBlock(
        choices=choices,
        default=Extent.FULL,
        label=_("In the mail"),
        search_index=False,
    )


class ContentBlock(blocks.StructBlock):
    """A block with the common settings in a part that is folded away."""

    extent = make_extent_block(short_extent_choices)
    only_for = SegmentBlock(
        choices=only_for_choices,
        required=False,
        label=_("Only for"),
        help_text=_("Others get the letter without this block."),
    )
    not_for = SegmentBlock(
        choices=not_for_choices,
        required=False,
        label=_("Not for"),
        help_text=_("People in this segment get the letter without this block."),
    )
    is_public = blocks.BooleanBlock(
        required=False,
        label=_("On the public page all the same"),
        help_text=_(
            "A block that is limited to some people is left out of the web page, "
            "unless you tick this."
        ),
    )
    language = blocks.ChoiceBlock(
        choices=language_choices,
        required=False,
        label=_("Language of this block"),
        help_text=_(
            "Only if it differs from the rest of the item; screen readers need it."
        ),
        search_index=False,
    )

    def get_form_layout(self):
        own = [name for name in self.child_blocks if name not in COMMON]
        return BlockGroup(children=own, settings=list(COMMON))

    class Meta:
        form_classname = "struct-block content-block"


class LongBlock(ContentBlock):
    """A block that may be mailed by its opening, with the rest on the web."""

    extent = make_extent_block(extent_choices)

    def cut_opening(self, value: Any) -> Any:
        """Return a copy of ``value`` that holds only its opening.

        Here: the first of the block's list of things, named by ``opening_list``.
        """
        opening = self.normalize({**value})
        name = self.meta.opening_list
        opening[name] = self.child_blocks[name].normalize(list(value[name])[:1])
        return opening

    class Meta:
        opening_list = ""
