"""What every block has: how much of it is mailed, to whom, and in what language."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks import BlockGroup

from crm.choices import Language
from crm.models import Segment
from newsletter.choices import Extent

COMMON = ["extent", "only_for", "not_for", "for_language", "is_public", "language"]


def segment_choices() -> list[tuple[str, str]]:
    """Return the segments a block may be limited to, by name."""
    segments = Segment.objects.order_by("name").values_list("pk", "name")
    return [(str(pk), name) for pk, name in segments]


def reader_choices() -> list[tuple[str, Any]]:
    """Return any language, and those whose readers a block may be limited to."""
    return [("", _("Any language")), *Language.choices]


def extent_choices() -> list[tuple[str, Any]]:
    """Return the extents of a block that has an opening."""
    return Extent.choices


def short_extent_choices() -> list[tuple[str, Any]]:
    """Return the extents of a block that is too short to have an opening."""
    return [c for c in Extent.choices if c[0] != Extent.TEASER]


def language_choices() -> list[tuple[str, Any]]:
    """Return the languages a block may be marked with."""
    return [("", _("The same as the item’s")), *Language.choices]


class SegmentsBlock(blocks.MultipleChoiceBlock):
    """Segments, kept as a list of their numbers; a stored single number is one of them.

    Shows up under what uses a segment. Reading it asks the database for nothing.
    """

    def to_python(self, value):
        return read_segment_ids(value)

    def normalize(self, value):
        return read_segment_ids(value)

    def clean(self, value):
        return blocks.FieldBlock.clean(self, value)

    def extract_references(self, value):
        for number in read_segment_ids(value):
            yield Segment, number, "", ""

    def get_searchable_content(self, value):
        return []


def read_segment_ids(value: Any) -> list[str]:
    """Return the numbers of the segments in a stored limit; an empty list for none."""
    if value in (None, ""):
        return []
    numbers = value if isinstance(value, list | tuple) else [value]
    return [str(number) for number in numbers]


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
    only_for = SegmentsBlock(
        choices=segment_choices,
        required=False,
        label=_("Only for"),
        help_text=_(
            "Whoever is in one of these. Others get the letter without this block."
        ),
        widget=forms.CheckboxSelectMultiple,
    )
    not_for = SegmentsBlock(
        choices=segment_choices,
        required=False,
        label=_("Not for"),
        help_text=_("Whoever is in one of these gets the letter without this block."),
        widget=forms.CheckboxSelectMultiple,
    )
    for_language = blocks.ChoiceBlock(
        choices=reader_choices,
        required=False,
        label=_("Only for readers of"),
        help_text=_("By the language that is noted with each contact."),
        search_index=False,
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
