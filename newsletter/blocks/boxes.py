"""Blocks that set something apart: for whom, where things stand, an example, the gist."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from crm.dates import format_partial
from crm.models import Role
from newsletter.blocks.base import ContentBlock, LongBlock
from newsletter.blocks.structures import make_date_block
from newsletter.blocks.text import FEATURES, ITEM_FEATURES
from newsletter.choices import PracticePart


def role_choices() -> list[tuple[str, str]]:
    """Return the roles of the register by name, each with its number."""
    return sorted(
        ((str(role.pk), str(role)) for role in Role.objects.all()),
        key=lambda choice: choice[1],
    )


class RoleBlock(blocks.ChoiceBlock):
    """A role of the register, kept as its number."""

    def extract_references(self, value):
        if value:
            yield Role, str(value), "", ""

    def get_searchable_content(self, value):
        return []


class AudienceValue(blocks.StructValue):
    @property
    def roles(self) -> list[Role]:
        """The chosen roles that the register still has, in the editor's order."""
        numbers = [int(number) for number in self["role_tags"] if number]
        known = Role.objects.in_bulk(numbers)
        return [known[number] for number in numbers if number in known]


class AudienceBlock(ContentBlock):
    heading = blocks.CharBlock(
        label=_("Heading over the roles"), max_length=80, required=False
    )
    text = blocks.RichTextBlock(label=_("Whom it is for"), features=ITEM_FEATURES)
    role_tags = blocks.ListBlock(
        RoleBlock(choices=role_choices, label=_("Role")),
        label=_("Roles"),
        default=[],
        required=False,
        help_text=_("Stand beside the text on the web page."),
    )

    class Meta:
        label = _("Whom it is for")
        icon = "group"
        template = "web/blocks/audience.html"
        group = _("Structure")
        label_format = "{heading} {text}"
        value_class = AudienceValue


class StatusValue(blocks.StructValue):
    @property
    def as_of_words(self) -> str:
        """The date in words of the active language; "" for none."""
        return format_partial(self["as_of"])


class StatusBlock(ContentBlock):
    label = blocks.CharBlock(label=_("Heading"), max_length=80)
    as_of = make_date_block(_("As of"))
    state = blocks.CharBlock(
        label=_("State in a few words"), max_length=120, required=False
    )
    text = blocks.RichTextBlock(label=_("Text"), features=FEATURES)

    class Meta:
        label = _("Where things stand")
        icon = "history"
        template = "web/blocks/status.html"
        group = _("Structure")
        label_format = "{label} {as_of}"
        value_class = StatusValue


class PracticePartValue(blocks.StructValue):
    @property
    def label(self) -> str:
        """What the part is, in the active language."""
        return str(PracticePart(self["part"]).label)


class PracticePartBlock(blocks.StructBlock):
    part = blocks.ChoiceBlock(
        choices=PracticePart.choices,
        default=PracticePart.ACTIONS,
        label=_("Part"),
        search_index=False,
    )
    text = blocks.RichTextBlock(label=_("Text"), features=ITEM_FEATURES)

    class Meta:
        icon = "form"
        label_format = "{part}: {text}"
        value_class = PracticePartValue


class GoodPracticeBlock(LongBlock):
    heading = blocks.CharBlock(label=_("Heading"), max_length=150)
    text = blocks.RichTextBlock(
        label=_("What it is about"), features=ITEM_FEATURES, required=False
    )
    place = blocks.CharBlock(label=_("Where"), max_length=160, required=False)
    owner = blocks.CharBlock(label=_("Whose work it is"), max_length=160)
    parts = blocks.ListBlock(
        PracticePartBlock(label=_("Part")), label=_("The story"), min_num=1
    )

    def cut_opening(self, value: Any) -> Any:
        """Return a copy of ``value`` without the story."""
        opening = self.normalize({**value})
        opening["parts"] = self.child_blocks["parts"].normalize([])
        return opening

    class Meta:
        label = _("Good example")
        icon = "pick"
        template = "web/blocks/good_practice.html"
        group = _("Structure")
        label_format = "{heading} {place}"


class HighlightBlock(ContentBlock):
    label = blocks.CharBlock(
        label=_("Label"),
        max_length=60,
        required=False,
        help_text=_("“Conclusion”, for example."),
    )
    text = blocks.TextBlock(label=_("What matters most"))

    class Meta:
        label = _("Conclusion")
        icon = "tick"
        template = "web/blocks/highlight.html"
        group = _("Text")
        label_format = "{label} {text}"
