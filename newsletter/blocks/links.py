"""Blocks that lead somewhere: resources, buttons, people to ask."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

from newsletter.blocks.base import ContentBlock, language_choices


class ResourceLinkBlock(ContentBlock):
    title = blocks.CharBlock(label=_("Title"), max_length=200)
    url = blocks.URLBlock(label=_("Address"))
    description = blocks.TextBlock(label=_("Description"), required=False)
    target_language = blocks.ChoiceBlock(
        choices=language_choices,
        required=False,
        label=_("Language of the resource"),
        help_text=_("Only if it differs from the item's."),
        search_index=False,
    )

    class Meta:
        label = _("Link to a resource")
        icon = "link-external"
        template = "web/blocks/resource_link.html"
        group = _("Links and people")
        label_format = "{title}"


class ButtonValue(blocks.StructValue):
    @property
    def href(self) -> str:
        """Where the button leads; "" when the page has been deleted."""
        if self["page"]:
            return self["page"].url or ""
        return self["url"] or ""


class ButtonBlock(ContentBlock):
    text = blocks.CharBlock(
        label=_("Text"), max_length=60, help_text=_("Say what happens: “Sign up”.")
    )
    page = blocks.PageChooserBlock(label=_("Page of this site"), required=False)
    url = blocks.URLBlock(label=_("or address"), required=False)

    def clean(self, value):
        cleaned = super().clean(value)
        if not cleaned["page"] and not cleaned["url"]:
            message = ValidationError(_("Choose a page or write an address."))
            raise StructBlockValidationError({"url": message})
        return cleaned

    class Meta:
        label = _("Button")
        icon = "link"
        template = "web/blocks/button.html"
        group = _("Links and people")
        label_format = "{text}"
        value_class = ButtonValue
