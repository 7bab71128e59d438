"""Blocks that are lists, steps, tables and facts."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

from crm.dates import (
    check_partial_date,
    format_partial,
    format_period,
    parse_partial,
)
from newsletter.blocks.base import LongBlock
from newsletter.blocks.text import FEATURES, ITEM_FEATURES


def make_date_block(label) -> blocks.CharBlock:
    """Return a field for a date that may be known to the year or month only."""
    return blocks.CharBlock(
        label=label,
        required=False,
        max_length=10,
        validators=[check_partial_date],
        help_text=_("As precise as it is known: 2021, 2021-06 or 2021-06-14."),
    )


class ListItemBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=150)
    text = blocks.RichTextBlock(label=_("Text"), features=ITEM_FEATURES)

    class Meta:
        icon = "list-ol"
        label_format = "{title}"


class OrderedListBlock(LongBlock):
    items = blocks.ListBlock(
        ListItemBlock(label=_("Point")), label=_("Points"), min_num=1
    )

    class Meta:
        label = _("Numbered list")
        icon = "list-ol"
        template = "web/blocks/ordered_list.html"
        group = _("Structure")
        opening_list = "items"


class StepValue(blocks.StructValue):
    @property
    def period(self) -> str:
        """When it is, in words of the active language; "" when nothing is known."""
        return format_period(self["start"], self["end"])

    @property
    def period_start(self) -> str:
        return format_partial(self["start"])

    @property
    def period_end(self) -> str:
        """The end in words; "" when it is the start again."""
        return format_partial(self["end"]) if self["end"] != self["start"] else ""


class StepBlock(blocks.StructBlock):
    label = blocks.CharBlock(label=_("Step"), max_length=150)
    start = make_date_block(_("From"))
    end = make_date_block(_("To"))
    text = blocks.RichTextBlock(label=_("Text"), features=ITEM_FEATURES)

    def clean(self, value):
        cleaned = super().clean(value)
        if cleaned["start"] and cleaned["end"]:
            (start, _known), (end, _known) = map(
                parse_partial, (cleaned["start"], cleaned["end"])
            )
            if end < start:
                message = ValidationError(_("It cannot end before it starts."))
                raise StructBlockValidationError({"end": message})
        return cleaned

    class Meta:
        icon = "date"
        label_format = "{label}"
        value_class = StepValue


class StepsBlock(LongBlock):
    steps = blocks.ListBlock(StepBlock(label=_("Step")), label=_("Steps"), min_num=1)

    class Meta:
        label = _("Steps with dates")
        icon = "date"
        template = "web/blocks/steps.html"
        group = _("Structure")
        opening_list = "steps"


class IndicatorRowBlock(blocks.StructBlock):
    header = blocks.CharBlock(label=_("Indicator"), max_length=120)
    note = blocks.CharBlock(
        label=_("Note"),
        max_length=120,
        required=False,
        help_text=_("When two rows are called the same: what sets this one apart."),
    )
    text = blocks.TextBlock(label=_("Question or value"))

    class Meta:
        icon = "table"
        label_format = "{header}"


class IndicatorTableBlock(LongBlock):
    caption = blocks.CharBlock(
        label=_("What the table shows"),
        max_length=200,
        help_text=_("Read out by screen readers before the table."),
    )
    first_heading = blocks.CharBlock(label=_("First column"), max_length=80)
    second_heading = blocks.CharBlock(label=_("Second column"), max_length=80)
    rows = blocks.ListBlock(
        IndicatorRowBlock(label=_("Row")), label=_("Rows"), min_num=1
    )

    class Meta:
        label = _("Table of indicators")
        icon = "table"
        template = "web/blocks/indicator_table.html"
        group = _("Structure")
        opening_list = "rows"


class FigureBlock(blocks.StructBlock):
    number = blocks.CharBlock(label=_("Number"), max_length=20)
    label = blocks.CharBlock(label=_("Of what"), max_length=120)

    class Meta:
        icon = "decimal"
        label_format = "{number} {label}"


class FactsBlock(LongBlock):
    heading = blocks.CharBlock(label=_("Heading"), max_length=150)
    text = blocks.RichTextBlock(label=_("Text"), features=FEATURES, required=False)
    figures = blocks.ListBlock(
        FigureBlock(label=_("Figure")), label=_("Figures"), default=[], required=False
    )

    def cut_opening(self, value):
        """Return a copy of ``value`` with heading and figures, without the text."""
        opening = self.normalize({**value})
        opening["text"] = self.child_blocks["text"].normalize("")
        return opening

    class Meta:
        label = _("Facts and figures")
        icon = "info-circle"
        template = "web/blocks/facts.html"
        group = _("Structure")
        label_format = "{heading}"
