"""A call to take part: a form on the web, a button to it in the mail."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from newsletter.blocks.register.base import RegisterBlock
from newsletter.blocks.register.choosing import OrganisationChooserBlock
from newsletter.blocks.text import FEATURES


class CollaborateBlock(RegisterBlock):
    heading = blocks.CharBlock(label=_("Heading"), max_length=120)
    text = blocks.RichTextBlock(label=_("Text"), features=FEATURES, required=False)
    button = blocks.CharBlock(
        label=_("Words of the button"),
        max_length=60,
        help_text=_("“I want to work with you”, for example."),
    )
    organisation = OrganisationChooserBlock(
        label=_("Which organisation of ours it is for"),
        required=False,
        help_text=_("The offer stands in its timeline."),
    )

    def read_register(self, value: Any, page: Any) -> Any:
        return True

    class Meta:
        label = _("Call to collaborate")
        icon = "mail"
        template = "web/blocks/collaborate.html"
        group = _("Links and people")
        help_text = _(
            "On the web a form; in the mail a button that leads to it. Who answers "
            "becomes a lead in the register and gets no mail by that. Limit it to "
            "others than your partners with “Not for”."
        )
        label_format = "{heading}"
